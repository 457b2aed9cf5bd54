"""The gate's one question: may this film be answered?

Tags come first, then what the picture shows, then how it lies. Thresholds were chosen on validation
films so that at least 98 % of the frontal films of every source pass.
"""

from collections.abc import Iterable

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.greys import HARDLY_A_FILM
from xray_core.data.decoding.images import Film, to_uint8
from xray_core.data.film_facts import FilmFacts
from xray_core.errors import WeightsError
from xray_core.opinion.gate.exposure import exposure_notes, unreadable
from xray_core.opinion.gate.network import Seen, look, shrink
from xray_core.opinion.gate.result import KINDS, GateFinding, GateResult
from xray_core.opinion.gate.tags import (
    MIRROR_ADVICE,
    PHOTOGRAPH_ADVICE,
    noted_tags,
    stopping_tags,
)

LEAST_FRONTAL = 0.97
"""Below this probability of a frontal chest film, a picture is stopped."""

LEAST_INVERTED = 0.5
LEAST_TURNED = 0.8
LEAST_MIRRORED = 0.7
LEAST_CUT = 0.6
LEAST_PHOTOGRAPHED = 0.7

UNLIKE = 8.0
"""Distance from training films that 1 % of the validation films exceed: a note."""

STRANGE, STRANGEST = 15.0, 26.0
"""Distances that stop a film. No validation film is beyond 10.5, nor beyond 16 with a border,
mirrored or photographed, nor beyond 24.1 where a part is cut off: the second is for films that
are noted as cut or photographed."""

_SHOWN = {
    "lateral": "a lateral view",
    "limb": "a radiograph of a limb or of another part of the body",
    "slice": "a slice of a CT",
    "picture": "a photograph or a drawing",
    "page": "a page of text",
    "noise": "a pattern",
}
_GIVE = "Give a frontal (PA or AP) film of the chest."


def check(film: Film, facts: FilmFacts | None = None) -> GateResult:
    """What stands between a film and an answer.

    Args:
        film: as it was read.
        facts: what its tags say; None where nothing is known.

    Returns:
        The findings. Where the weights of the gate's network are missing, the finding
        `not_checked` says that the picture was not looked at.
    """
    facts = facts or FilmFacts()
    by_file = stopping_tags(facts) or _coloured(film)
    if by_file:
        return GateResult(by_file)
    pixels = np.ascontiguousarray(to_uint8(film.pixels))
    try:
        seen = look(shrink(pixels)[None])[0]
    except WeightsError:
        words = "The picture was not checked: the weights of the gate are missing or damaged."
        unseen = GateFinding("not_checked", None, words, False, "Install them again.")
        return GateResult((*noted_tags(facts), unseen))
    return judge(pixels, seen, noted_tags(facts))


def judge(pixels: UInt8Array, seen: Seen, by_tags: tuple[GateFinding, ...] = ()) -> GateResult:
    """What tags, a picture's greys and what the network sees say together, in the gate's order.

    Args:
        pixels: uint8 (height, width), as it was read.
        seen: what the network makes of it.
        by_tags: notes of its tags; left out where the picture stops the film.
    """
    if stops := unreadable(pixels):
        return GateResult(stops)
    found = findings_of(seen)
    if any(finding.stops for finding in found):
        return GateResult(found)
    return GateResult(_once((*by_tags, *found, *exposure_notes(pixels))))


def _once(findings: Iterable[GateFinding]) -> tuple[GateFinding, ...]:
    """The first finding of each kind, in the gate's order."""
    by_kind: dict[str, GateFinding] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, finding)
    return tuple(sorted(by_kind.values(), key=lambda finding: KINDS.index(finding.kind)))


def findings_of(seen: Seen) -> tuple[GateFinding, ...]:
    """The findings that follow from what the network sees, in the gate's order.

    Whether a picture that is no frontal chest film is turned or cut is not asked; nor whether a
    film that lies on its side is mirrored.
    """
    if seen.shows["frontal"] < LEAST_FRONTAL:
        return (_no_frontal_film(seen),)
    stops = []
    if seen.share["inverted"] >= LEAST_INVERTED:
        stops.append(
            GateFinding(
                "inverted",
                round(seen.share["inverted"], 3),
                "The greys are inverted: air is bright and bone is dark.",
                True,
                "Invert it.",
            )
        )
    degrees = max(seen.turn, key=lambda angle: seen.turn[angle])
    if degrees and seen.turn[degrees] >= LEAST_TURNED:
        lies = "stands upside down" if degrees == 180 else "lies on its side"
        stops.append(
            GateFinding(
                "turned",
                degrees,
                f"The film {lies}.",
                True,
                f"Turn it clockwise by {degrees} degrees.",
            )
        )
    if stops:
        return tuple(stops)
    notes = _notes(seen)
    return _unlike(seen, notes) or notes


def _coloured(film: Film) -> tuple[GateFinding, ...]:
    """The decoder warns where a quarter of the picture has clear colours."""
    if not any(warning.endswith(HARDLY_A_FILM) for warning in film.warnings):
        return ()
    words = "The picture is in colour: it is hardly a radiograph."
    return (GateFinding("not_chest", "colour", words, True, _GIVE),)


def _unlike(seen: Seen, notes: tuple[GateFinding, ...]) -> tuple[GateFinding, ...]:
    """What the distance from training films adds; empty where the notes explain it."""
    if seen.distance is None or seen.distance < UNLIKE:
        return ()
    distance = round(seen.distance, 1)
    explained = any(note.kind in ("cut", "photographed") for note in notes)
    if seen.distance >= (STRANGEST if explained else STRANGE):
        words = "This is unlike every frontal chest film that the gate was fitted on."
        return (GateFinding("not_chest", distance, words, True, _GIVE),)
    if notes:
        return ()
    words = "The film looks unlike those that the models were trained on."
    advice = "Expect more mistakes than the scores say."
    return (GateFinding("unlike_training", distance, words, False, advice),)


def _no_frontal_film(seen: Seen) -> GateFinding:
    others = {name: share for name, share in seen.shows.items() if name != "frontal"}
    likeliest = max(others, key=lambda name: others[name])
    frontal = round(seen.shows["frontal"], 3)
    if likeliest == "lateral":
        return GateFinding(
            "lateral", frontal, "This looks like a lateral view, not a frontal one.", True, _GIVE
        )
    if others[likeliest] >= 0.5:
        words = f"This looks like {_SHOWN[likeliest]}, not like a frontal chest film."
    else:
        words = "This does not look like a frontal chest film."
    return GateFinding("not_chest", frontal, words, True, _GIVE)


def _notes(seen: Seen) -> tuple[GateFinding, ...]:
    said = (
        (
            "mirrored",
            LEAST_MIRRORED,
            "The film looks mirrored: the heart lies on the other side.",
            MIRROR_ADVICE,
        ),
        (
            "cut",
            LEAST_CUT,
            "A part of the lungs may be cut off.",
            "The models judge what is on the film alone.",
        ),
        (
            "photographed",
            LEAST_PHOTOGRAPHED,
            "This looks like a photograph of a film on a light box or a screen.",
            PHOTOGRAPH_ADVICE,
        ),
    )
    return tuple(
        GateFinding(kind, round(seen.share[kind], 3), words, False, advice)
        for kind, least, words, advice in said
        if seen.share[kind] >= least
    )
