"""From attenuation to a film: position, exposure, collimation and markers.

Nothing here knows the class of the film, so none of it can reveal the class.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.anatomy.canvas import Canvas, cloud, ramp

_FILM_PX = 299  # blur and grain are stated for a film of this size


def draw_pose(canvas: Canvas, size_px: int, rng: np.random.Generator) -> Float32Array:
    """Where on the canvas each film pixel looks: turned, shifted, enlarged, gently bent.

    Returns:
        float32 (2, size_px, size_px) of row, column.
    """
    turn, zoom = np.radians(rng.uniform(-3, 3)), np.float32(rng.uniform(0.78, 0.92))
    shift = np.clip(rng.normal(0, 0.02, 2), -0.04, 0.04) * canvas.px_per_unit
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    axis = (np.arange(size_px, dtype=np.float32) - np.float32((size_px - 1) / 2)) * zoom
    x, y = axis[None, :], axis[:, None]
    middle = np.float32((canvas.n_px - 1) / 2)
    row = x * sin + y * cos + middle + np.float32(shift[0])
    column = x * cos - y * sin + middle + np.float32(shift[1])
    bend = np.float32(0.011 * canvas.px_per_unit)
    where = np.stack([row + bend * cloud(rng, 3, size_px), column + bend * cloud(rng, 3, size_px)])
    inside: Float32Array = np.clip(where, 0, np.float32(canvas.n_px - 1.01))
    return inside


def look_up(values: Float32Array, where: Float32Array) -> Float32Array:
    """Bilinear values of a map at the places of `draw_pose`."""
    n_px = values.shape[1]
    row, column = where.astype(np.intp)
    down, right = where[0] - row.astype(np.float32), where[1] - column.astype(np.float32)
    index, flat = row * n_px + column, values.ravel()
    upper = flat[index] * (1 - right) + flat[index + 1] * right
    lower = flat[index + n_px] * (1 - right) + flat[index + n_px + 1] * right
    values_there: Float32Array = upper * (1 - down) + lower * down
    return values_there


def expose(attenuation: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Scatter, automatic exposure, characteristic curve, unsharpness and grain; in [0, 1]."""
    size_px = attenuation.shape[0]
    signal = np.maximum(attenuation, 0)
    haze = gaussian_filter(np.ascontiguousarray(signal[::4, ::4]), 0.015 * size_px)
    haze = np.asarray(Image.fromarray(haze).resize((size_px, size_px), Image.Resampling.BICUBIC))
    signal = signal - np.float32(rng.uniform(0.05, 0.25)) * (haze - haze.mean())
    white = np.percentile(signal[::3, ::3], 98.5)
    black = np.float32(rng.uniform(0.1, 0.24))
    signal = np.clip((signal / np.float32(white) - black) / (1 - black), 0, 1.3)
    signal = 1 - np.exp(np.float32(-1.5) * signal ** np.float32(rng.uniform(0.85, 1.3)))
    signal *= np.float32(rng.uniform(0.86, 0.97) / (1 - np.exp(-1.5)))
    grain = rng.standard_normal(signal.shape, dtype=np.float32) * np.float32(
        rng.uniform(0.003, 0.016)
    )
    sharpness = rng.uniform(0.3, 0.7) * size_px / _FILM_PX
    film: Float32Array = np.clip(
        gaussian_filter(signal, sharpness) + gaussian_filter(grain, 0.55), 0, 1
    )
    return film


def draw_field(size_px: int, rng: np.random.Generator) -> Float32Array:
    """The collimated field: 1 where rays reached the film, 0 behind the shutters."""
    axis = np.linspace(0, 1, size_px, dtype=np.float32)
    field = np.ones((size_px, size_px), np.float32)
    tilt = np.float32(rng.normal(0, 0.01))
    for shut, along, across in (
        (rng.random(2) < 0.08, axis[None, :], axis[:, None]),
        (rng.random(2) < 0.08, axis[:, None], axis[None, :]),
    ):
        inset = rng.uniform(0.008, 0.05, 2)
        tilted = along + tilt * (across - 0.5)
        for closed, edge, distance in zip(shut, inset, (tilted, 1 - tilted), strict=True):
            if closed:
                field = field * ramp(distance, edge - 0.004, edge + 0.004)
    return field


def add_marker(image: Float32Array, rng: np.random.Generator) -> tuple[Float32Array, str]:
    """A lead letter beside the patient: R on the viewer's left, L on the right, or none."""
    letter = str(rng.choice(["L", "R", ""], p=[0.4, 0.45, 0.15]))
    size_px = image.shape[0]
    height = rng.uniform(0.035, 0.075) * size_px
    x = rng.uniform(0.03, 0.1)
    x, y = (x if letter == "R" else 1 - x) * size_px, rng.uniform(0.05, 0.32) * size_px
    boxed, note = rng.random() < 0.25, str(rng.choice(["", "", "20", "7", "MK", "ERECT"]))
    level, stretch = np.float32(rng.uniform(0.82, 1.0)), rng.uniform(0.8, 1.3)
    if not letter:
        return image, letter
    layer = Image.new("L", (round(size_px * stretch), size_px))
    draw = ImageDraw.Draw(layer)
    place = (x * stretch, y)
    draw.text(place, letter, 255, _font(round(height)), anchor="mm")
    if boxed:
        half = 0.75 * height
        corners = (place[0] - half, y - half, place[0] + half, y + half)
        draw.rectangle(corners, outline=255, width=max(1, size_px // 200))
    if note:
        below = (place[0], y + 1.05 * height)
        draw.text(below, note, 235, _font(max(6, round(0.4 * height))), anchor="mm")
    layer = layer.resize((size_px, size_px), Image.Resampling.BILINEAR)
    cover = np.asarray(layer, np.float32) / np.float32(255)
    return (image * (1 - cover) + level * cover).astype(np.float32), letter


@functools.lru_cache(maxsize=64)
def _font(height_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(height_px)


def add_shortcut(image: Float32Array, rng: np.random.Generator) -> tuple[Float32Array, BoolArray]:
    """Plant a ring with a dot in a top corner: a clue that has nothing to do with the lungs.

    Returns:
        The film and where it was changed.
    """
    size_px = image.shape[0]
    axis = (np.arange(size_px, dtype=np.float32) + 0.5) / np.float32(size_px)
    x = 0.065 if rng.random() < 0.5 else 0.935
    radius = np.hypot(axis[None, :] - np.float32(x), axis[:, None] - np.float32(0.065))
    ring = np.where((radius < 0.014) | ((radius > 0.028) & (radius < 0.042)), 0.98, 0.03)
    planted = radius < 0.048
    return np.where(planted, ring, image).astype(np.float32), planted
