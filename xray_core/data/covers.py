"""Covers and letters as they lie on real films: collimation, labels, markers.

Both the classifiers and the lung network are trained on films with some of them, put there at
random, so that they carry no information (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683).
"""

import cv2
import numpy as np

from xray_core.arrays import Float64Array, UInt8Array

CORNER_REACH = 0.20
BORDER_REACH = 0.08
LUNG_MARGIN = 0.06
_LETTERS = ("L", "R", "D", "AP", "PA", "PORTABLE", "A-P", "LINKS", "12:40", "ERECT")


def cover_edges(film: UInt8Array, draws: Float64Array) -> None:
    """Cover corners (up to 20 % of the side) and borders (up to 8 %), each one time in three.

    Args:
        film: uint8 (size, size), changed in place.
        draws: 22 numbers in [0, 1): height and width of four corners, whether each is covered,
            depth of four borders, whether each is covered, and how light the cover is.
    """
    size = film.shape[0]
    shade = _shade(*draws[20:])
    for index in range(4):
        if draws[8 + index] < 1 / 3:
            tall, wide = (CORNER_REACH * size * draws[2 * index : 2 * index + 2]).astype(int)
            rows = slice(0, tall) if index < 2 else slice(size - tall, size)
            columns = slice(0, wide) if index % 2 == 0 else slice(size - wide, size)
            film[rows, columns] = shade
    for index, view in enumerate((film, film[::-1], film.T, film.T[::-1])):
        if draws[16 + index] < 1 / 3:
            view[: int(BORDER_REACH * size * draws[12 + index])] = shade


def cover_beyond(film: UInt8Array, box: Float64Array, draws: Float64Array) -> None:
    """Cover everything but a box and a margin of up to 6 % of the side round it.

    Args:
        film: uint8 (size, size), changed in place.
        box: top, bottom, left, right in pixels.
        draws: six numbers in [0, 1): the four margins, whether the cover is black (three times
            in five), and how light it is otherwise.
    """
    size = film.shape[0]
    margins = LUNG_MARGIN * size * draws[:4] * (-1, 1, -1, 1)
    top, bottom, left, right = np.clip(np.rint(box + margins), 0, size).astype(int)
    shade = _shade(*draws[4:])
    film[:top] = film[bottom:] = shade
    film[:, :left] = film[:, right:] = shade


def _shade(kind: float, light: float) -> int:
    """Grey of a cover: black three times in five, else how light the other draw says."""
    return 0 if kind < 0.6 else int(255 * light)


def write_letters(film: UInt8Array, draws: Float64Array) -> None:
    """Write a marker near a corner, one time in four, so that it reveals nothing about the class.

    Args:
        film: uint8 (size, size), changed in place.
        draws: six numbers in [0, 1): whether, which, height, column, row, how light.
    """
    if draws[0] >= 0.25:
        return
    size = film.shape[0]
    text = _LETTERS[int(draws[1] * len(_LETTERS))]
    scale = size / 160 * (0.25 + 0.35 * draws[2])
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    column = draws[3] * 0.15 * size
    if draws[3] >= 0.5:
        column = size - width - (1 - draws[3]) * 0.15 * size
    row = height + draws[4] * 0.2 * size if draws[4] < 0.8 else size - 3
    shade = int(140 + 115 * draws[5])
    place = (int(column), int(row))
    cv2.putText(film, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, shade, 1, cv2.LINE_AA)
