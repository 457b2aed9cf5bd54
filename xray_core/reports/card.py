"""The model card of a run, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from xray_core.data.labels import label_title
from xray_core.data.origins import NOT_STATED, bases_in_words
from xray_core.evaluation.intervals import words_for
from xray_core.reports.card_elsewhere import elsewhere_lines
from xray_core.reports.card_facts import facts_of
from xray_core.reports.card_films import limits_of, overlap_words
from xray_core.reports.card_metadata import front_matter, model_metadata
from xray_core.reports.checklists import (
    ANSWERS,
    CHECKLISTS,
    checklist_lines,
    fill,
    read_answers,
)
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.scope import LEAST_TO_MEET, Scope, licences_of, scope_of
from xray_core.runs.store import CARD, Run

_PAIR_SCORES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "auc": "AUC",
    "specificity_at_90": "specificity at 90 % sensitivity",
}
_OVERALL = {
    "Accuracy": "accuracy",
    "Balanced accuracy": "balanced_accuracy",
    "Macro-F1": "macro_f1",
    "Mean AUC, one against the rest": "auc_macro",
}


def write_card(run: Run) -> None:
    """Write `card.md` from the other files of the run."""
    text = model_card(run, read_answers(run.path / ANSWERS))
    (run.path / CARD).write_text(text, encoding="utf-8")


def model_card(run: Run, answers: Mapping[str, str] | None = None) -> str:
    """The card as Markdown, with the fields that Hugging Face reads before it.

    Args:
        run: a finished run.
        answers: what a person says to items of the checklists, by their ids.

    Raises:
        RunError: a file of the run is missing or damaged.
    """
    scope = scope_of(run)
    lines = [
        *front_matter(model_metadata(run, scope)),
        *_measured(run, scope),
        *_use(run, scope),
    ]
    facts = facts_of(run)
    for name in CHECKLISTS:
        lines += checklist_lines(name, fill(name, facts, answers))
    return "\n".join(lines)


def _use(run: Run, scope: Scope | None) -> list[str]:
    """What the model is for, what it cannot be asked, and that its splits share nothing."""
    return [
        "## Intended use",
        "",
        f"{RESEARCH_ONLY} No medical device. For people who want to know how far such a "
        "classifier can be trusted, with films like those it was trained on. Not for patients, and "
        "not for any decision on them.",
        "",
        "## Limits",
        "",
        *(f"- {line}" for line in limits_of(run, scope)),
        "",
        "## Overlap of the splits",
        "",
        overlap_words(run.manifest()),
        "",
    ]


def _title(run: Run) -> str:
    """Network and initialisation, after the name that a user gave the run."""
    network = f"{run.network_title}, {run.initialisation} initialisation"
    return f"{run.name}: {network}" if run.name else network


def _measured(run: Run, scope: Scope | None) -> list[str]:
    """What was trained, and how it does on its test films."""
    scores = run.scores()
    environment = run.environment()
    config = run.config
    return [
        f"# {_title(run)}",
        "",
        RESEARCH_ONLY,
        "",
        f"- Run: `{run.id}`, created {config.created}",
        f"- Data: {', '.join(config.datasets)} (manifest {config.manifest_hash})",
        f"- Film: {run.image_size_px} x {run.image_size_px} px; seed {config.seed}; "
        f"best epoch {scores['best_epoch']} of {config.epochs} planned; "
        f"{scores['minutes']} minutes on {environment['processors']} processors",
        _calibration(run),
        "",
        f"## Test split: {scores['n']} films of {scores['n_patients']} patients",
        "",
        "Values with 95 % intervals by patient.",
        "",
        *_table(scores),
        "",
        "## Per source",
        "",
        "| source | films | accuracy | macro-F1 |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {part['n']} | {format_score(part['accuracy'])} "
            f"| {format_score(part['macro_f1'])} |"
            for name, part in scores["per_source"].items()
        ),
        "",
        *_pairs(scores),
        *_without_denied(scores),
        *elsewhere_lines(run),
        *_training_films(scope),
        "## Confusion (rows: label, columns: prediction)",
        "",
        "| | " + " | ".join(map(label_title, run.classes)) + " |",
        "|---|" + "---:|" * len(run.classes),
        *(
            f"| {label_title(label)} | " + " | ".join(map(str, row)) + " |"
            for label, row in zip(run.classes, scores["confusion"], strict=True)
        ),
        "",
    ]


def _pairs(scores: Mapping[str, Any]) -> list[str]:
    """One class against another, over all films and within every source that has both."""
    pairs = scores.get("pairs", ())
    within = [
        f"| {_names(pair)} | {source} | {part['n']} | {words_for(part['auc'])} "
        f"| {words_for(part['specificity_at_90'])} |"
        for pair in pairs
        for source, part in pair.get("within_source", {}).items()
    ]
    lines = [
        "## One class against another, as if there were no third",
        "",
        "Specificity at 90 % sensitivity: share of the films of the first class called so where "
        "90 % of the second are found.",
        "",
        *_pair_table(pairs),
        "",
    ]
    if within:
        lines += [
            "## One class against another within one source",
            "",
            "Here the source cannot tell the classes apart.",
            "",
            "| classes | source | films | AUC | specificity at 90 % sensitivity |",
            "|---|---|---:|---:|---:|",
            *within,
            "",
        ]
    return lines


def _pair_table(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        "| classes | films | " + " | ".join(_PAIR_SCORES.values()) + " |",
        "|---|---:|" + "---:|" * len(_PAIR_SCORES),
        *(
            f"| {_names(pair)} | {pair['accuracy']['n']} | "
            + " | ".join(words_for(pair.get(name)) for name in _PAIR_SCORES)
            + " |"
            for pair in pairs
        ),
    ]


def _without_denied(scores: Mapping[str, Any]) -> list[str]:
    """The main scores without films whose reading denies their label, where there are any."""
    without = scores.get("without_denied")
    if without is None:
        return []
    return [
        f"## Without test films whose reading denies their label ({without['n_denied']})",
        "",
        "A radiologist saw on them something other than the label says.",
        "",
        "| score | all films | without |",
        "|---|---:|---:|",
        *(
            f"| {title} | {words_for(scores[name])} | {words_for(without[name])} |"
            for title, name in _OVERALL.items()
        ),
        "",
        *_pair_table(without["pairs"]),
        "",
    ]


def _training_films(scope: Scope | None) -> list[str]:
    """What the run has met, what its labels say, and under which terms its films may be used."""
    if scope is None:
        return ["## Training films", "", "Unknown: they are not listed with the run.", ""]
    terms = licences_of(scope)
    research = [(source, n_films) for source, n_films, _, only in terms if only]
    groups = scope.age_groups
    return [
        "## Training films",
        "",
        f"Real films by class and age group; below {LEAST_TO_MEET} a class counts as never met. "
        f"Synthetic films ({scope.n_synthetic}) do not count.",
        "",
        "| class | " + " | ".join(groups) + " |",
        "|---|" + "---:|" * len(groups),
        *(
            f"| {label_title(label)} | "
            + " | ".join(_met(scope.n_films(label, group)) for group in groups)
            + " |"
            for label in scope.classes
        ),
        "",
        f"Of these films, {bases_in_words(scope.bases)}.",
        "",
        *(
            f"**For non-commercial research only: {n_films} of them, from {source}.**\n"
            for source, n_films in research
        ),
        "| source | films | licence |",
        "|---|---:|---|",
        *(
            f"| {source or NOT_STATED} | {n_films} | {words} |"
            for source, n_films, words, _ in terms
        ),
        "",
    ]


def _met(n_films: int) -> str:
    return str(n_films) if n_films >= LEAST_TO_MEET else f"{n_films} (never met)"


def _names(pair: Mapping[str, Any]) -> str:
    return " or ".join(map(label_title, pair["classes"]))


def _calibration(run: Run) -> str:
    found = run.calibration()
    if not found:
        return "- Probabilities: as the network gives them"
    shifts = ", ".join(
        f"{label_title(label)} {shift:+.2f}"
        for label, shift in zip(run.classes, found.shifts, strict=True)
    )
    return (
        f"- Probabilities: calibrated on {found.n} validation films "
        f"(logits x {found.factor:.2f}; {shifts})"
    )


def format_score(score: Mapping[str, Any]) -> str:
    """`0.830 (0.800-0.860)`, or `-` for a score that could not be computed."""
    return words_for(score)


def _table(scores: Mapping[str, Any]) -> list[str]:
    names = ("sensitivity", "specificity", "auc")
    return [
        "| score | value | n |",
        "|---|---:|---:|",
        *(
            f"| {title} | {format_score(scores[name])} | {scores[name]['n']} |"
            for title, name in _OVERALL.items()
        ),
        "",
        "| class | films | " + " | ".join(names) + " |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {label_title(label)} | {part['sensitivity']['n']} | "
            + " | ".join(format_score(part[name]) for name in names)
            + " |"
            for label, part in scores["per_class"].items()
        ),
    ]
