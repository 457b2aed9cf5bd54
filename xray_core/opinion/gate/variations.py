"""Copies of films whose faults are known, and pictures that are no films."""

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array

FRAME_PX = 128
LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,:-"


def turn(film: UInt8Array, degrees: int) -> UInt8Array:
    """A film that has to be turned clockwise by that angle to stand upright."""
    return np.ascontiguousarray(np.rot90(film, degrees // 90))


def cut_off(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A film that lost 25 to 50 % of its height or width on one side."""
    kept = rng.uniform(0.5, 0.75)
    height, width = film.shape
    side = int(rng.integers(4))
    if side < 2:
        n = int(kept * height)
        return film[:n] if side else film[-n:]
    n = int(kept * width)
    return film[:, :n] if side == 2 else film[:, -n:]


def photograph(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The film as a camera sees it on a light box or a screen: askew, with surroundings,
    glare, uneven light and, sometimes, moire."""
    size = FRAME_PX
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
    scene = np.where(inside > 0.5, 0.85 * warped + 0.08, _surroundings(rng, size))
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


def draw_page(rng: np.random.Generator) -> UInt8Array:
    """A document: lines of text, sometimes with a heading, a table or a chart."""
    size = 256
    page = np.full((size, size), int(rng.integers(215, 256)), np.uint8)
    ink = int(rng.integers(0, 110))
    step, left = int(rng.integers(8, 22)), int(rng.integers(4, 40))
    scale = step / 40
    for top in range(int(rng.integers(10, 40)), size - 6, step):
        words = "".join(rng.choice(list(LETTERS), int(rng.integers(0, 60))))
        cv2.putText(page, words, (left, top), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 1)
    if rng.random() < 0.5:
        top, side = (int(value) for value in rng.integers(40, 140, 2))
        cv2.rectangle(page, (side, top), (side + 100, top + 90), 255, -1)
        cv2.rectangle(page, (side, top), (side + 100, top + 90), ink, 1)
        heights = rng.integers(5, 80, 6)
        for number, tall in enumerate(heights):
            x = side + 8 + 15 * number
            cv2.rectangle(page, (x, top + 88 - int(tall)), (x + 9, top + 88), ink, -1)
    return 255 - page if rng.random() < 0.2 else page


def draw_noise(rng: np.random.Generator) -> UInt8Array:
    """Noise of any grain, a gradient, stripes, or flat shapes."""
    size, kind = FRAME_PX, int(rng.integers(4))
    rows, columns = np.mgrid[:size, :size].astype(np.float32) / size
    if kind == 0:
        cells = int(rng.choice([4, 8, 16, 32, 64, 128]))
        grain = rng.random((cells, cells), dtype=np.float32)
        field = np.asarray(cv2.resize(grain, (size, size), interpolation=int(rng.integers(3))))
    elif kind == 1:
        angle = rng.uniform(0, 2 * np.pi)
        field = np.cos(angle) * rows + np.sin(angle) * columns
        if rng.random() < 0.5:
            field = np.hypot(rows - rng.random(), columns - rng.random())
    elif kind == 2:
        waves = rng.uniform(1, 40, 2)
        field = np.sin(waves[0] * 2 * np.pi * rows) * np.cos(waves[1] * np.pi * columns)
    else:
        field = _surroundings(rng, size)
    span = float(np.ptp(field)) or 1.0
    return np.asarray(255 * (field - field.min()) / span, np.uint8)


def _surroundings(rng: np.random.Generator, size: int) -> Float32Array:
    """A dark or light wall with a few flat shapes before it."""
    field = np.full((size, size), rng.uniform(0, 1), np.float32)
    for _ in range(int(rng.integers(0, 9))):
        x, y, radius = (int(value) for value in rng.integers(0, size, 3))
        shade = float(rng.uniform(0, 1))
        if rng.random() < 0.5:
            cv2.circle(field, (x, y), radius // 3 + 2, shade, -1)
        else:
            cv2.rectangle(field, (x, y), (x + radius, y + radius // 2), shade, -1)
    return field
