"""A report of the lab as lines of text."""

from collections.abc import Iterator

from xray_core.audit.probes import PROBED
from xray_core.data.labels import label_title
from xray_core.evaluation.intervals import words_for
from xray_core.shortcuts.lab import ShortcutReport
from xray_core.wording import counted


def text_lines(report: ShortcutReport) -> Iterator[str]:
    """Everything, the verdict first."""
    yield f"{report.run}: {report.verdict.words}"
    yield from (f"- {finding}" for finding in report.verdict.findings)
    yield from (f"- a hint: {hint}" for hint in report.verdict.hints)
    yield report.verdict.rule
    yield f"{counted(report.n, 'film')} of {counted(report.n_patients, 'patient')}"
    for row in report.changes:
        yield (
            f"{row['title']}: balanced accuracy {words_for(row['balanced_accuracy'])}, changed by "
            f"{words_for(row['difference'], '{:+.3f}'.format, dash=' to ')}; same answer "
            f"{words_for(row['kept'])}; probability of the label "
            f"{words_for(row['shift'], '{:+.3f}'.format, dash=' to ')}; n {row['n']}"
        )
        areas = [f"{label_title(label)} {words_for(area)}" for label, area in row["auc"].items()]
        if areas:
            yield f"  AUC: {', '.join(areas)}"
    for row in report.probes:
        where = "" if row["within"] == "all" else f" among films of {label_title(row['within'])}"
        yield (
            f"{PROBED[row['fact']]} can be read off its features with {row['value']:.2f} "
            f"({row['low']:.2f}-{row['high']:.2f}; guessing {row['chance']:.2f}){where}, "
            f"n {row['n']}"
        )
    for row in report.within_source:
        yield (
            f"{label_title(row['class'])} or normal within {row['source'] or 'source not stated'}: "
            f"AUC {words_for(row['auc'])}, n {row['n']}; over all sources {words_for(row['plain'])}"
        )
    for row in report.groups:
        yield (
            f"{label_title(row['class'])}, {row['age_group'] or 'age not stated'}, "
            f"{row['source'] or 'source not stated'}: {row['right']:.3f} called so "
            f"({row['low']:.3f}-{row['high']:.3f}), n {row['n']}"
        )
    for age_group, labels in (report.met or {}).items():
        yield f"met in training, {age_group}: {', '.join(labels) or 'no class'}"
    yield from (f"not evaluated: {line}" for line in report.not_evaluated)
