"""Copies of films whose faults are known."""

import cv2
import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.opinion.gate.drawn import SIDE_PX, draw_surroundings


def turn(film: UInt8Array, degrees: int) -> UInt8Array:
    """A film that has to be turned clockwise by that angle to stand upright."""
    return np.ascontiguousarray(np.rot90(film, degrees // 90))


def cut_off(
    film: UInt8Array, lungs: UInt8Array, rng: np.random.Generator
) -> tuple[UInt8Array, float]:
    """A film that lost 15 to 50 % of its height or width on one side.

    Args:
        film: (height, width).
        lungs: of the same shape, above 0 where lungs are.
        rng: of side and share.

    Returns:
        What is left of the film, and the share of the lungs that went with the rest; NaN where
        there were none.
    """
    kept = rng.uniform(0.5, 0.85)
    height, width = film.shape
    rows, columns = slice(None), slice(None)
    side = int(rng.integers(4))
    if side < 2:
        n = int(kept * height)
        rows = slice(n) if side else slice(height - n, height)
    else:
        n = int(kept * width)
        columns = slice(n) if side == 2 else slice(width - n, width)
    inside = (lungs > 0)[rows, columns].sum()
    whole = (lungs > 0).sum()
    return film[rows, columns], float(1 - inside / whole) if whole else float("nan")


def photograph(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The film as a camera sees it on a light box or a screen: askew, with surroundings,
    glare, uneven light and, sometimes, moire."""
    size = SIDE_PX
    inset = rng.uniform(0.03, 0.24, (4, 2)) * size
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * size
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    target = np.float32(corners + inward * inset)
    source = np.float32(corners / size * np.array(film.shape[::-1]))
    matrix = cv2.getPerspectiveTransform(source, target)
    warped = np.asarray(cv2.warpPerspective(film, matrix, (size, size)), np.float32) / 255
    inside = np.asarray(
        cv2.warpPerspective(np.ones(film.shape, np.float32), matrix, (size, size)), np.float32
    )
    rows, columns = np.mgrid[:size, :size].astype(np.float32) / size
    scene = np.where(inside > 0.5, 0.85 * warped + 0.08, draw_surroundings(rng, size))
    centre = rng.uniform(0.1, 0.9, 2)
    spread = rng.uniform(0.04, 0.2)
    glare = np.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / spread**2)
    scene = scene * (1 + rng.uniform(-0.4, 0.4) * (rows - 0.5) + rng.uniform(-0.4, 0.4) * columns)
    scene = scene + rng.uniform(0.1, 0.8) * glare
    if rng.random() < 0.5:
        angle, waves = rng.uniform(0, np.pi), rng.uniform(20, 55)
        scene += rng.uniform(0.02, 0.08) * np.sin(
            2 * np.pi * waves * (np.cos(angle) * rows + np.sin(angle) * columns)
        )
    return np.asarray(255 * np.clip(scene, 0, 1), np.uint8)


def expose(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The film a little turned, shifted, zoomed and stretched, darker or lighter, noisier."""
    height, width = film.shape
    centre = np.array([width - 1, height - 1]) / 2
    matrix = cv2.getRotationMatrix2D((centre[0], centre[1]), rng.uniform(-8, 8), 1.0)
    scale = np.diag(np.exp(rng.uniform(-0.08, 0.12) + rng.uniform(-0.1, 0.1, 2)))
    turned = scale @ matrix[:, :2]
    shift = centre - turned @ centre + rng.uniform(-0.03, 0.03, 2) * (width, height)
    edge = cv2.BORDER_CONSTANT if rng.random() < 0.6 else cv2.BORDER_REPLICATE
    moved = cv2.warpAffine(film, np.column_stack([turned, shift]), (width, height), borderMode=edge)
    grey = (np.asarray(moved, np.float32) / 255) ** np.float32(np.exp(rng.uniform(-0.6, 0.6)))
    grey = (grey - 0.5) * np.float32(np.exp(rng.uniform(-0.7, 0.25))) + 0.5
    grey += np.float32(rng.uniform(-0.12, 0.12))
    grey += rng.uniform(0, 0.03) * rng.standard_normal(grey.shape, dtype=np.float32)
    return np.asarray(255 * np.clip(grey, 0, 1), np.uint8)


def part_of(picture: UInt8Array, rng: np.random.Generator, least: float = 0.3) -> UInt8Array:
    """A part of a photograph, of any shape, perhaps mirrored."""
    height, width = picture.shape
    tall, wide = (max(32, int(rng.uniform(least, 1) * side)) for side in (height, width))
    top, left = rng.integers(0, max(1, height - tall)), rng.integers(0, max(1, width - wide))
    part = picture[top : top + tall, left : left + wide]
    return part[:, ::-1] if rng.random() < 0.5 else part


def frame(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The film in a black, white or grey border, of any width on each side."""
    height, width = film.shape
    top, bottom = (int(value) for value in rng.uniform(0, 0.15, 2) * height)
    left, right = (int(value) for value in rng.uniform(0, 0.15, 2) * width)
    shade = int(rng.choice([0, 0, 255, int(rng.integers(256))]))
    return np.asarray(
        cv2.copyMakeBorder(film, top, bottom, left, right, cv2.BORDER_CONSTANT, value=shade)
    )


def tile(films: list[UInt8Array]) -> UInt8Array:
    """Films beside each other, as on a page of a paper: 2 or 4 of one shape."""
    if len(films) == 2:
        return np.hstack(films)
    return np.vstack([np.hstack(films[:2]), np.hstack(films[2:4])])
