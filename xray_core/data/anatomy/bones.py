"""Ribs, clavicles, scapulae, spine and arms of a phantom film, and the pulmonary vessels."""

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from xray_core.arrays import Float32Array
from xray_core.data.anatomy.canvas import (
    MARGIN,
    Canvas,
    Tubes,
    add_ellipsoid,
    chord,
    cloud,
    draw_tubes,
    ramp,
)
from xray_core.data.anatomy.habitus import Habitus, lung_border

N_RIB_PAIRS = 10
RIB_TURN = 168  # degrees from the spine round to the front end


def rib_lines(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Float32Array:
    """Centre lines of the ribs: right side first, then left, from the top down.

    Each runs from the spine outwards and gently down, round the chest wall, and steeper
    down and inwards to the front.

    Returns:
        float32 (2 * N_RIB_PAIRS, steps, 2) of x, y.
    """
    steps = canvas.n_px
    turn = np.linspace(0, np.radians(RIB_TURN), steps)
    back = np.minimum(turn, np.pi / 2)
    front = np.maximum(turn - np.pi / 2, 0)
    pitch = (habitus.dome[0] + 0.17 - habitus.apex) / (N_RIB_PAIRS - 0.6)
    number = np.arange(N_RIB_PAIRS)
    lines = []
    for side in (-1, 1):
        start = habitus.apex - 0.02 + pitch * number + rng.normal(0, 0.006, N_RIB_PAIRS)
        drop = habitus.rib_slope * (0.13 + 0.014 * number) + rng.normal(0, 0.006, N_RIB_PAIRS)
        drop[:2] *= (0.75, 0.95)
        width = lung_border((start + drop).astype(np.float32), habitus) + 0.012
        inner = 0.07
        end = width * rng.uniform(0.38, 0.46, N_RIB_PAIRS)
        reach_back = inner + (width - inner)[:, None] * np.sin(back)
        reach_front = end[:, None] + (width - end)[:, None] * np.cos(front)
        x = np.where(turn < np.pi / 2, reach_back, reach_front)
        y = start[:, None] - 0.025 * np.sin(2 * back) + drop[:, None] * (1 - np.cos(back))
        steep = drop[:, None] * (1.0 + 0.25 * rng.random())
        y = y + steep * np.sin(front) + 0.05 * front
        lines.append(np.stack([side * x, y], -1))
    return np.concatenate(lines).astype(np.float32)


def draw_skeleton(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Float32Array:
    """Bone of one chest, float32 (n_px, n_px), in soft-tissue thickness."""
    tubes, heads = _shoulders(canvas, habitus, rng)
    blades = Image.new("L", (canvas.n_px, canvas.n_px))
    for outline in tubes[1].points:
        corners = (outline[::8] + MARGIN) * canvas.px_per_unit
        ImageDraw.Draw(blades).polygon([tuple(corner) for corner in corners.tolist()], fill=255)
    bone = draw_tubes(canvas, _ribs(canvas, habitus, rng), *tubes)
    bone += np.asarray(blades, np.float32) * np.float32(0.045 / 255)
    for centre in heads:
        add_ellipsoid(canvas, bone, centre, (0.078, 0.078), 0.2)
        add_ellipsoid(canvas, bone, centre, (0.068, 0.068), -0.07)
    _add_spine(canvas, bone, habitus, rng)
    blurred: Float32Array = gaussian_filter(bone, 0.0038 * canvas.px_per_unit)
    return blurred * np.float32(habitus.bone)


def _ribs(canvas: Canvas, habitus: Habitus, rng: np.random.Generator) -> Tubes:
    lines = rib_lines(canvas, habitus, rng)
    turn = np.linspace(0, RIB_TURN, lines.shape[1], dtype=np.float32)
    number = np.tile(np.arange(N_RIB_PAIRS, dtype=np.float32), 2)[:, None]
    radius = (0.0225 if habitus.child else 0.024) * (1 + 0.2 * ramp(turn, 95, 150))
    weight = (
        (0.26 if habitus.child else 0.2)
        * (1 - 0.45 * ramp(turn, 92, 125))
        * (1 - ramp(turn, 148, RIB_TURN))
    )
    return Tubes(lines, radius, weight * (1 - 0.25 * ramp(number, 7, 10)), hollow=True)


def _shoulders(
    canvas: Canvas, habitus: Habitus, rng: np.random.Generator
) -> tuple[list[Tubes], list[tuple[float, float]]]:
    """Clavicles, scapulae and humeri, and the centres of the heads of the humeri."""
    top, wide = habitus.apex, habitus.half_width
    s = np.linspace(0, 1, canvas.n_px // 2, dtype=np.float32)
    rise = rng.uniform(0.02, 0.14)
    clavicles, blades, arms, heads = [], [], [], []
    for side in (-1, 1):
        tilt = rng.normal(0, 0.012)
        medial = np.array([0.06, top + 0.19 + tilt])
        tip = np.array([wide, top + 0.1 - rise + tilt])
        line = medial + (tip - medial) * s[:, None]
        line[:, 1] += 0.03 * np.sin(2 * np.pi * s) - 0.045 * np.sin(np.pi * s)
        clavicles.append(line * (side, 1))
        swing = rng.uniform(0.0, 0.16)  # outwards, as in a film taken for the lungs
        lower = (wide * (0.9 + swing), top + rng.uniform(0.58, 0.72))
        inner = (wide * (0.62 + swing), top + rng.uniform(0.1, 0.2))
        waist = (wide * (0.97 + 0.7 * swing), top + 0.36)
        corners = np.array([(wide * 1.08, top + 0.16), waist, lower, inner, tip])
        outline = np.stack([np.interp(s * 4, range(5), corners[:, axis]) for axis in (0, 1)], -1)
        outline = gaussian_filter1d(outline, canvas.n_px / 30, axis=0, mode="nearest")
        blades.append(outline * (side, 1))
        head = np.array([wide * 1.17, top + 0.13])
        towards = np.array([0.4, -0.28] if habitus.arms_up else [0.2, 0.75])
        arms.append((head + towards * s[:, None]) * (side, 1))
        heads.append((side * head[0], head[1]))
    swell = 0.028 * (1 + 0.35 * (np.abs(s - 0.5) * 2) ** 2)
    ends = ramp(s, 0, 0.05) * ramp(1 - s, 0, 0.07)
    border = 0.02 + 0.07 * (1 - ramp(s, 0.3, 0.5))  # the lateral border is the thick one
    return [
        Tubes(np.stack(clavicles), swell, 0.19 * ends, hollow=True),
        Tubes(np.stack(blades), 0.015, border),
        Tubes(np.stack(arms), 0.046, 0.2 * ramp(s, 0.02, 0.16), hollow=True),
    ], heads


def _add_spine(
    canvas: Canvas, bone: Float32Array, habitus: Habitus, rng: np.random.Generator
) -> None:
    """Vertebral bodies with discs, end plates, pedicles and spinous processes."""
    pitch = (habitus.dome[0] + 0.17 - habitus.apex) / (N_RIB_PAIRS - 0.6)
    half = 0.07 if habitus.child else 0.075
    middle = slice(*np.searchsorted(canvas.axis, (-0.14, 0.14)))
    y = canvas.y
    x = canvas.x[:, middle] - 0.012 * np.sin(y * 2 + np.float32(rng.uniform(0, 6)))
    u = np.abs(x) / (half * (0.9 + 0.15 * ramp(y, -0.8, 0.8)))
    cycle = (y - habitus.apex) / pitch % 1 - 0.5  # 0 in the middle of a body
    disc = ramp(np.abs(cycle), 0.33, 0.46)
    waist = 1 - 0.1 * np.cos(2 * np.pi * cycle)
    body = chord((1 - u / waist) * half, 0.045) * (1 - 0.35 * disc)
    plates = np.exp(-(((np.abs(cycle) - 0.36) / 0.05) ** 2)) * ramp(1 - u, 0, 0.3)
    pedicles = np.exp(-(((u - 0.62) / 0.17) ** 2) - ((cycle + 0.1) / 0.16) ** 2)
    spinous = np.exp(-((x / 0.014) ** 2) - ((cycle - 0.2) / 0.2) ** 2)
    spine = 0.28 * body + 0.03 * plates + 0.08 * pedicles + 0.05 * spinous
    bone[:, middle] += spine * (1 + 0.08 * cloud(rng, 60, canvas.n_px)[:, middle])


def draw_vessels(
    canvas: Canvas,
    rng: np.random.Generator,
    hila: tuple[tuple[float, float], tuple[float, float]],
    *,
    reach: float,
    generations: int = 6,
) -> Float32Array:
    """Trees that leave each hilum and divide in two, thinner each time.

    Returns:
        float32 (n_px, n_px): 1 is a vessel of the calibre of a hilar artery.
    """
    start, angle, radius = [], [], []
    for side, (x, y) in zip((-1, 1), hila, strict=True):
        for turn in (-72, -48, -25, 0, 22, 44, 62, 80):
            start.append((x + side * rng.normal(0, 0.012), y + 0.0012 * turn))
            bearing = np.radians(turn + rng.normal(0, 8))
            angle.append(bearing if side > 0 else np.pi - bearing)
            radius.append(0.0135 if turn > 40 else 0.0105)
    point, bearing, calibre = map(np.array, (start, angle, radius))
    trees = []
    for generation in range(generations):
        length = reach * 0.14 * 0.9**generation
        s = np.linspace(0, 1, max(4, round(1.4 * length * canvas.px_per_unit)))
        stride = length / s.size * rng.uniform(0.45, 1.3, (bearing.size, 1))
        heading = bearing[:, None] + rng.normal(0, 0.5, (bearing.size, 1)) * s
        way = np.stack([np.cos(heading), np.sin(heading)], -1) * stride[..., None]
        line = point[:, None] + np.cumsum(way, axis=1)
        taper = calibre[:, None] * (1 - 0.25 * s)
        trees.append(Tubes(line, taper, (taper / 0.0155) ** 1.2))
        fork = rng.uniform(0.2, 0.65, (2, bearing.size)) * ((-1,), (1,))
        bearing = (heading[:, -1] + fork).ravel()
        point = np.concatenate([line[:, -1]] * 2)
        calibre = (calibre * 0.76 * rng.uniform(0.75, 1.05, (2, calibre.size))).ravel()
    return draw_tubes(canvas, *trees)
