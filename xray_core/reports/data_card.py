"""The card of the films that a run was trained and tested on: one page of Markdown."""

from collections import Counter

from xray_core.data.labels import label_title
from xray_core.data.origins import NOT_STATED, SYNTHETIC, bases_in_words, count_bases, origin_of
from xray_core.data.records import Manifest
from xray_core.reports.card_films import SPLITS, overlap_words, split_overlap
from xray_core.reports.card_metadata import data_metadata, front_matter
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.scope import scope_of
from xray_core.runs.store import Run


def data_card(run: Run) -> str:
    """The card as Markdown, from the manifest of the run.

    Raises:
        RunError: the manifest is missing or damaged.
    """
    manifest = run.manifest()
    records = manifest.records
    sources = Counter(record.source for record in records)
    lines = [
        *front_matter(data_metadata(run, scope_of(run), len(records))),
        f"# Films of {run.title}, run `{run.id}`",
        "",
        RESEARCH_ONLY,
        "",
        f"{len(records):,} films of {len({r.patient for r in records}):,} patients, from "
        f"{', '.join(run.config.datasets)} (manifest {run.config.manifest_hash}). The films are "
        "not part of this card; each collection is available from its own pages.",
        "",
        *_composition(manifest, run.classes),
        "## Labels",
        "",
        f"In this set {bases_in_words(count_bases(records))}. Readings by radiologists are known "
        f"of {sum(1 for r in records if r.reading):,} films.",
        "",
        "## Splits",
        "",
        overlap_words(manifest),
        "",
        "| splits | files in common | patients in common |",
        "|---|---:|---:|",
        *(
            f"| {one} and {other} | {files} | {patients} |"
            for (one, other), (files, patients) in split_overlap(manifest).items()
        ),
        "",
        "## Licences",
        "",
        "| source | films | terms |",
        "|---|---:|---|",
        *(
            f"| {source or NOT_STATED} | {n:,} | {origin_of(source).licence or NOT_STATED} |"
            for source, n in sources.most_common()
        ),
        "",
        "## Not stated",
        "",
        *(
            f"- {name.replace('_', ' ')}: {sum(1 for r in records if not getattr(r, name)):,} films"
            for name in ("age_group", "source", "view")
        ),
        "",
    ]
    return "\n".join(lines)


def _composition(manifest: Manifest, classes: tuple[str, ...]) -> list[str]:
    """Films by class, age group, source and split."""
    records = manifest.records
    splits = [name for name in SPLITS if manifest.split(name).records]
    cells = Counter(
        (r.label, r.age_group or NOT_STATED, r.source or NOT_STATED, r.split) for r in records
    )
    groups = sorted(
        {key[:3] for key in cells},
        key=lambda key: (
            classes.index(key[0]) if key[0] in classes else len(classes),
            key[1:],
        ),
    )
    return [
        "## Composition",
        "",
        "| class | age group | source | " + " | ".join(splits) + " |",
        "|---|---|---|" + "---:|" * len(splits),
        *(
            f"| {label_title(label)} | {age} | {source} | "
            + " | ".join(f"{cells[label, age, source, split]:,}" for split in splits)
            + " |"
            for label, age, source in groups
        ),
        "",
        *_confounding([group for group in groups if group[2] != SYNTHETIC]),
    ]


def _confounding(groups: list[tuple[str, str, str]]) -> list[str]:
    """Classes that have no source in common: there the source tells them apart."""
    of_class: dict[str, set[str]] = {}
    for label, _, source in groups:
        of_class.setdefault(label, set()).add(source)
    labels = list(of_class)
    apart = [
        f"{label_title(one)} and {label_title(other)}"
        for place, one in enumerate(labels)
        for other in labels[place + 1 :]
        if not of_class[one] & of_class[other]
    ]
    if not apart:
        return []
    return [
        f"**No source in common**, so that the source alone tells them apart: {'; '.join(apart)}.",
        "",
    ]
