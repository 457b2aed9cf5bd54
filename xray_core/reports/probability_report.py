"""What a run's probabilities are worth: calibration, thresholds and sets, as rows and as lines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xray_core.data.labels import label_title
from xray_core.evaluation.evaluate import Evaluated
from xray_core.evaluation.intervals import words_for
from xray_core.evaluation.mean import mean_predictions
from xray_core.evaluation.operating_points import SENSITIVITY, WANTED, operating_points
from xray_core.evaluation.probabilities import ALL, probability_rows
from xray_core.opinion.known import coverage_elsewhere, coverage_rows
from xray_core.opinion.scoped import AGE_GROUPS, possible_for
from xray_core.runs.scope import scope_of
from xray_core.runs.store import Run

Rows = list[dict[str, Any]]


def probability_report(
    runs: Sequence[Run], found: Evaluated, wanted: Sequence[tuple[str, float]] = WANTED
) -> dict[str, Rows]:
    """Calibration, operating points and coverage of a run, or of the mean of several.

    Args:
        runs: of the same classes, with predictions of their validation films; a custom model has
            none, so that its thresholds and sets are left out.
        found: what it, or the mean of all, said of the films.
        wanted: sensitivities and specificities, as `operating_points`.

    Returns:
        `probabilities` (as `probability_rows`), `operating_points` and `coverage` (as
        `coverage_rows`).

    Raises:
        RunError: a file of the run is missing or damaged.
    """
    finished = all(run.finished for run in runs)
    predicted = mean_predictions(runs) if finished else found.table.iloc[:0]
    validation = predicted[predicted["split"] == "val"]
    classes = runs[0].classes
    test = found.table[found.table["label"].isin(classes)]
    calibration = runs[0].calibration() if len(runs) == 1 else None
    return {
        "probabilities": probability_rows(found.table, classes, calibration),
        "operating_points": operating_points(validation, test, classes, wanted),
        "coverage": coverage_of(runs, found) if len(validation) else [],
    }


def coverage_of(runs: Sequence[Run], found: Evaluated) -> Rows:
    """How far the sets of a run, or of the mean of several, hold, by age group, class, source."""
    scopes = [scope_of(run) for run in runs]
    rows: Rows = []
    groups: tuple[str, ...] = AGE_GROUPS
    table = found.table
    if found.records:
        table = table.assign(age_group=[record.age_group for record in found.records])
        groups = (*AGE_GROUPS, "")
    for age_group in groups:
        each = [possible_for(scope, runs[0].classes, age_group).classes for scope in scopes]
        classes = tuple(label for label in each[0] if all(label in other for other in each))
        if not classes:
            continue
        if found.records:
            rows += coverage_elsewhere(runs, table, classes, age_group)
        else:
            rows += coverage_rows(runs, classes, age_group)
    return rows


def report_lines(report: Mapping[str, Rows]) -> Iterator[str]:
    """All of it, for the command line."""
    yield "calibration error (bins of equally many films) and Brier score"
    for row in report["probabilities"]:
        line = f"  {group_title(row)}: {words_for(row['calibration_error'])}"
        line += f", by chance up to {row['by_chance']:.3f}; Brier {words_for(row['brier'])}"
        if "brier_before" in row:
            line += (
                f"; before calibration {row['calibration_error_before']['value']:.3f}"
                f" and {row['brier_before']['value']:.3f}"
            )
        yield f"{line}, n {row['n']}"
    if report["operating_points"]:
        yield "thresholds chosen on validation films, and what they reach here"
    for row in report["operating_points"]:
        yield (
            f"  {label_title(row['class'])}, {wanted_title(row)}: from {row['threshold']:.3f} on; "
            f"sensitivity {words_for(row['sensitivity'])}, "
            f"specificity {words_for(row['specificity'])}"
        )
    if report["coverage"]:
        yield f"sets that are to hold the class in 90 % of films: {_sets_words(report['coverage'])}"
    for row in report["coverage"]:
        yield (
            f"  {row['age_group'] or 'age not stated'}, {label_title(row['class'])}, "
            f"{source_title(row['source'])}: {row['coverage']:.3f} "
            f"({row['low']:.3f}-{row['high']:.3f}), {row['set_size']:.2f} classes in a set, "
            f"n {row['n']}{', not guaranteed' if row['guarantee'] else ''}"
        )


def _sets_words(rows: Rows) -> str:
    """How often sets hold the class, over the films of all rows."""
    whole = [row for row in rows if row["source"] == ALL] or rows
    n = sum(row["n"] for row in whole)
    held, size = (sum(row["n"] * row[name] for row in whole) for name in ("coverage", "set_size"))
    return f"they do in {held / n:.3f}, with {size / n:.2f} classes in a set, n {n}"


def group_title(row: Mapping[str, Any]) -> str:
    """`all films`, `COVID-19` or `source siim`."""
    if row["class"] != ALL:
        return label_title(row["class"])
    return "all films" if row["source"] == ALL else f"source {source_title(row['source'])}"


def source_title(source: str) -> str:
    """The source, in words where it is all of them or not stated."""
    return {ALL: "all sources", "": "not stated"}.get(source, source)


def wanted_title(row: Mapping[str, Any]) -> str:
    """`for a sensitivity of 90 %`."""
    which = "sensitivity" if row["wanted"] == SENSITIVITY else "specificity"
    return f"for a {which} of {100 * row['least']:g} %"
