"""What the files of a run say of it, a sentence each, with the file that it rests on."""

from collections.abc import Iterator

from xray_core.data.labels import label_title
from xray_core.data.origins import NOT_STATED
from xray_core.evaluation.intervals import words_for
from xray_core.networks.registry import get_network
from xray_core.reports.card_elsewhere import external_words
from xray_core.reports.card_films import Fact, facts_of_films, limits_of, resting_on
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.parameters import parameter_count
from xray_core.runs.scope import scope_of
from xray_core.runs.store import (
    CALIBRATION,
    CONFIG,
    ELSEWHERE,
    ENVIRONMENT,
    EXPLAIN,
    MANIFEST,
    REPORT,
    SCORES,
    WEIGHTS,
    Run,
)

README, SECOND_OPINION = "README.md", "docs/second-opinion.md"


def facts_of(run: Run) -> dict[str, Fact]:
    """All that the files of a finished run say, by name; what they do not say is left out.

    Raises:
        RunError: a file is missing or damaged.
    """
    return {
        name: fact
        for name, fact in (*facts_of_films(run), *_of_model(run), *_of_results(run))
        if fact.words
    }


def _of_model(run: Run) -> Iterator[tuple[str, Fact]]:
    asked, side = run.config.content, run.image_size_px
    classes = ", ".join(map(label_title, run.classes))
    n_parameters, found = parameter_count(run), run.calibration()
    size = f", {n_parameters:,} parameters" if n_parameters else ""
    names = ("batch_size", "learning_rate", "schedule", "weight_decay", "augment", "balance")
    settings = [f"{name.replace('_', ' ')} {asked[name]}" for name in names if name in asked]
    packages = run.environment().get("packages", {})
    best = f"The best epoch on validation films, {run.scores()['best_epoch']}"
    yield from resting_on(
        CONFIG,
        method="Supervised classification of films by a convolutional network, "
        f"{run.network_title}.",
        preprocessing=f"Squeezed to {side} x {side} px, one grey channel in [0, 1], bone bright.",
        model=f"{get_network(run.network).title}{size}; in: {side} x {side} px; out: "
        f"probabilities of {classes}, which sum to 1.",
        initial=f"{run.initialisation} initialisation.",
        training="; ".join(settings),
        ensemble="None: one network.",
        imbalance=f"Balanced by {asked.get('balance') or 'nothing'}.",
        predictors="The film alone: nothing else of the patient enters the network.",
    )
    yield from resting_on(
        README,
        purpose=f"Research on what classifiers see on films. {RESEARCH_ONLY}",
        goal="Exploratory: a model to be compared and explained.",
    )
    yield from resting_on(
        SECOND_OPINION,
        interaction="A person reads the film; probabilities, sets and maps are shown beside it.",
        usability="A gate stops what is no upright frontal chest film; the answer can be not sure.",
    )
    yield from resting_on(
        ENVIRONMENT, software=", ".join(f"{name} {value}" for name, value in packages.items())
    )
    yield from resting_on(SCORES, selection=f"{best} of {run.config.epochs}.")
    if found:
        yield from resting_on(
            CALIBRATION,
            calibration=f"Probabilities are calibrated on {found.n:,} validation films.",
        )
    yield from resting_on(
        WEIGHTS,
        available="Code under Apache-2.0; weights and films under the terms of the training films, "
        "listed on this card.",
    )


def _of_results(run: Run) -> Iterator[tuple[str, Fact]]:
    scores = run.scores()
    of_classes = [
        f"{label_title(label)}: sensitivity {words_for(part['sensitivity'])}, specificity "
        f"{words_for(part['specificity'])}"
        for label, part in scores["per_class"].items()
    ]
    of_sources = [
        f"{source or NOT_STATED}: accuracy {words_for(part['accuracy'])}, n {part['n']:,}"
        for source, part in scores["per_source"].items()
    ]
    yield from resting_on(
        SCORES,
        metrics="Accuracy, balanced accuracy, macro-F1, AUC; of each class sensitivity, "
        "specificity.",
        uncertainty="95 % intervals by patient (bootstrap, Wilson).",
        performance=f"Accuracy {words_for(scores['accuracy'])}, macro-F1 "
        f"{words_for(scores['macro_f1'])}, mean AUC {words_for(scores['auc_macro'])} on "
        f"{scores['n']:,} test films.",
        diagnostic=f"{'; '.join(of_classes)}.",
        internal=f"{scores['n']:,} test films of {scores['n_patients']:,} patients, of the same "
        "collections.",
        clusters=f"{'; '.join(of_sources)}.",
        failures=_failures(run),
    )
    yield from resting_on(ELSEWHERE, external=external_words(run))
    yield from resting_on(MANIFEST, limits=" ".join(limits_of(run, scope_of(run))))
    if (run.path / EXPLAIN).is_file():
        yield from resting_on(EXPLAIN, explained="Maps by a measured method and layer.")
    if (run.path / REPORT).is_file():
        yield from resting_on(
            REPORT, robustness="Faithfulness and repeatability of its maps are measured."
        )


def _failures(run: Run) -> str:
    """The commonest confusions on test films."""
    cells = [
        (count, label, said)
        for label, row in zip(run.classes, run.scores()["confusion"], strict=True)
        for said, count in zip(run.classes, row, strict=True)
        if said != label and count
    ]
    cells.sort(key=lambda cell: -cell[0])
    return "; ".join(
        f"{label_title(label)} called {label_title(said)}: {count:,} films"
        for count, label, said in cells[:3]
    )
