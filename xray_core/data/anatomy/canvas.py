"""Drawing with thickness: a canvas in body coordinates, tubes, ellipsoids and smooth noise.

Lengths are in half film widths: x from -1 to 1 (positive is the patient's left, the
viewer's right), y downward. The canvas is wider than the film by `MARGIN`, so that a turned
or shifted film still finds anatomy at its border.
"""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter1d

from xray_core.arrays import Float32Array, Float64Array

Float = NDArray[np.floating]

MARGIN = 1.06


@dataclass(frozen=True)
class Canvas:
    """A square drawing area.

    Attributes:
        n_px: side in pixels.
        axis: float32 (n_px,), the coordinate of each row or column.
    """

    n_px: int
    axis: Float32Array

    @property
    def px_per_unit(self) -> float:
        """Pixels per half film width."""
        return self.n_px / (2 * MARGIN)

    @property
    def x(self) -> Float32Array:
        """Coordinate of each column, (1, n_px)."""
        return self.axis[None, :]

    @property
    def y(self) -> Float32Array:
        """Coordinate of each row, (n_px, 1)."""
        return self.axis[:, None]


@functools.lru_cache(maxsize=8)
def make_canvas(size_px: int) -> Canvas:
    """The canvas for a film of `size_px` pixels per side."""
    n_px = 2 * round(size_px * MARGIN / 2)
    axis = (np.arange(n_px, dtype=np.float32) + 0.5) * np.float32(2 * MARGIN / n_px)
    return Canvas(n_px, axis - np.float32(MARGIN))


