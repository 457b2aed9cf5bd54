"""The story of some runs as slides: every figure comes from the stored results of the runs."""

from collections.abc import Iterator, Sequence

from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.intervals import words_for
from xray_core.evaluation.mistakes import shared_mistakes
from xray_core.reports.deck.compared import choice_slides, external_slides
from xray_core.reports.deck.content import Deck, Picture, Score, Slide, Table
from xray_core.reports.deck.data_slide import data_slide
from xray_core.reports.deck.measured import (
    calibration_curves,
    confusion_table,
    elsewhere_bars,
    overall_bars,
    pointing_bars,
    roc_curves,
    sensitivity_bars,
)
from xray_core.reports.deck.names import footer_of, model_names, names_with_films, notes_of
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.store import Run

_MOST_SHARED = 6


def tell_story(
    runs: Sequence[Run], films: Sequence[Slide] = (), means: Picture | None = None
) -> Deck:
    """Slides from question to limits.

    Args:
        runs: one or more that were tested; the first gives the data.
        films: slides of single films, shown after the mean maps.
        means: mean maps of the classes; None where no run has kept its maps.

    Raises:
        RunError: a run has no scores or predictions, or a file of it is damaged.
    """
    slides = (
        _question(runs),
        data_slide(runs),
        *_models(runs),
        _one_class(runs),
        _confusion(runs),
        *_where(runs, means),
        *films,
        *external_slides(runs),
        *_elsewhere(runs),
        *choice_slides(runs),
        *_disagreement(runs),
        _limits(runs),
    )
    return Deck(slides, footer_of(runs))


def best_run(runs: Sequence[Run]) -> Run:
    """The run of the highest balanced accuracy; the first of equals."""
    return max(runs, key=lambda run: run.scores()["balanced_accuracy"]["value"] or 0.0)


def _classes(runs: Sequence[Run]) -> tuple[str, ...]:
    return order_labels({label for run in runs for label in run.classes})


def _question(runs: Sequence[Run]) -> Slide:
    titles = ", ".join(label_title(label) for label in _classes(runs))
    names = model_names(runs)
    several = len(runs) > 1
    return Slide(
        "What do these models see in chest X-rays?" if several else f"What does {names[0]} see?",
        notes_of("The models and their training data are named in config.json of each run.", runs),
        (
            f"Can {'they' if several else 'it'} tell apart: {titles}?",
            "Is the evidence on the lungs, or elsewhere on the film?",
            *(
                f"{name}: {run.origin}, films of {run.image_size_px} px, "
                f"trained on {', '.join(run.config.datasets) or 'films not named'}"
                for name, run in zip(names, runs, strict=True)
            ),
            RESEARCH_ONLY,
        ),
    )


def _models(runs: Sequence[Run]) -> Iterator[Slide]:
    is_same = names_with_films(runs) == model_names(runs)
    films = f"{runs[0].scores()['n']:,} test films" if is_same else "test films of its own each"
    yield Slide(
        f"How good they are on {films}" if len(runs) > 1 else f"How good it is on {films}",
        notes_of(
            "scores.json of each run; bars are values, whiskers 95 % intervals by patient.\n"
            + _score_notes(runs, "accuracy", "balanced_accuracy", "macro_f1", "auc_macro"),
            runs,
        ),
        (
            "Whiskers: 95 % intervals by patient.",
            *(() if is_same else ("A higher score may only mean easier films.",)),
        ),
        (overall_bars(runs),),
    )
    yield Slide(
        "Which classes are found",
        notes_of(
            "per_class, sensitivity, in scores.json of each run.\n"
            + "\n".join(
                f"{name}, {label_title(label)}: {words_for(part['sensitivity'])}, "
                f"n = {part['sensitivity']['n']}"
                for name, run in zip(model_names(runs), runs, strict=True)
                for label, part in run.scores()["per_class"].items()
            ),
            runs,
        ),
        ("Share of the films of each class that are called so, with 95 % intervals.",),
        (sensitivity_bars(runs),),
    )


def hardest_class(runs: Sequence[Run]) -> str:
    """The class that the best model separates worst from the rest, by its AUC."""
    run = best_run(runs)
    known: dict[str, float] = {
        label: part["auc"]["value"]
        for label, part in run.scores()["per_class"].items()
        if part["auc"]["value"] is not None
    }
    return min(known, key=known.__getitem__) if known else run.classes[0]


