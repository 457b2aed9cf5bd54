"""The slide of the test films and what is wrong with them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from xray_core.data.labels import label_title
from xray_core.reports.deck.content import Slide, Table
from xray_core.reports.deck.names import notes_of
from xray_core.runs.scope import scope_of
from xray_core.runs.store import Run

_MOST_SOURCES = 6


def data_slide(runs: Sequence[Run]) -> Slide:
    """Test films by source and class, and the faults that are known of them."""
    run = runs[0]
    table = run.test_predictions()
    table = table[table["label"].isin(run.classes)]
    counts = Counter(zip(table["source"], table["label"], strict=True))
    sources = [name for name, _ in Counter(table["source"]).most_common()]
    shown, rest = sources[:_MOST_SOURCES], sources[_MOST_SOURCES:]
    rows = [
        (source or "not stated", *(f"{counts[source, label]:,}" for label in run.classes))
        for source in shown
    ]
    if rest:
        sums = (sum(counts[source, label] for source in rest) for label in run.classes)
        rows.append((f"{len(rest)} more", *(f"{n:,}" for n in sums)))
    return Slide(
        f"The data: {run.scores()['n']:,} test films, and their faults",
        notes_of(
            f"Counted in predictions.csv of {run.id}, test films alone. Faults: scores.json and "
            "manifest.csv (training films) of the same run.",
            runs,
        ),
        tuple(_faults(runs, counts)),
        (Table(("Test films from", *map(label_title, run.classes)), tuple(rows)),),
    )


def _faults(runs: Sequence[Run], counts: Counter[tuple[str, str]]) -> Iterator[str]:
    run = runs[0]
    for label in run.classes:
        sources = [source for source, name in counts if name == label]
        if len(sources) == 1:
            yield f"{label_title(label)} comes from {sources[0] or 'one source'} alone."
    scope = scope_of(run)
    if scope is None:
        yield "Which films it was trained on is not listed."
    else:
        for age_group, met in scope.met.items():
            missing = [label_title(label) for label in run.classes if label not in met]
            if missing:
                yield f"Never met in training, {age_group}: {', '.join(missing)}."
    if without := run.scores().get("without_denied"):
        yield f"A reading denies the label of {without['n_denied']} test films."
    if len({item.config.manifest_hash for item in runs}) > 1:
        yield f"The models were trained on different films; these are those of {run.id}."
