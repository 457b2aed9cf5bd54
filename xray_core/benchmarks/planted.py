"""Altered copies of films, as they are found in public data sets: to plant and to look for."""

from collections.abc import Callable

import cv2
import numpy as np

from xray_core.arrays import UInt8Array

Change = Callable[[UInt8Array, np.random.Generator], UInt8Array]


def _turned(film: UInt8Array, degrees: float) -> UInt8Array:
    side = film.shape[0]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(film, matrix, (side, side)), np.uint8)


def _cropped(film: UInt8Array, share: float, random: np.random.Generator) -> UInt8Array:
    side = film.shape[0]
    kept = round(share * side)
    y, x = random.integers(0, side - kept + 1, 2)
    part = film[y : y + kept, x : x + kept]
    return np.asarray(cv2.resize(part, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)


def _coded(film: UInt8Array, quality: int) -> UInt8Array:
    _, data = cv2.imencode(".jpg", film, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _shrunk(film: UInt8Array, side: int) -> UInt8Array:
    small = cv2.resize(film, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, film.shape[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def _gamma(film: UInt8Array, power: float) -> UInt8Array:
    return np.asarray(np.rint(255 * (film / 255.0) ** power), np.uint8)


def _windowed(film: UInt8Array) -> UInt8Array:
    low, high = np.percentile(film, (10, 92))
    shares = (film.astype(np.float32) - low) / max(high - low, 1.0)
    return np.asarray(np.clip(255 * shares, 0, 255), np.uint8)


def _equalised(film: UInt8Array) -> UInt8Array:
    return np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(film), np.uint8)


def _bordered(film: UInt8Array) -> UInt8Array:
    side = film.shape[0]
    edge = side // 10
    framed = cv2.copyMakeBorder(film, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.resize(framed, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


CHANGES: dict[str, Change] = {
    "mirrored": lambda film, _: film[:, ::-1],
    "upside down": lambda film, _: film[::-1],
    "turned by 90 degrees": lambda film, _: np.rot90(film),
    "turned by 180 degrees": lambda film, _: np.rot90(film, 2),
    "turned by 5 degrees": lambda film, _: _turned(film, 5),
    "turned by 15 degrees": lambda film, _: _turned(film, -15),
    "inverted": lambda film, _: 255 - film,
    "cropped to 95 %": lambda film, random: _cropped(film, 0.95, random),
    "cropped to 85 %": lambda film, random: _cropped(film, 0.85, random),
    "cropped to 70 %": lambda film, random: _cropped(film, 0.70, random),
    "in a frame": lambda film, _: _bordered(film),
    "coded as JPEG 30": lambda film, _: _coded(film, 30),
    "shrunk to 96 px": lambda film, _: _shrunk(film, 96),
    "brighter (gamma 0.6)": lambda film, _: _gamma(film, 0.6),
    "darker (gamma 1.7)": lambda film, _: _gamma(film, 1.7),
    "in another window": lambda film, _: _windowed(film),
    "with locally equalised greys": lambda film, _: _equalised(film),
    "mirrored, inverted, cropped to 90 %": lambda film, random: (
        255 - _cropped(film[:, ::-1], 0.90, random)
    ),
    "turned by 90 degrees, windowed, coded": lambda film, _: _coded(
        np.rot90(_windowed(film)).copy(), 40
    ),
}
"""What was done to a film, and how: uint8 (side, side) -> the same."""
