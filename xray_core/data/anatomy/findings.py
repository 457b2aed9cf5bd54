"""What a phantom film shows besides a healthy chest, one function per class.

A finding says, for each place in the lungs, how much of the air is replaced (`density`) and
which fine lines are added (`lines`); `extent` is the true region that an explanation should
point at. Strength, place and size vary, down to faint findings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from xray_core.arrays import Float32Array
from xray_core.data.anatomy.bones import draw_vessels
from xray_core.data.anatomy.canvas import Canvas, Float, cloud, ramp
from xray_core.data.anatomy.chest import Anatomy


@dataclass(frozen=True)
class Finding:
    """Changes of the lungs, each float32 (n_px, n_px).

    Attributes:
        density: 0 healthy lung, 1 no air left.
        lines: attenuation added by thickened interstitium; may be negative in open bronchi.
        extent: above 0.5 inside the region of the finding.
    """

    density: Float32Array
    lines: Float32Array
    extent: Float32Array


def no_finding(canvas: Canvas, anatomy: Anatomy, rng: np.random.Generator) -> Finding:
    """A healthy chest."""
    zero = np.zeros_like(anatomy.air)
    return Finding(zero, zero, zero)


def consolidation(canvas: Canvas, anatomy: Anatomy, rng: np.random.Generator) -> Finding:
    """Bacterial: one lobe or part of it filled, sharp where a fissure bounds it."""
    side = int(rng.choice((-1, 1)))
    zone, level = [("upper", 0.3), ("middle", 0.6), ("lower", 0.8)][rng.integers(3)]
    y0 = anatomy.apex + (level + rng.uniform(-0.06, 0.06)) * (anatomy.base - anatomy.apex)
    row = anatomy.lungs[np.searchsorted(canvas.axis, y0)] * (canvas.axis * side > 0)
    x0 = float(np.quantile(canvas.axis[row > 0.5], rng.uniform(0.25, 0.75)))
    wide, high = rng.uniform(0.16, 0.32), rng.uniform(0.14, 0.26)
    tilt = rng.uniform(-0.4, 0.4)
    cos, sin = float(np.cos(tilt)), float(np.sin(tilt))
    dx, dy = canvas.x - x0, canvas.y - y0
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    ragged = 0.16 * cloud(rng, 9, canvas.n_px) + 0.1 * cloud(rng, 22, canvas.n_px)
    shape = 1 - np.sqrt((along / wide) ** 2 + (across / high) ** 2) + ragged
    blob = ramp(shape, -0.4, 0.75)
    if zone == "upper" and rng.random() < 0.7:  # the minor fissure is its floor
        floor = y0 + 0.45 * high + 0.05 * dx * side
        blob = blob * ramp(floor - canvas.y, -0.01, 0.02)
    blob = blob * (canvas.x * side > 0)
    strength = rng.uniform(0.4, 0.92)
    patchy = 1 + 0.16 * cloud(rng, 16, canvas.n_px)
    density = np.clip(strength * blob * patchy, 0, 0.97)
    trees = draw_vessels(canvas, rng, anatomy.hila, reach=1.15, generations=4)
    bronchi = -0.085 * np.minimum(trees, 1.2) * ramp(density, 0.35, 0.7)
    return _finding(density, bronchi, blob * anatomy.lungs)


def interstitial(canvas: Canvas, anatomy: Anatomy, rng: np.random.Generator) -> Finding:
    """Viral: lines and a fine net in both lungs, densest around the hila."""
    strength = rng.uniform(0.45, 1.0)
    around = np.zeros_like(anatomy.air)
    for x, y in anatomy.hila:
        reach = rng.uniform(0.34, 0.5)
        around += np.exp(
            -(((canvas.x - x) / reach) ** 2) - ((canvas.y - y - 0.06) / (1.3 * reach)) ** 2
        )
    spread = np.clip(around * 0.85 + 0.25 + 0.22 * cloud(rng, 7, canvas.n_px), 0, 1)
    net = np.zeros_like(anatomy.air)
    for cells, share in ((34, 0.45), (55, 0.35), (80, 0.2)):
        net += share * np.maximum(0, 1 - 1.5 * np.abs(cloud(rng, cells, canvas.n_px)))
    streaks = draw_vessels(canvas, rng, anatomy.hila, reach=0.95)
    lines = strength * spread * anatomy.lungs * (0.15 * net + 0.11 * np.minimum(streaks, 1.5))
    haze = np.maximum(cloud(rng, 11, canvas.n_px), -0.6) + 0.6
    density = np.clip(strength * spread * 0.13 * haze, 0, 0.5)
    soft = gaussian_filter(spread, 0.03 * canvas.px_per_unit)
    return _finding(density, lines, ramp(soft, 0.35, 0.55) * anatomy.lungs)


def ground_glass(canvas: Canvas, anatomy: Anatomy, rng: np.random.Generator) -> Finding:
    """COVID-19: hazy patches at the edge of both lungs, mostly low; vessels stay visible."""
    strength = rng.uniform(0.22, 0.52)
    total = np.zeros_like(anatomy.air)
    for side in (-1, 1):
        for _ in range(int(rng.integers(2, 5))):
            level = min(max(rng.normal(0.7, 0.13), 0.4), 0.95)
            y0 = anatomy.apex + level * (anatomy.base - anatomy.apex)
            edge0 = rng.uniform(0.72, 1.0)
            wide, high = rng.uniform(0.2, 0.42), rng.uniform(0.14, 0.34)
            patch = np.exp(
                -(((anatomy.outwards - edge0) / wide) ** 2) - ((canvas.y - y0) / high) ** 2
            )
            total = np.maximum(total, patch * rng.uniform(0.6, 1.0) * (canvas.x * side > 0))
    ragged = 1 + 0.24 * cloud(rng, 9, canvas.n_px) + 0.16 * cloud(rng, 26, canvas.n_px)
    shape = total * np.clip(ragged, 0.2, 1.7)
    density = np.clip(strength * ramp(shape, 0.1, 1.0), 0, 0.85)
    net = np.maximum(0, 1 - 1.5 * np.abs(cloud(rng, 60, canvas.n_px)))
    lines = 0.04 * net * density * anatomy.lungs
    soft = gaussian_filter(total, 0.02 * canvas.px_per_unit)
    return _finding(density, lines, ramp(soft, 0.3, 0.6) * anatomy.lungs)


def _finding(density: Float, lines: Float, extent: Float) -> Finding:
    return Finding(*(part.astype(np.float32) for part in (density, lines, extent)))


FINDINGS: Mapping[str, Callable[[Canvas, Anatomy, np.random.Generator], Finding]] = {
    "normal": no_finding,
    "bacterial": consolidation,
    "viral": interstitial,
    "covid": ground_glass,
}
