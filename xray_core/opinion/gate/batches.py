"""Batches for the fit: films with planted faults, and pictures of all other kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.opinion.gate import drawn, variations
from xray_core.opinion.gate.network import N_LOGITS, SHOWS, TURNS, YES_OR_NO, shrink

BATCH = 64
FIRST_TURN, FIRST_YES = len(SHOWS), len(SHOWS) + len(TURNS)
CUT_FROM = 0.2
"""A film that lost this share of its lungs is cut off; one that lost a quarter of it is not."""

_ODD = SHOWS[1:]
Batch = tuple[UInt8Array, Float32Array, Float32Array]


@dataclass(frozen=True)
class Material:
    """What is drawn from.

    Attributes:
        films: uint8 (n, side, side), upright frontal films.
        lungs: uint8 (m, side, side), above 0 where lungs are on the first m films; parts of these
            films are cut off.
        odd: pictures by name of `SHOWS`: `lateral`, `limb`, `slice`, `picture`. Where a kind is
            missing, drawn pictures take its place.
    """

    films: UInt8Array
    lungs: UInt8Array
    odd: Mapping[str, Sequence[UInt8Array]]


def draw_batch(material: Material, rng: np.random.Generator) -> Batch:
    """A batch, what is true of it, and what of that counts.

    Half of it are frontal films that were turned, mirrored, inverted, cut, framed or photographed
    in a way that is known; the other half are pictures of all other kinds in equal parts.

    Returns:
        uint8 (64, 96, 96); float32 (64, 15) with 1 where a column of the logits is right; float32
        (64, 6) weights of: what it shows, its turn, and each of `YES_OR_NO`.
    """
    batch, truths, weights = [], [], []
    for number in range(BATCH):
        truth = np.zeros(N_LOGITS, np.float32)
        counts = np.zeros(2 + len(YES_OR_NO), np.float32)
        counts[0] = 1
        if number < BATCH // 2:
            picture = _vary_film(material, truth, counts, rng)
        else:
            name, picture = _draw_odd(_ODD[number % len(_ODD)], material, rng)
            truth[SHOWS.index(name)] = 1
        batch.append(shrink(np.ascontiguousarray(picture)))
        truths.append(truth)
        weights.append(counts)
    return np.stack(batch), np.stack(truths), np.stack(weights)


def _vary_film(
    material: Material, truth: Float32Array, counts: Float32Array, rng: np.random.Generator
) -> UInt8Array:
    """A frontal film with faults that are written into `truth` and `counts`."""
    degrees = int(rng.choice(TURNS, p=(0.55, 0.15, 0.15, 0.15)))
    mirrored, inverted, cropped, photographed = rng.random(4) < (0.35, 0.25, 0.35, 0.15)
    row = int(rng.integers(len(material.lungs if cropped else material.films)))
    picture, lost = material.films[row], 0.0
    if cropped:
        picture, lost = variations.cut_off(picture, material.lungs[row], rng)
    cut = lost >= CUT_FROM
    truth[SHOWS.index("frontal")] = 1
    truth[FIRST_TURN + TURNS.index(degrees)] = 1
    truth[FIRST_YES:] = mirrored, inverted, cut, photographed
    counts[1:] = 1, degrees == 0, 1, degrees == 0 and (cut or lost < CUT_FROM / 4), 1
    picture = variations.expose(picture, rng)
    if mirrored:
        picture = picture[:, ::-1]
    picture = variations.turn(picture, degrees)
    if inverted:
        picture = 255 - picture
    if photographed:
        return variations.photograph(np.ascontiguousarray(picture), rng)
    return variations.frame(picture, rng) if rng.random() < 0.2 else picture


def _draw_odd(name: str, material: Material, rng: np.random.Generator) -> tuple[str, UInt8Array]:
    """A picture that is no frontal film, and what it shows."""
    if name == "page":
        return name, drawn.draw_page(rng)
    if name == "noise":
        return name, _part_of_film(material, rng) if rng.random() < 0.3 else drawn.draw_noise(rng)
    if name == "picture" and (rng.random() < 0.5 or not material.odd.get(name)):
        return name, _draw_picture(material, rng)
    if not material.odd.get(name):
        return "noise", drawn.draw_noise(rng)
    picture = material.odd[name][int(rng.integers(len(material.odd[name])))]
    picture = variations.part_of(picture, rng, 0.3 if name == "picture" else 0.75)
    picture = variations.expose(np.ascontiguousarray(picture), rng)
    if name != "lateral":
        picture = np.rot90(picture, int(rng.integers(4)))
    return name, 255 - picture if rng.random() < 0.25 else picture


def _draw_picture(material: Material, rng: np.random.Generator) -> UInt8Array:
    """A sketch, something like a section, or several films beside each other."""
    kind = rng.random()
    if kind < 0.4:
        return drawn.draw_sketch(rng)
    if kind < 0.8:
        return drawn.draw_section(rng)
    rows = rng.integers(len(material.films), size=int(rng.choice([2, 4])))
    return variations.expose(variations.tile([material.films[row] for row in rows]), rng)


def _part_of_film(material: Material, rng: np.random.Generator) -> UInt8Array:
    """A detail of a film, a quarter of its side or less."""
    film = material.films[int(rng.integers(len(material.films)))]
    side = int(rng.uniform(0.1, 0.25) * len(film))
    top, left = rng.integers(0, len(film) - side, 2)
    return variations.expose(np.ascontiguousarray(film[top : top + side, left : left + side]), rng)
