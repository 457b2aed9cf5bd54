"""A film of 12 bits, and how its levels are read back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.data.decoding.dicom_files import film_dataset, save
from xray_core.data.decoding.images import Film, decode_image


def _draw_film() -> NDArray[np.uint16]:
    """A film of 12 bits, 80 x 64: black rim, bright body with two dark lungs, noise."""
    rows, columns = np.mgrid[:80, :64].astype(float)
    film = 2600 + 900 * np.sin(rows / 15) * np.cos(columns / 11)
    for middle in (20, 43):
        film -= 1500 * np.exp(-(((rows - 40) / 20) ** 2 + ((columns - middle) / 8) ** 2))
    film += np.random.default_rng(1).normal(0, 12, film.shape)
    film = film - film.min()
    film[:, :4] = film[:, -4:] = 0
    film *= 4095 / film.max()
    return np.asarray(np.rint(film), np.uint16)


FILM = _draw_film()
RIGHT = FILM / 4095
SIGNED = (FILM.astype(np.int32) - 1024).astype(np.int16)
BYTES = (FILM >> 4).astype(np.uint8)
WINDOW = {"WindowCenter": 2047.5, "WindowWidth": 4095}
NO_WINDOW: dict[str, Any] = {"WindowCenter": None, "WindowWidth": None}
ALL_16 = {"BitsStored": 16, "HighBit": 15}
OWN_RANGE = "no window in the file, scaled from its own range, 0 to 4095"


def read(stored: NDArray[Any] = FILM, **elements: Any) -> Film:
    return decode_image(save(film_dataset(stored, **({**WINDOW, **elements}))), "film.dcm")


def table(entries: Any, first: int = 0, depth: int = 12, n_entries: int = 0) -> Sequence:
    item = Dataset()
    descriptor = [n_entries or len(entries), first, depth]
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", descriptor)
    kind = "OW" if isinstance(entries, bytes) else "US"
    item.add_new("LUTData", kind, entries if kind == "OW" else np.asarray(entries).tolist())
    return Sequence([item])


LEVELS = np.arange(4096)


def same(film: Film, right: NDArray[Any] = RIGHT, atol: float = 0.006) -> bool:
    return bool(np.abs(film.pixels - right).max() <= atol)
