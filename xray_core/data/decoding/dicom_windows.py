"""The ways to show a film that a DICOM file offers: VOI look-up tables and windows, by name.

Reference:
    DICOM PS3.3, C.11.2: a file may hold several of both, and the reader chooses one.
"""

from typing import NamedTuple

from pydicom.dataset import Dataset

from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header
from xray_core.errors import ImageReadError

WINDOW_TAGS = (
    *("VOILUTSequence", "WindowCenter", "WindowWidth"),
    "WindowCenterWidthExplanation",
)
_MOST_LETTERS = 24


class Window(NamedTuple):
    """One way to show a film.

    Attributes:
        key: `lut 1`, `window 2`: its kind and its place among those of the kind in the file.
        name: what the file calls it, with centre and width of a window.
    """

    key: str
    name: str


def windows_in(data: bytes) -> tuple[Window, ...]:
    """The VOI look-up tables and windows of a file, in the order in which they are tried.

    Empty for a file without any, and for one that is no DICOM or is damaged.
    """
    if not looks_like_dicom(data):
        return ()
    with SILENT:
        header = read_header(data, WINDOW_TAGS)
        return windows_of(header) if header is not None else ()


def windows_of(header: Dataset) -> tuple[Window, ...]:
    """`windows_in` for a header that was read, in `SILENT`."""
    try:
        tables = [
            Window(f"lut {place}", _name(item.get("LUTExplanation"), f"Table {place}"))
            for place, item in enumerate(header.get("VOILUTSequence") or (), 1)
        ]
        names = _values(header, "WindowCenterWidthExplanation")
        pairs = zip(_values(header, "WindowCenter"), _values(header, "WindowWidth"), strict=False)
        windows = []
        for place, (centre, width) in enumerate(pairs, 1):
            name = _name(names[place - 1] if place <= len(names) else "", f"Window {place}")
            numbers = f" ({float(str(centre)):g} / {float(str(width)):g})"
            windows.append(Window(f"window {place}", name + numbers))
    except Exception:  # whatever a converter of pydicom makes of damaged bytes
        return ()
    return (*tables, *windows)


def window_named(data: bytes, name: str, wanted: str) -> str:
    """The key of the window or table that is called so, by its key or by the file.

    Args:
        data: the whole file.
        name: of the file, for error texts.
        wanted: `window 2`, or the start of a name, in any case; "" for what the file prefers.

    Raises:
        ImageReadError: the file has none of that name; the text lists what it has.
    """
    if not wanted:
        return ""
    windows = windows_in(data)
    word = wanted.strip().casefold()
    for window in windows:
        if word == window.key or window.name.casefold().startswith(word):
            return window.key
    has = "; ".join(f"{window.key}: {window.name}" for window in windows)
    raise ImageReadError(
        "The file has no window or look-up table of that name.",
        where=f"{name}, {wanted}",
        fix=f"Choose one of: {has}." if has else "It has none: leave the choice out.",
    )


def keep_window(dataset: Dataset, key: str) -> None:
    """Leave only the chosen window or table in a data set; as it is where that is not there."""
    kind, _, number = key.partition(" ")
    place = int(number or 0) - 1
    if kind == "lut" and 0 <= place < len(dataset.get("VOILUTSequence") or ()):
        dataset.VOILUTSequence = [dataset.VOILUTSequence[place]]
        for keyword in ("WindowCenter", "WindowWidth"):
            dataset.pop(keyword, None)
    elif kind == "window":
        centres, widths = (_values(dataset, word) for word in ("WindowCenter", "WindowWidth"))
        if 0 <= place < min(len(centres), len(widths)):
            dataset.WindowCenter, dataset.WindowWidth = centres[place], widths[place]
            dataset.pop("VOILUTSequence", None)


def _values(header: Dataset, keyword: str) -> list[object]:
    value = header.get(keyword)
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | int | float) else list(value)


def _name(value: object, otherwise: str) -> str:
    """A short name of the file; anything longer or odder may name somebody."""
    text = str(value or "").strip()
    plain = text.replace(" ", "").replace("_", "").replace("-", "")
    return text if plain.isalnum() and len(text) <= _MOST_LETTERS else otherwise