def ramp(values: Float, low: float, high: float) -> Float32Array:
    """0 below `low`, 1 above `high`, a smooth cubic between."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    rise: Float32Array = t * t * (3 - 2 * t)
    return rise


def chord(inside: Float, radius: float) -> Float32Array:
    """How long a beam runs in a round body, `inside` beyond its edge; at most 1."""
    t = 1 - np.clip(inside / np.float32(radius), 0, 1)
    length: Float32Array = np.sqrt(1 - t * t)
    return length


def cloud(rng: np.random.Generator, n_cells: int, n_px: int) -> Float32Array:
    """Smooth noise with mean 0 and spread about 1: `n_cells` bumps per side."""
    cells = rng.standard_normal((n_cells + 3, n_cells + 3), dtype=np.float32)
    image = Image.fromarray(cells).resize((n_px, n_px), Image.Resampling.BICUBIC)
    return np.asarray(image) * np.float32(1.4)


@dataclass(frozen=True)
class Tubes:
    """Bent tubes, each given by its centre line.

    Attributes:
        points: (tubes, steps, 2) of x, y.
        radius: broadcastable to (tubes, steps).
        weight: broadcastable to (tubes, steps): thickness in the middle of a solid tube.
        hollow: a bone with dense cortex and light marrow instead of a solid tube.
    """

    points: Float
    radius: Float | float
    weight: Float | float
    hollow: bool = False


def draw_tubes(canvas: Canvas, *groups: Tubes) -> Float32Array:
    """Sum of the thickness of all tubes, float32 (n_px, n_px).

    Each tube is sampled along and across, less than a pixel apart, and its mass dropped on
    the grid; where a tube turns towards the beam it grows denser, as in a real film.
    """
    samples = [_sample(canvas, tubes) for tubes in groups]
    x, y, mass = (np.concatenate(parts) for parts in zip(*samples, strict=True))
    n_px = canvas.n_px
    keep = (x > 0) & (y > 0) & (x < n_px - 1) & (y < n_px - 1)
    x, y, mass = x[keep], y[keep], mass[keep]
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, down = x - column.astype(np.float32), y - row.astype(np.float32)
    index = row * n_px + column
    lower_right = mass * right * down
    lower_left, upper_right = mass * down - lower_right, mass * right - lower_right
    upper_left = mass - mass * right - lower_left
    total = np.bincount(index, upper_left, n_px * n_px)
    for offset, part in ((1, upper_right), (n_px, lower_left), (n_px + 1, lower_right)):
        total[offset:] += np.bincount(index, part, n_px * n_px)[:-offset]
    return total.reshape(n_px, n_px).astype(np.float32)


def _sample(canvas: Canvas, tubes: Tubes) -> tuple[Float32Array, Float32Array, Float32Array]:
    """Points spread over the tubes and the mass of each: x, y in pixels, mass."""
    scale = canvas.px_per_unit
    pixels = (np.asarray(tubes.points, np.float32) + np.float32(MARGIN)) * np.float32(scale) - 0.5
    step = np.empty_like(pixels)
    step[:, 1:-1] = (pixels[:, 2:] - pixels[:, :-2]) / 2
    step[:, 0], step[:, -1] = pixels[:, 1] - pixels[:, 0], pixels[:, -1] - pixels[:, -2]
    length = np.hypot(step[..., 0], step[..., 1]) + np.float32(1e-6)
    radius = np.maximum(np.asarray(tubes.radius, np.float32) * np.float32(scale), 0.35)
    radius = np.broadcast_to(radius, length.shape)
    n_across = max(2, int(np.ceil(2 * float(radius.max()) / 0.8)))
    across = ((np.arange(n_across) + 0.5) * (2 / n_across) - 1).astype(np.float32)
    density = np.sqrt(1 - across**2)
    if tubes.hollow:
        density = 1.6 * (density - 0.86 * np.sqrt(np.maximum(0.68 - across**2, 0)))
    side = (radius / length)[..., None] * across
    x = pixels[..., 0, None] - step[..., 1, None] * side
    y = pixels[..., 1, None] + step[..., 0, None] * side
    weight = np.asarray(tubes.weight, np.float32)
    mass = (weight * length * radius)[..., None] * (density * np.float32(2 / n_across))
    return _flat(x), _flat(y), _flat(mass)


def _flat(values: Float) -> Float32Array:
    return values.astype(np.float32, copy=False).ravel()


def curve(at: Float32Array, knots: list[tuple[float, float]], smooth: float) -> Float32Array:
    """A rounded line through (position, value) knots; `smooth` in half film widths."""
    positions, values = np.array(knots).T
    step = float(at[1] - at[0])
    line = np.interp(at, positions, values)
    rounded: Float32Array = gaussian_filter1d(
        line.astype(np.float32), smooth / step, mode="nearest"
    )
    return rounded


def segment_distance(
    x: Float32Array, y: Float32Array, start: Float64Array, end: Float64Array
) -> Float32Array:
    """Distance of each place from a straight segment."""
    start, end = start.astype(np.float32), end.astype(np.float32)
    along = end - start
    t = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along @ along), 0, 1)
    distance: Float32Array = np.hypot(x - start[0] - t * along[0], y - start[1] - t * along[1])
    return distance


def add_ellipsoid(
    canvas: Canvas,
    image: Float32Array,
    centre: tuple[float, float],
    axes: tuple[float, float],
    weight: float,
) -> None:
    """Add an ellipsoid, `weight` thick in the middle, to `image` in place."""
    spans = [
        slice(*np.searchsorted(canvas.axis, (centre[axis] - axes[axis], centre[axis] + axes[axis])))
        for axis in (0, 1)
    ]
    x, y = canvas.x[:, spans[0]], canvas.y[spans[1]]
    q = ((x - centre[0]) / axes[0]) ** 2 + ((y - centre[1]) / axes[1]) ** 2
    image[spans[1], spans[0]] += np.float32(weight) * np.sqrt(np.maximum(1 - q, 0))


def smooth_min(a: Float32Array, b: Float32Array, width: float) -> Float32Array:
    """The smaller of two distances, rounded where they meet."""
    overlap = np.maximum(width - np.abs(a - b), 0)
    smaller: Float32Array = np.minimum(a, b) - overlap * overlap / np.float32(4 * width)
    return smaller
