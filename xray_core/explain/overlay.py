"""Colour over film. The only place that scales a map, and it scales by probability too."""

import functools

import cv2
import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.decoding.images import to_uint8
from xray_core.explain.attribution import Attribution

MIN_SHOWN_PROBABILITY = 0.10
"""Below this probability no map is shown: evidence for a class that was ruled out misleads."""


def display_scale(attribution: Attribution) -> Float32Array:
    """Map values as brightness: relative to the map's own maximum, times the class probability.

    Returns:
        float32 (height, width) in [0, probability], for a signed map in [-probability,
        probability]; zeros for a flat map and for a class below `MIN_SHOWN_PROBABILITY`.
    """
    if attribution.is_flat or attribution.probability < MIN_SHOWN_PROBABILITY:
        return np.zeros_like(attribution.values)
    scaled = attribution.values / np.abs(attribution.values).max() * attribution.probability
    shown: Float32Array = np.clip(scaled, -1, 1).astype(np.float32)
    return shown


@functools.lru_cache(maxsize=1)
def inferno() -> UInt8Array:
    """The perceptually uniform colour map, uint8 (256, 3)."""
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    blue_first = cv2.applyColorMap(ramp, cv2.COLORMAP_INFERNO).reshape(256, 3)
    return np.ascontiguousarray(blue_first[:, ::-1], np.uint8)


@functools.lru_cache(maxsize=1)
def blue_orange() -> UInt8Array:
    """The colour map of signed maps, uint8 (256, 3): blue against, orange for, dark between.

    People with red-green colour blindness can distinguish the two as well.
    """
    stops = np.array([[86, 180, 255], [22, 24, 29], [255, 140, 26]], np.float64)
    places = np.linspace(0, 2, 256)
    columns = [np.interp(places, (0, 1, 2), stops[:, channel]) for channel in range(3)]
    return np.round(np.stack(columns, axis=1)).astype(np.uint8)


def overlay(film: Float32Array, attribution: Attribution, opacity: float = 0.6) -> UInt8Array:
    """The heatmap over the film.

    Args:
        film: float32 (height, width) in [0, 1].
        attribution: raw map of any size; it is stretched over the whole film. A signed one is
            blue where it speaks against the class and orange where it speaks for it.
        opacity: of the strongest evidence, 0 to 1; no evidence is always transparent.

    Returns:
        uint8 (height, width, 3).
    """
    return lay_over(film, display_scale(attribution), opacity=opacity, signed=attribution.signed)


def lay_over(
    film: Float32Array, scaled: Float32Array, *, opacity: float = 0.6, signed: bool = False
) -> UInt8Array:
    """A map that is scaled already, in colour over a film.

    Args:
        film: float32 (height, width) in [0, 1].
        scaled: map of any size in [0, 1], for a signed one in [-1, 1].
        opacity: at full strength; 0 is always transparent.
        signed: blue below 0 and orange above it.

    Returns:
        uint8 (height, width, 3).
    """
    height, width = film.shape
    stretched = Image.fromarray(scaled).resize((width, height), Image.Resampling.BICUBIC)
    lowest = -1 if signed else 0
    values = np.clip(np.asarray(stretched), lowest, 1)
    rows = np.round((values - lowest) / (1 - lowest) * 255).astype(np.uint8)
    colours = blue_orange() if signed else inferno()
    # Evidence appears gently from nothing: full opacity is reached at half of the scale.
    alpha = opacity * np.minimum(np.abs(values) * 2, 1)
    grey = to_uint8(film) * (1 - alpha)
    mixed = np.empty((height, width, 3), np.uint8)
    for channel in range(3):
        mixed[..., channel] = np.round(grey + colours[:, channel][rows] * alpha)
    return mixed
