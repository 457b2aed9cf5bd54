"""What the tags of a file say about what it shows."""

from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.gate.result import GateFinding

RADIOGRAPHS = frozenset({"CR", "DX", "RG", "OT", "SC", "RF", ""})
"""Modalities that a chest radiograph may come under; OT and SC are whatever was scanned."""


def tag_findings(facts: FilmFacts) -> tuple[GateFinding, ...]:
    """What its tags say against a frontal chest film: it stops, whatever the pixels look like."""
    modality, part, view = (
        text.strip().upper() for text in (facts.modality, facts.body_part, facts.view)
    )
    if modality not in RADIOGRAPHS:
        words = f"By its tags this is no radiograph: modality {modality}."
        return (_stop("not_chest", modality, words),)
    if part and not any(name in part for name in ("CHEST", "THORAX", "LUNG")):
        words = f"By its tags this is no chest film: body part {part}."
        return (_stop("not_chest", part, words),)
    if view in ("LATERAL", "LL", "RL", "LLD", "RLD"):
        return (_stop("lateral", view, "By its tags this is a lateral view, not a frontal one."),)
    return ()


def _stop(kind: str, value: str, words: str) -> GateFinding:
    return GateFinding(kind, value, words, True, "Give a frontal (PA or AP) film of the chest.")
