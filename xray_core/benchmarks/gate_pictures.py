"""Pictures that no fit of the gate has seen: rendered documents, sketches, and films as a camera
sees them, drawn by other code than that of the fit."""

import itertools

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from xray_core.arrays import Float32Array, UInt8Array

FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf", "LiberationMono-Regular.ttf")
WORDS = (
    *("The", "patient", "was", "seen", "on", "the", "ward.", "No", "change", "since", "March."),
    *("Kind", "regards.", "Invoice", "2026-117:", "48.20", "Table", "3:", "films", "by", "source"),
)
NOISES = ("uniform", "normal", "grains", "speckle")


def document(rng: np.random.Generator) -> UInt8Array:
    """A page of text in one of several fonts, sometimes in two columns or with a table."""
    width, height = (794, 1123) if rng.random() < 0.7 else (1123, 794)
    page = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(page)
    size = int(rng.integers(11, 26))
    font = _font(str(rng.choice(FONTS)), size)
    columns = int(rng.integers(1, 3))
    space = (width - 100) // columns
    step = int(size * rng.uniform(1.2, 1.8))
    for column, top in itertools.product(range(columns), range(60, height - 80, step)):
        if rng.random() < 0.1:
            continue
        words = " ".join(rng.choice(WORDS, 30))
        while pen.textlength(words, font) > space - 20:
            words = words[: int(0.9 * len(words))]
        pen.text((50 + column * space, top), words, 0, font)
    if rng.random() < 0.4:
        top = int(rng.integers(100, height // 2))
        pen.rectangle((60, top, width - 60, top + 200), 255, 0, 2)
        for row in range(top, top + 200, 40):
            pen.line((60, row, width - 60, row), 0, 1)
            pen.text((70, row + 8), "  ".join(rng.choice(WORDS, 4)), 0, font)
    return np.asarray(page)


def sketch_of_a_hand(rng: np.random.Generator) -> UInt8Array:
    """A hand drawn with a pen: a palm and five fingers, on paper or on a blackboard."""
    size = 400
    page = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(page)
    ink, width = int(rng.integers(0, 90)), int(rng.integers(2, 7))
    x, y = (int(value) for value in rng.integers(150, 250, 2))
    pen.ellipse((x - 60, y - 50, x + 60, y + 90), outline=ink, width=width)
    for angle in np.deg2rad([-160, -115, -92, -70, -45]) + rng.normal(0, 0.06, 5):
        reach = rng.uniform(120, 170)
        for side in (-11, 11):
            across = side * np.array([-np.sin(angle), np.cos(angle)])
            start = np.array([x, y]) + 55 * np.array([np.cos(angle), np.sin(angle)]) + across
            end = np.array([x, y]) + reach * np.array([np.cos(angle), np.sin(angle)]) + across
            pen.line((*start, *end), ink, width)
    drawn = np.asarray(page.rotate(float(rng.uniform(-40, 40)), fillcolor=255))
    return np.asarray(255 - drawn if rng.random() < 0.3 else drawn)


def chart(rng: np.random.Generator) -> UInt8Array:
    """Curves or bars with axes and a title."""
    page = Image.new("L", (640, 480), 255)
    pen = ImageDraw.Draw(page)
    font = _font(FONTS[0], 16)
    pen.text((200, 12), " ".join(rng.choice(WORDS, 4)), 0, font)
    pen.line((60, 40, 60, 430, 610, 430), 0, 2)
    if rng.random() < 0.5:
        for number, tall in enumerate(rng.integers(20, 360, 9)):
            left = 80 + 58 * number
            pen.rectangle((left, 430 - int(tall), left + 36, 430), int(rng.integers(40, 200)), 0)
    else:
        for _ in range(int(rng.integers(1, 5))):
            heights = 230 + np.cumsum(rng.normal(0, 14, 54))
            points = [(60 + 10 * place, float(height)) for place, height in enumerate(heights)]
            pen.line(points, int(rng.integers(0, 150)), 3)
    return np.asarray(page)


def screenshot(rng: np.random.Generator) -> UInt8Array:
    """A window with a bar, a list at its side, and paragraphs."""
    page = Image.new("L", (1280, 800), int(rng.choice([245, 30])))
    pen = ImageDraw.Draw(page)
    font, ink = _font(FONTS[0], 17), 20 if page.getpixel((0, 0)) == 245 else 220
    pen.rectangle((0, 0, 1280, 60), int(rng.integers(60, 200)))
    pen.rectangle((0, 60, 260, 800), int(rng.integers(90, 230)))
    for row in range(90, 780, 44):
        pen.text((24, row), " ".join(rng.choice(WORDS, 2)), ink, font)
        pen.text((300, row), " ".join(rng.choice(WORDS, int(rng.integers(1, 14)))), ink, font)
    for _ in range(int(rng.integers(0, 4))):
        left, top = int(rng.integers(300, 900)), int(rng.integers(100, 600))
        pen.rounded_rectangle((left, top, left + 300, top + 150), 12, int(rng.integers(0, 256)))
    return np.asarray(page)


def fan_of_echoes(rng: np.random.Generator) -> UInt8Array:
    """Something like an ultrasound picture: a fan of speckle with dark and bright blobs."""
    size = 480
    rows, columns = np.mgrid[:size, :size].astype(np.float32) / size
    distance = np.hypot(rows + 0.05, columns - 0.5)
    angle = np.abs(np.arctan2(columns - 0.5, rows + 0.05))
    inside = (distance < 0.98) & (distance > 0.12) & (angle < rng.uniform(0.5, 0.75))
    tissue = rng.uniform(0.2, 0.5) * np.exp(-0.8 * distance)
    for _ in range(int(rng.integers(2, 7))):
        place = rng.uniform((0.25, 0.3), (0.85, 0.7))
        reach = (rows - place[0]) ** 2 / 0.012 + (columns - place[1]) ** 2 / 0.02
        tissue = tissue + rng.uniform(-0.3, 0.5) * np.exp(-reach)
    speckle = rng.rayleigh(0.8, (size // 3, size // 3)).astype(np.float32)
    speckled = tissue * np.asarray(cv2.resize(speckle, (size, size)))
    return _levels(np.where(inside, speckled, 0))


def section_of_a_head(rng: np.random.Generator) -> UInt8Array:
    """Something like an MRI slice of a head: skin, skull, folded brain and ventricles."""
    size = 320
    rows, columns = np.mgrid[-1:1:320j, -1:1:320j]
    reach = np.hypot(rows / rng.uniform(0.85, 0.95), columns / rng.uniform(0.65, 0.8))
    angle = np.arctan2(rows, columns)
    folds = 0.08 * np.sin(float(rng.integers(16, 30)) * angle + rng.uniform(0, 6))
    field = np.where(reach < 1, 0.9, 0.0)
    field = np.where(reach < 0.94, 0.1, field)
    field = np.where(reach + folds < 0.84, 0.45, field)
    field = np.where(reach + 2 * folds < 0.66, 0.7, field)
    for side in (-1, 1):
        ventricle = np.hypot(rows / 0.3, (columns - side * 0.12) / 0.08) < 1
        field = np.where(ventricle, 0.1, field)
    grain = rng.normal(0, 0.03, (size, size))
    soft = cv2.GaussianBlur(np.asarray(field + grain, np.float32), (0, 0), 1.5)
    return _levels(np.rot90(soft, int(rng.integers(4))))


def noise(rng: np.random.Generator) -> UInt8Array:
    """Noise of one of several kinds."""
    kind, shape = str(rng.choice(NOISES)), (300, 300)
    if kind == "uniform":
        return _levels(rng.random(shape))
    if kind == "normal":
        return _levels(rng.normal(0.5, rng.uniform(0.05, 0.3), shape))
    if kind == "speckle":
        return _levels(rng.rayleigh(0.3, shape))
    grains = cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), float(rng.uniform(1, 30)))
    return _levels((grains - grains.min()) / float(np.ptp(grains)))


def on_a_light_box(film: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The film clipped to a bright box in a dark room, taken askew with a lamp's reflection, or on
    a screen with the lines of its pixels."""
    tall, wide = 480, int(rng.choice([360, 480, 640]))
    on_screen = rng.random() < 0.5
    scene = np.full((tall, wide), rng.uniform(0.02, 0.3), np.float32)
    edge = int(rng.uniform(0.02, 0.08) * min(tall, wide))
    scene[edge : tall - edge, edge : wide - edge] = 0.12 if on_screen else rng.uniform(0.8, 1)
    inset = rng.uniform(0.08, 0.2, (4, 2)) * (wide, tall)
    corners = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    target = np.float32(corners + inset * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]))
    height, width = film.shape
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    bright = np.float32(film) / 255
    warped = cv2.warpPerspective(bright, matrix, (wide, tall))
    inside = cv2.warpPerspective(np.ones_like(bright), matrix, (wide, tall)) > 0.5
    scene = np.where(inside, rng.uniform(0.6, 0.95) * warped + 0.03, scene)
    rows, columns = np.mgrid[:tall, :wide].astype(np.float32)
    if on_screen:
        turned = columns * np.cos(0.1) + rows * np.sin(0.1)
        scene *= 1 + 0.06 * np.sin(2 * np.pi * turned / rng.uniform(5, 14))
    lamp = rng.uniform(0.2, 0.8, 2) * (tall, wide)
    away = ((rows - lamp[0]) / 30) ** 2 + ((columns - lamp[1]) / rng.uniform(30, 90)) ** 2
    return _levels(scene + rng.uniform(0.1, 0.6) * np.exp(-away))


def _font(name: str, size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    """The font of that name, or the one that Pillow brings along."""
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return ImageFont.load_default(size)


def _levels(
    field: "Float32Array | np.ndarray[tuple[int, ...], np.dtype[np.floating]]",
) -> UInt8Array:
    return np.asarray(255 * np.clip(field, 0, 1), np.uint8)
