"""Charts of what was stored with runs: scores with intervals, ROC, calibration, boxes."""

from collections.abc import Sequence

from xray_core.data.labels import NORMAL, label_title, order_labels
from xray_core.evaluation.intervals import words_for
from xray_core.evaluation.reliability import reliability_of
from xray_core.evaluation.scores import roc_curve
from xray_core.quality.layer_file import read_layers
from xray_core.reports.deck.content import Bars, Curves, Score, Table
from xray_core.reports.deck.names import names_with_films
from xray_core.runs.store import Run

FEW_FILMS = 10
_OVERALL = {
    "Accuracy": "accuracy",
    "Balanced accuracy": "balanced_accuracy",
    "Macro-F1": "macro_f1",
    "Mean AUC": "auc_macro",
}


def overall_bars(runs: Sequence[Run]) -> Bars:
    """The main scores over all test films."""
    return Bars(
        "Score",
        tuple(_OVERALL),
        {name: tuple(run.scores()[key] for key in _OVERALL.values()) for name, run in _named(runs)},
    )


def sensitivity_bars(runs: Sequence[Run]) -> Bars:
    """The sensitivity of every class; no bar where a model does not know it."""
    labels = order_labels({label for run in runs for label in run.classes})
    return Bars(
        "Sensitivity",
        tuple(map(label_title, labels)),
        {
            name: tuple(
                run.scores()["per_class"].get(label, {}).get("sensitivity") for label in labels
            )
            for name, run in _named(runs)
        },
    )


def roc_curves(runs: Sequence[Run], label: str) -> Curves:
    """ROC of one class against the rest, with the stored AUC in the names."""
    series = {}
    for name, run in _named(runs):
        table = run.test_predictions()
        truth = (table["label"] == label).to_numpy()
        if label not in run.classes or truth.all() or not truth.any():
            continue
        false, true = roc_curve(truth, table[f"p_{label}"].to_numpy())
        auc = words_for(run.scores()["per_class"][label]["auc"])
        points = zip(false.tolist(), true.tolist(), strict=True)
        series[f"{name}: AUC {auc}"] = tuple(points)
    return Curves("1 - specificity", f"Sensitivity, {label_title(label)}", series)


def calibration_curves(runs: Sequence[Run]) -> Curves:
    """Mean probability of the answer against the share of correct ones, bin by bin."""
    series = {}
    for name, run in _named(runs):
        bins = reliability_of(run.test_predictions(), run.classes)
        bins = bins[bins["n"] >= FEW_FILMS]
        points = zip(bins["probability"].tolist(), bins["right"].tolist(), strict=True)
        series[name] = tuple(points)
    return Curves("Mean probability of the answer", "Share correct", series, markers=True)


def confusion_table(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Table:
    """Labels in rows, answers in columns, shaded by their share of the row."""
    return Table(
        ("Label", *map(label_title, classes)),
        tuple(
            (label_title(label), *(f"{n:,}" for n in row))
            for label, row in zip(classes, counts, strict=True)
        ),
        tuple((0.0, *(n / max(sum(row), 1) for n in row)) for row in counts),
    )


def pointing_bars(runs: Sequence[Run]) -> Bars | None:
    """How often the strongest place of a map lies in a box; None where no run was measured."""
    series: dict[str, tuple[Score | None, ...]] = {}
    for name, run in _named(runs):
        layers = read_layers(run)
        chosen = layers["chosen"] if layers else None
        rows = layers["rows"] if layers else ()
        own = [row for row in rows if chosen == {key: row[key] for key in ("method", "layer")}]
        score = own[0]["test"]["measures"].get("hit_rate") if own and own[0].get("test") else None
        if score:
            chance = {"value": score.get("chance"), "low": None, "high": None, "n": score["n"]}
            series[name] = (score, chance)
    return Bars("Peak in a box", ("Map", "Chance"), series) if series else None


def elsewhere_bars(runs: Sequence[Run]) -> Bars | None:
    """AUC of normal against each other class within one source; None where no source has both."""
    found: dict[str, dict[str, Score]] = {}
    for name, run in _named(runs):
        for pair in run.scores().get("pairs", ()):
            others = [label for label in pair["classes"] if label != NORMAL]
            for source, part in pair.get("within_source", {}).items():
                if len(others) == 1:
                    group = f"{label_title(others[0])}, {source or 'not stated'}"
                    found.setdefault(group, {})[name] = part["auc"]
    if not found:
        return None
    return Bars(
        "AUC",
        tuple(found),
        {name: tuple(part.get(name) for part in found.values()) for name, _ in _named(runs)},
    )


def _named(runs: Sequence[Run]) -> list[tuple[str, Run]]:
    return list(zip(names_with_films(runs), runs, strict=True))
