"""The build of one patient, drawn at random; lengths in half film widths."""

from dataclasses import dataclass

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.data.anatomy.canvas import ramp


@dataclass(frozen=True)
class Habitus:
    """The build of one patient; lengths in half film widths."""

    child: bool
    half_width: float  # of the rib cage, inside
    apex: float  # top of the lungs
    dome: tuple[float, float]  # top of the diaphragm: patient's right, left
    angle: float  # how far the costophrenic angles lie below the domes
    wall: float  # soft tissue outside the ribs
    heart: float  # 1 is average
    thymus: float  # extra half width of a child's upper mediastinum
    breast: float  # 0 where there is none
    arms_up: bool
    rib_slope: float
    aeration: float  # thickness that a lung full of air takes away
    abdomen: float  # thickness that it has more than the chest
    bone: float  # mineral content, 1 is average


def draw_habitus(rng: np.random.Generator, age_group: str) -> Habitus:
    """A patient of that age group, drawn at random."""
    child = age_group == "child"
    u = rng.uniform
    right = u(0.28, 0.46) if child else u(0.36, 0.56)
    left = right + u(0.02, 0.09)
    return Habitus(
        child=child,
        half_width=u(0.66, 0.76) if child else u(0.64, 0.76),
        apex=u(-0.66, -0.54) if child else u(-0.76, -0.64),
        dome=(right, left),
        angle=u(0.15, 0.24) if child else u(0.16, 0.3),
        wall=u(0.05, 0.1) if child else u(0.07, 0.19),
        heart=u(1.08, 1.3) if child else u(0.88, 1.16),
        thymus=max(0.0, u(-0.04, 0.1)) if child else 0.0,
        breast=0.0 if child else max(0.0, u(-0.5, 0.5)),
        arms_up=bool(rng.random() < (0.7 if child else 0.1)),
        rib_slope=u(0.65, 1.0) if child else u(0.85, 1.35),
        aeration=u(0.62, 0.77),
        abdomen=u(-0.12, 0.08) if child else u(-0.03, 0.2),
        bone=u(0.8, 1.15) if child else u(0.8, 1.25),
    )


def lung_border(y: Float32Array, habitus: Habitus) -> Float32Array:
    """Distance from the midline to the lateral border of the lungs at each y; 0 above them."""
    base = max(habitus.dome) + habitus.angle
    t = np.clip((y - habitus.apex) / (base - habitus.apex), 0, 1)
    power = 2.2 if habitus.child else 2.5
    inner = 0.28
    grown = (1 - (1 - t) ** power) ** 0.6
    flare = 1 - 0.05 * ramp(t, 0.75, 1.0)
    return np.where(t > 0, (inner + (habitus.half_width - inner) * grown) * flare, 0).astype(
        np.float32
    )
