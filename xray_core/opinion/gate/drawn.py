"""Pictures that are no films, drawn: pages, patterns, sketches, charts and sections."""

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array

SIDE_PX = 128
LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,:-"


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
    size, kind = SIDE_PX, int(rng.integers(4))
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
        field = draw_surroundings(rng, size)
    span = float(np.ptp(field)) or 1.0
    return np.asarray(255 * (field - field.min()) / span, np.uint8)


def draw_surroundings(rng: np.random.Generator, size: int) -> Float32Array:
    """A dark or light wall with a few flat shapes before it, in [0, 1]."""
    field = np.full((size, size), rng.uniform(0, 1), np.float32)
    for _ in range(int(rng.integers(0, 9))):
        x, y, radius = (int(value) for value in rng.integers(0, size, 3))
        shade = float(rng.uniform(0, 1))
        if rng.random() < 0.5:
            cv2.circle(field, (x, y), radius // 3 + 2, shade, -1)
        else:
            cv2.rectangle(field, (x, y), (x + radius, y + radius // 2), shade, -1)
    return field


def draw_sketch(rng: np.random.Generator) -> UInt8Array:
    """Lines, rings and a curve with axes, as of a pen or a plotting program."""
    size = SIDE_PX
    paper = np.full((size, size), int(rng.integers(190, 256)), np.uint8)
    for _ in range(int(rng.integers(1, 9))):
        ink, width = int(rng.integers(0, 140)), int(rng.integers(1, 5))
        points = rng.integers(0, size, 2) + np.cumsum(rng.normal(0, 9, (30, 2)), axis=0)
        middle = (int(rng.integers(size)), int(rng.integers(size)))
        axes = (int(rng.integers(3, 60)), int(rng.integers(3, 60)))
        if rng.random() < 0.5:
            cv2.polylines(paper, [points.astype(np.int32)], rng.random() < 0.3, ink, width)
        else:
            turn = float(rng.uniform(0, 180))
            cv2.ellipse(paper, (middle, (2 * axes[0], 2 * axes[1]), turn), ink, width)
    if rng.random() < 0.3:
        left, low = (int(value) for value in rng.integers(8, 30, 2))
        cv2.line(paper, (left, 6), (left, size - low), 0, 1)
        cv2.line(paper, (left, size - low), (size - 6, size - low), 0, 1)
    return 255 - paper if rng.random() < 0.4 else paper


def draw_section(rng: np.random.Generator) -> UInt8Array:
    """Something like a section through a body, or a fan of echoes: soft shapes in the dark."""
    size = SIDE_PX
    field = np.zeros((size, size), np.float32)
    middle = tuple(size / 2 + rng.uniform(-12, 12, 2))
    whole = tuple(rng.uniform(60, 122, 2))
    cv2.ellipse(field, (middle, whole, float(rng.uniform(0, 180))), 0.6, -1)
    for _ in range(int(rng.integers(1, 12))):
        place = (middle[0] + rng.uniform(-30, 30), middle[1] + rng.uniform(-30, 30))
        axes = tuple(rng.uniform(4, 46, 2))
        shade = float(rng.uniform(0, 1))
        cv2.ellipse(field, (place, axes, float(rng.uniform(0, 180))), shade, -1)
    cells = int(rng.choice([16, 32, 64, 128]))
    grain = rng.random((cells, cells), dtype=np.float32)
    grain = np.asarray(cv2.resize(grain, (size, size)))
    field = np.asarray(cv2.GaussianBlur(field, (0, 0), float(rng.uniform(0.6, 4))))
    field *= 1 - float(rng.uniform(0, 0.9)) * grain
    if rng.random() < 0.4:
        inside = np.zeros((size, size), np.float32)
        reach = int(rng.integers(80, 128))
        half = float(rng.uniform(25, 50))
        cv2.ellipse(inside, (size // 2, 2), (reach, reach), 0, 90 - half, 90 + half, 1, -1)
        field = inside * (0.3 + field) * grain
    return np.asarray(255 * np.clip(field, 0, 1), np.uint8)
