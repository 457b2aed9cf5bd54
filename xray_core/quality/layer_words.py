"""What was found out about method and layer, as sentences and as a table."""

from collections.abc import Sequence
from typing import Any

from xray_core.data.labels import label_title
from xray_core.evaluation.intervals import words_for
from xray_core.quality.pairs import Pair
from xray_core.quality.thresholds import MEASURES

Row = dict[str, Any]

COLUMNS = {
    "hit_rate": "peak in a box",
    "inside_ratio": "share inside / chance",
    "auprc": "average precision",
    "iou": "overlap",
    "lungs": "inside the lungs",
}
"""Measures of a pair that are shown, with their titles."""

FURTHER = ("deletion_gain_centre", "insertion_gain_centre", "randomisation", "repeatability")
"""Measures that take many passes: those of the best pairs alone."""


def words_of(content: Row) -> str:
    """Which pair was chosen, on which films, and what it reaches on others.

    Args:
        content: as `measure_layers` returns.
    """
    films, how = content["films"], content["chosen_by"]
    if content["chosen"] is None:
        before = Pair(**content["before"])
        return (
            "No validation film of this run is among the data, so nothing was chosen: "
            f"the maps stay those of {before.title}."
        )
    pair = Pair(**content["chosen"])
    row = next(row for row in content["rows"] if Pair.of(row) == pair)
    if "test" in row:
        hit = row["test"]["measures"]["hit_rate"]
        found = f"peak in a radiologist's box in {hit['value']:.2f} of {hit['n']:,} test films"
        shown = f"{pair.title}: {found}, chance {hit['chance']:.2f}."
    else:
        shown = f"{pair.title}: no test film with boxes was at hand."
    if how == "boxes":
        return f"{shown} Chosen on {films['val']:,} validation films with boxes."
    n = films["faithfulness"]
    how_words = f"by faithfulness on {n:,} validation films (deletion against the middle)"
    if how != "faithfulness":
        how_words += f", among the pairs that find most on {films['val']:,} synthetic ones"
    return f"{shown} Too few validation films have boxes: chosen {how_words}."


def normal_words(content: Row) -> list[str]:
    """How many films that are labelled normal show a map of another class, a line per class."""
    return [
        f"{row['shown']['value']:.2f} of {row['shown']['n']:,} test films labelled normal"
        f"{' (' + row['source'] + ')' if row['source'] else ''} show a map for "
        f"{label_title(row['class'])}, {row['likeliest']['value']:.2f} are taken for it"
        for row in content["normal"]
    ]


def markdown_table(contents: Sequence[tuple[str, Row]]) -> str:
    """The best pairs of several runs on test films, as a table in Markdown.

    Args:
        contents: pairs of a title and what `measure_layers` returned.
    """
    titles = ["model", "map", "films", *COLUMNS.values()]
    lines = [_line(titles), _line(["---", "---", "--:", *["--:"] * len(COLUMNS)])]
    for title, content in contents:
        for pair, where, entry in _reported(content):
            cells = [_cell(entry["measures"].get(name)) for name in COLUMNS]
            lines.append(_line([title, pair.title, where, *cells]))
    return "\n".join(lines)


def further_table(contents: Sequence[tuple[str, Row, Sequence[Row]]]) -> str:
    """What takes many passes, of the best pairs of several runs, as a table in Markdown.

    Args:
        contents: a title, what `measure_layers` returned, and the rows of the run's report: those
            of other pairs or other data are left out.
    """
    titles = ["model", "map", "films", *(MEASURES[name].title.lower() for name in FURTHER)]
    lines = [_line(titles), _line(["---", "---", "--:", *["--:"] * len(FURTHER)])]
    for title, content, report in contents:
        rows = {Pair.of(row): row for row in report if row["data"] == content["data"]}
        for pair in (Pair(**item) for item in content["best"]):
            if row := rows.get(pair):
                cells = [words_for(row["measures"].get(name), dash=" to ") for name in FURTHER]
                lines.append(_line([title, pair.title, f"{row['films']:,}", *cells]))
    return "\n".join(lines)


def normal_table(contents: Sequence[tuple[str, Row]]) -> str:
    """How many test films labelled normal show a map of each other class, and are taken for it.

    Args:
        contents: as for `markdown_table`.
    """
    places = dict.fromkeys(
        (row["source"], row["shown"]["n"]) for _, content in contents for row in content["normal"]
    )
    heads = [f"{n:,} {f'of {source}' if source else 'films'}" for source, n in places]
    lines = [_line(["model", "class", *heads]), _line(["---", "---", *["--:"] * len(heads)])]
    for title, content in contents:
        found = {(row["class"], row["source"], row["shown"]["n"]): row for row in content["normal"]}
        for label in dict.fromkeys(row["class"] for row in content["normal"]):
            rows = [found.get((label, *place)) for place in places]
            cells = [
                f"{_cell(row['shown'])}, {row['likeliest']['value']:.2f}" if row else "-"
                for row in rows
            ]
            lines.append(_line([title, label_title(label), *cells]))
    return "\n".join(lines)


def text_lines(content: Row) -> list[str]:
    """The same for one run as lines of plain text, with the sentences before and after."""
    lines = [content["words"]]
    for pair, where, entry in _reported(content):
        cells = [
            f"{title} {_cell(entry['measures'][name])}"
            for name, title in COLUMNS.items()
            if name in entry["measures"]
        ]
        lines.append(f"  {pair.title}, {where}: {'; '.join(cells)}")
    return [*lines, *normal_words(content)]


def _reported(content: Row) -> list[tuple[Pair, str, Row]]:
    """The best pairs and today's on all test films, then by source."""
    best = [Pair(**item) for item in content["best"]]
    found = []
    for pair in best:
        row = next(row for row in content["rows"] if Pair.of(row) == pair)
        if "test" in row:
            found.append((pair, f"{row['test']['films']:,} with boxes", row["test"]))
        for group in content["groups"]:
            if Pair.of(group) == pair:
                with_label = " with a label" if group["labelled_only"] else ""
                found.append((pair, f"{group['films']:,} of {group['source']}{with_label}", group))
    return found


def _cell(score: Row | None) -> str:
    """`0.61 (0.54 to 0.68), chance 0.16`."""
    if score is None:
        return "-"
    span = "" if score["low"] is None else f" ({score['low']:.2f} to {score['high']:.2f})"
    chance = f", chance {score['chance']:.2f}" if "chance" in score else ""
    return f"{score['value']:.2f}{span}{chance}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