def _one_class(runs: Sequence[Run]) -> Slide:
    label = hardest_class(runs)
    return Slide(
        f"{label_title(label)} is hardest to recognise; how far probabilities hold",
        notes_of(
            "Left: ROC of this class against the rest, from predictions.csv; AUC from scores.json. "
            "Right: mean probability of the answer against the share of correct answers, ten bins, "
            "those of fewer than 10 films left out.",
            runs,
        ),
        (),
        (roc_curves(runs, label), calibration_curves(runs)),
    )


def _confusion(runs: Sequence[Run]) -> Slide:
    run = best_run(runs)
    name = dict(zip((item.id for item in runs), model_names(runs), strict=True))[run.id]
    return Slide(
        f"What {name} calls the films of each class",
        notes_of(f"confusion in scores.json of {run.id}, the highest balanced accuracy.", runs),
        ("Rows: label. Columns: answer. Shading: share of the row.",),
        (confusion_table(run.scores()["confusion"], run.classes),),
    )


def _where(runs: Sequence[Run], means: Picture | None) -> Iterator[Slide]:
    if means:
        yield Slide(
            "Where they look, on average" if len(runs) > 1 else "Where it looks, on average",
            notes_of(
                "Mean maps of explanations/test_maps.npz of each run, by its own method and layer, "
                "in the common frame of the lungs. Every film counts the same; one scale for all.",
                runs,
            ),
            (),
            (means,),
        )
    if bars := pointing_bars(runs):
        yield Slide(
            "Do the maps point at what radiologists drew?",
            notes_of(
                "hit_rate on test films in explanations/layers.json of each run, for the method "
                "and layer that it shows; chosen on validation films.",
                runs,
            ),
            ("Share of films whose strongest place lies in a box; chance from the boxes' area.",),
            (bars,),
        )


def _elsewhere(runs: Sequence[Run]) -> Iterator[Slide]:
    if bars := elsewhere_bars(runs):
        yield Slide(
            "Elsewhere: normal or not, within one collection",
            notes_of(
                "pairs, within_source, auc in scores.json of each run: films of one source, where "
                "hospital and age cannot give the answer away.",
                runs,
            ),
            ("AUC of normal against each class; here the source cannot give the answer away.",),
            (bars,),
        )


def _disagreement(runs: Sequence[Run]) -> Iterator[Slide]:
    if len(runs) < 2:
        return
    found = shared_mistakes([run.test_predictions() for run in runs])
    names = model_names(runs)
    wrong = ", ".join(f"{name} {n:,}" for name, n in zip(names, found.wrong, strict=True))
    rows = tuple(
        (
            str(row.id)[:8],
            label_title(str(row.label)),
            label_title(str(row.answer)) if row.answer else "they differ",
            f"{row.probability:.2f}",
            str(row.source) or "not stated",
        )
        for row in found.films.head(_MOST_SHARED).itertuples()
    )
    header = ("Film", "Label", "All answer", "Least probability", "Source")
    yield Slide(
        f"{len(found.films):,} of {found.n:,} films are wrong for all: hard, or wrong labels",
        notes_of("Counted in predictions.csv of each run, films that all were tested on.", runs),
        (f"Wrong: {wrong}. All at once by chance: {found.by_chance:.0f}.",),
        (Table(header, rows),) if rows else (),
    )


def _limits(runs: Sequence[Run]) -> Slide:
    return Slide(
        "What these figures do not say",
        notes_of("See docs/elsewhere.md and card.md of each run.", runs),
        (
            "Test films come from the sources of the training films: elsewhere it may be worse.",
            "A source that holds one class gives the answer away without any finding.",
            "A map shows where a model found evidence, not where the disease is.",
            "Labels come from the data sets; some say what a test said, not what is on the film.",
            RESEARCH_ONLY,
        ),
    )


def _score_notes(runs: Sequence[Run], *names: str) -> str:
    lines = []
    for title, run in zip(model_names(runs), runs, strict=True):
        scores: dict[str, Score] = run.scores()
        words = (f"{name} {words_for(scores[name])}" for name in names)
        lines.append(f"{title}: {', '.join(words)}, n = {run.scores()['n']}")
    return "\n".join(lines)
