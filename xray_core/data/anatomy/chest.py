"""The chest behind a phantom film: shapes with a thickness, summed along the beam.

Lengths are in half film widths: x from -1 to 1 (positive is the patient's left, the
viewer's right), y downward. The canvas is wider than the film by `MARGIN`, so that a turned
or shifted film still finds anatomy at its border. Thickness 1 is the chest in the midline.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from xray_core.arrays import Float32Array
from xray_core.data.anatomy.bones import draw_skeleton, draw_vessels
from xray_core.data.anatomy.canvas import (
    MARGIN,
    Canvas,
    Tubes,
    add_ellipsoid,
    chord,
    curve,
    draw_tubes,
    ramp,
    segment_distance,
    smooth_min,
)
from xray_core.data.anatomy.habitus import Habitus, lung_border


@dataclass(frozen=True)
class Anatomy:
    """Thickness maps of one chest, each float32 (n_px, n_px) unless said otherwise.

    Attributes:
        tissue: soft tissue, as if there were no lungs.
        air: how much of it the lungs take away.
        bone: bone, in units of soft tissue that stops the same rays.
        vessels: pulmonary vessels and hila.
        lungs: 1 inside the lung fields, 0 outside, soft at the border.
        outwards: 0 at the midline, 1 at the chest wall.
        apex, base: y of the upper and the lower end of the lungs.
        hila: ((x, y), (x, y)) of the patient's right and left hilum.
    """

    tissue: Float32Array
    air: Float32Array
    bone: Float32Array
    vessels: Float32Array
    lungs: Float32Array
    outwards: Float32Array
    apex: float
    base: float
    hila: tuple[tuple[float, float], tuple[float, float]]


def build_anatomy(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Anatomy:
    """All thickness maps of one patient."""
    lateral = lung_border(canvas.axis, habitus)
    air, lungs, tissue = _soft_parts(canvas, habitus, rng, lateral)
    mid = habitus.apex + 0.47 * (habitus.dome[0] - habitus.apex)
    hila = ((-0.15, mid + 0.03), (0.16, mid - 0.02))
    return Anatomy(
        tissue=tissue,
        air=air,
        bone=draw_skeleton(canvas, habitus, rng),
        vessels=draw_vessels(canvas, rng, hila, reach=habitus.half_width / 0.72) * np.sqrt(lungs),
        lungs=lungs,
        outwards=np.minimum(np.abs(canvas.x) / np.maximum(lateral, 0.05)[:, None], 1),
        apex=habitus.apex,
        base=(sum(habitus.dome) + habitus.angle) / 2,
        hila=hila,
    )


# --- soft tissue and lungs ---------------------------------------------------------------


def _mediastinum(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Float32Array:
    """Left and right border of the heart and great vessels at each row, (2, n_px)."""
    span = sum(habitus.dome) / 2 - habitus.apex
    scale = habitus.half_width / 0.72
    size, thymus = habitus.heart * scale, habitus.thymus
    knob = 0.12 + (0.01 if habitus.child else rng.uniform(0.015, 0.05))
    jitter = rng.uniform(0.94, 1.06, 12)
    right = [
        (-0.2, 0.1),
        (0.05, 0.1),
        (0.25, 0.105 + thymus),
        (0.42, 0.11 + thymus / 2),
        (0.55, 0.125 * size),
        (0.7, 0.165 * size),
        (0.85, 0.175 * size),
        (1.02, 0.14 * size),
    ]
    left = [
        (-0.2, 0.1),
        (0.08, 0.1),
        (0.2, 0.11 + thymus),
        (0.28, knob + thymus),
        (0.37, 0.125 + thymus / 2),
        (0.46, 0.16 * size),
        (0.58, 0.235 * size),
        (0.7, 0.315 * size),
        (0.82, 0.37 * size),
        (0.93, 0.395 * size),
        (1.03, 0.385 * size),
        (1.15, 0.32 * size),
    ]
    rows = (canvas.axis - habitus.apex) / span
    borders = []
    for knots in (right, left):
        moved = [(at, value * j) for (at, value), j in zip(knots, jitter, strict=False)]
        borders.append(curve(rows, moved, 0.038))
    return np.stack(borders)


def _soft_parts(
    canvas: Canvas, habitus: Habitus, rng: np.random.Generator, lateral: Float32Array
) -> tuple[Float32Array, Float32Array, Float32Array]:
    """Air in the lungs, the lung fields and the soft tissue around them."""
    x, y = canvas.x, canvas.y
    distance, left = np.abs(x), x > 0
    borders = _mediastinum(canvas, habitus, rng)
    medial = np.where(left, borders[1][:, None], borders[0][:, None])
    below_apex = np.maximum(canvas.axis - habitus.apex, 0)
    apical = 0.28 - 0.2 * np.sqrt(np.minimum(below_apex / 0.1, 1))  # the rounded apex
    slope = np.gradient(lateral, canvas.axis)
    wall = (lateral[:, None] - distance) / np.sqrt(1 + np.minimum(slope, 4) ** 2)[:, None]
    medial_gap = distance - np.maximum(medial, apical[:, None])

    peak = 0.48 * habitus.half_width
    top = np.where(left, habitus.dome[1], habitus.dome[0])
    outward = np.clip((distance - peak) / (habitus.half_width - peak), 0, 1.3)
    inward = np.clip((peak - distance) / peak, 0, 1)
    diaphragm = (top + habitus.angle * outward**2.2 + 0.13 * inward**2).astype(np.float32)
    above = diaphragm - y
    over = ramp(above, -0.008, 0.012)
    behind = 0.2 * np.exp(np.minimum(above, 0) / 0.06) * (1 - over)

    # Where the heart rests on it, the diaphragm has no edge.
    bare = ramp(medial_gap, -0.04, 0.02)
    below = bare * (1 - over) + (1 - bare) * ramp(-above, -0.15, 0.2)
    lungs = ramp(wall, -0.002, 0.014) * ramp(medial_gap, -0.006, 0.012) * over
    cavity = (
        chord(wall, 0.3) * (0.68 + 0.32 * chord(medial_gap, 0.3)) * ramp(medial_gap, -0.02, 0.03)
    )
    fade = 0.84 + 0.16 * ramp(y, habitus.apex, 0.0) - 0.09 * ramp(y, 0.0, 0.5)
    air = habitus.aeration * cavity * (over + behind) * fade
    # The heart lies in front of lung: some air is behind it, less towards the midline.
    retro = chord(wall, 0.3) * ramp(-medial_gap, -0.03, 0.0) * (1 - below)
    air += 0.26 * retro * np.exp(np.minimum(medial_gap, 0) / 0.12)

    tissue = _body(canvas, habitus, rng)
    heart = chord(-medial_gap, 0.16) * ramp(np.broadcast_to(y, cavity.shape), habitus.apex, 0.25)
    tissue += 0.03 * heart * (1 - below) + (
        habitus.abdomen + 0.1 * ramp(-above, 0, 0.5)
    ) * below * ramp(wall, -0.1, 0.1)
    tissue -= _gas(canvas, habitus, rng)
    if habitus.breast > 0:
        _add_breasts(canvas, tissue, habitus, rng)
    return air.astype(np.float32), lungs.astype(np.float32), tissue.astype(np.float32)


def _body(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Float32Array:
    """Thickness of the trunk, the neck, the shoulders and the upper arms."""
    x, y = canvas.x[:, canvas.n_px // 2 :], canvas.y
    rows = canvas.axis
    apex, wide = habitus.apex, habitus.half_width + habitus.wall
    lift = rng.uniform(-0.06, 0.06) + (0.13 if habitus.child else 0.0)
    neck = rng.uniform(0.2, 0.26)
    trunk = curve(
        rows,
        [
            (apex, wide),
            (apex + 0.3, wide * 1.03),
            (apex + 0.7, wide),
            (1.2, wide * rng.uniform(0.9, 1.05)),
        ],
        0.1,
    )
    shoulder = curve(
        canvas.axis,
        [
            (neck * 0.8, -1.5),
            (neck * 1.15, apex - 0.42 + lift),
            (0.45, apex - 0.28 + lift),
            (0.75, apex - 0.17 + lift),
            (1.0, apex - 0.02 + lift),
            (1.2, apex + 0.2 + lift),
        ],
        0.05,
    )
    shoulder = shoulder[canvas.n_px // 2 :]
    under_shoulder = (y - shoulder[None, :]) * 0.8
    # Thickness grows from the shoulders to the chest.
    thick = 0.62 + 0.38 * ramp(rows, apex - 0.2, apex + 0.6)[:, None]
    trunk_in = smooth_min(trunk[:, None] - x, under_shoulder, 0.15)
    start = np.array([habitus.half_width * 1.17, apex + 0.15])
    end = (
        np.array([1.3, apex - 0.15])
        if habitus.arms_up
        else np.array([rng.uniform(1.0, 1.3), rng.uniform(0.4, 0.9)])
    )
    radius = rng.uniform(0.13, 0.17) if habitus.child else rng.uniform(0.17, 0.22)
    arm_in = radius - segment_distance(x, y, start, end)
    inside = -smooth_min(-trunk_in, -arm_in, 0.08)
    half = chord(inside, 0.42) * thick
    return np.concatenate([half[:, ::-1], half], axis=1)


def _gas(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Float32Array:
    """Air in the trachea, the main bronchi, the stomach and the bowel."""
    apex, dome = habitus.apex, habitus.dome[1]
    carina = apex + 0.4 * (dome - apex)
    s = np.linspace(0, 1, canvas.n_px // 2)
    y = -MARGIN + (carina + MARGIN) * s
    x = -0.012 * np.exp(-(((y - carina + 0.12) / 0.1) ** 2))  # pushed by the aortic arch
    right = np.stack([-0.14 * s, carina - 0.02 + 0.13 * s], -1)
    left = np.stack([0.16 * s, carina - 0.02 + 0.1 * s], -1)
    gas = draw_tubes(
        canvas,
        Tubes(np.stack([x, y], -1)[None], 0.045, 0.2 * np.minimum(1, 4 - 4 * s)),
        Tubes(np.stack([right, left]), 0.03, 0.1),
    )
    stomach = (rng.uniform(0.26, 0.42), dome + rng.uniform(0.07, 0.12))
    axes = (rng.uniform(0.07, 0.15), rng.uniform(0.035, 0.07))
    add_ellipsoid(canvas, gas, stomach, axes, rng.uniform(0.03, 0.25))
    for _ in range(int(rng.integers(0, 4))):
        centre = (rng.uniform(0.2, 0.5), dome + rng.uniform(0.12, 0.3))
        axes = (rng.uniform(0.05, 0.17), rng.uniform(0.03, 0.09))
        add_ellipsoid(canvas, gas, centre, axes, rng.uniform(0.05, 0.25))
    blurred: Float32Array = gaussian_filter(gas, 0.008 * canvas.px_per_unit)
    return blurred


def _add_breasts(
    canvas: Canvas, tissue: Float32Array, habitus: Habitus, rng: np.random.Generator
) -> None:
    """Two soft shadows that end below in a curved border and fade out above."""
    low = habitus.dome[0] - rng.uniform(0.0, 0.2)
    for side in (-1, 1):
        centre = (side * habitus.half_width * rng.uniform(0.64, 0.76), low)
        axes = (rng.uniform(0.26, 0.34), rng.uniform(0.24, 0.32))
        shadow = np.zeros_like(tissue)
        add_ellipsoid(canvas, shadow, centre, axes, 0.36 * habitus.breast)
        tissue += shadow * ramp(canvas.y, low - axes[1], low + 0.6 * axes[1])
