"""From the bytes of a file to one grey picture, here or in a child.

    bytes -> limits -> Pillow or DICOM -> grey -> upright

Ordinary PNG, JPEG and BMP films are decoded here; everything that can swell, hang, hold Python's
lock or end the process is decoded in a child (`apart`).
"""

import contextlib
import struct
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from xray_core.data.decoding import apart
from xray_core.data.decoding.greys import Notes
from xray_core.data.decoding.limits import check_bytes, check_size
from xray_core.data.decoding.picture_grey import (
    has_deep_planes,
    is_deep_colour,
    mask_values,
    to_grey,
    turn_upright,
)
from xray_core.data.decoding.unread_kinds import unread_kind
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.process_wide import WhileNeeded

Picture = Image.Image | NDArray[Any]

MAX_PAGES = 1_000
"""The pages of a TIFF are counted so far."""

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000")
_ORIENTATION = 0x0112  # EXIF tag; 1 is upright
_WIDE_MODES = frozenset({"RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "LA", "PA", "I", "F"})

# What is decoded here: formats that Pillow reads piece by piece, files whose header is parsed at
# once however it is made, pictures that nobody waits for.
_JPEG = b"\xff\xd8\xff"
_PLAIN = (b"\x89PNG\r\n\x1a\n", _JPEG, b"BM")
_PLAIN_BYTES = 4 * 2**20
_PLAIN_PIXELS = 20_000_000  # times the scans of a progressive JPEG
_SCAN = b"\xff\xda"
_MOST_SCANNED = 1_600_000_000  # the same product: some 20 scans of the largest film


def _put_our_limits() -> Callable[[], object]:
    """Let `check_size` take the place of Pillow's guard, and keep Pillow from warning.

    The guard warns at 89 and fails at 179 megapixels, whatever our settings say. Damaged EXIF data
    of a film that can be read all the same is nothing that a user can act on.
    """
    guard, quiet = Image.MAX_IMAGE_PIXELS, warnings.catch_warnings()
    quiet.__enter__()
    warnings.filterwarnings("ignore", message="Corrupt EXIF data", module="PIL")
    Image.MAX_IMAGE_PIXELS = None

    def take_back() -> None:
        Image.MAX_IMAGE_PIXELS = guard
        quiet.__exit__(None, None, None)

    return take_back


OUR_LIMITS = WhileNeeded(_put_our_limits)
"""In force while Pillow reads a file."""


def decode(
    data: bytes, name: str, *, as_mask: bool = False, window: str = ""
) -> tuple[Picture, Notes]:
    """Decode a file.

    Args:
        data: the whole file; its content determines the format.
        name: for error texts only; folders in it are left out.
        as_mask: give the stored values of a mask instead of grey levels.
        window: of a DICOM file, see `decode_image`.

    Returns:
        An upright image in mode `L`, or (height, width): float32 in [0, 1] for a film, any values
        for a mask; and what had to be done.

    Raises:
        ImageReadError: not an image, damaged, too small or narrow, or its decoder failed.
        ImageTooLargeError: over the limit on bytes, pixels or memory.
    """
    name = PureWindowsPath(name).name
    check_bytes(len(data), name)
    with OUR_LIMITS, refusing(data, name):
        if data.startswith(_PLAIN) and len(data) <= _PLAIN_BYTES:
            image = _open(data, name)
            if image and image.width * image.height * _count_scans(data) <= _PLAIN_PIXELS:
                return _read(image, data, as_mask=as_mask)
        pixels, notes = apart.decode_apart(data, name, as_mask=as_mask, window=window)
        return Image.fromarray(pixels) if pixels.dtype == np.uint8 else pixels, notes


def decode_here(
    data: bytes, name: str, *, as_mask: bool = False, window: str = ""
) -> tuple[Picture, Notes]:
    """`decode` in this process, whatever it takes; arguments, result and errors are the same."""
    with OUR_LIMITS, refusing(data, name):
        image = _open(data, name)
        if image:
            return _read(image, data, as_mask=as_mask)
        return _decode_dicom(data, name, as_mask=as_mask, window=window)


@contextlib.contextmanager
def refusing(data: bytes, name: str) -> Iterator[None]:
    """Report whatever a decoder raises for this file alone, so that it never hides the others."""
    name = PureWindowsPath(name).name  # knows both kinds of slashes
    try:
        yield
    except ImageReadError:
        raise
    except MemoryError as error:
        raise ImageTooLargeError(
            "Decoding it needs too much memory.",
            where=name,
            fix="Save it smaller, or raise XRAY_MAX_MEGAPIXELS.",
        ) from error
    except Exception as error:
        raise _damaged(data, name, error) from error


def _damaged(data: bytes, name: str, error: Exception) -> ImageReadError:
    cut = "truncated" in str(error) or isinstance(error, EOFError)
    return ImageReadError(
        f"The image is cut off: the file ends after {len(data):,} bytes."
        if cut
        else "The image data are damaged.",
        where=name,
        fix="Copy or download the file again.",
    )


def _open(data: bytes, name: str) -> Image.Image | None:
    """Read the header and check it against the limits; None for what may be DICOM."""
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        return None
    if has_deep_planes(image):
        raise unread_kind(data, name)
    check_size(*image.size, name, n_bytes=len(data), wide=image.mode in _WIDE_MODES)
    n_scans = _count_scans(data)
    if n_scans > 1 and image.width * image.height * n_scans > _MOST_SCANNED:
        raise ImageReadError(
            f"{n_scans:,} scans of {image.width:,} x {image.height:,} pixels take too long.",
            where=name,
            fix="Save it again as PNG or plain JPEG.",
        )
    return image


def _count_scans(data: bytes) -> int:
    """How often a JPEG goes over its picture; 1 for other formats."""
    return max(1, data.count(_SCAN)) if data.startswith(_JPEG) else 1


def _read(image: Image.Image, data: bytes, *, as_mask: bool) -> tuple[Picture, Notes]:
    """Decode an image whose header has been read."""
    notes = Notes()
    if image.format == "JPEG2000":
        apart.allow_more(len(data))
    n_frames = _count_pages(data) if image.format == "TIFF" else getattr(image, "n_frames", 1)
    deep_colour = data if is_deep_colour(image, data) else None
    image.load()
    turn = image.getexif().get(_ORIENTATION, 1)  # Pillow has turned a TIFF already
    picture = (mask_values if as_mask else to_grey)(image, deep_colour, notes)
    picture = turn_upright(picture, turn, notes)
    if n_frames > 1:
        more = "more than " if n_frames == MAX_PAGES else ""
        notes.append(f"first of {more}{n_frames} frames")
    return picture, notes


def _count_pages(data: bytes) -> int:
    """Pages of a TIFF, at most `MAX_PAGES`, by their directories alone: Pillow reads all of each.

    Raises:
        struct.error: the file ends within its first directory.
    """
    order = "<" if data.startswith(b"II") else ">"
    if data[2:4] in (b"\x2b\x00", b"\x00\x2b"):  # BigTIFF
        count, entry, link, position = "Q", 20, "Q", 8
    else:
        count, entry, link, position = "H", 12, "I", 4
    seen: set[int] = set()
    (place,) = struct.unpack_from(order + link, data, position)
    while place and place not in seen and len(seen) < MAX_PAGES:
        if place + struct.calcsize(count) > len(data):
            break
        seen.add(place)
        (n_entries,) = struct.unpack_from(order + count, data, place)
        end = place + struct.calcsize(count) + entry * n_entries
        if end + struct.calcsize(link) > len(data):
            break  # for Pillow, too, a directory without a link is the last one
        (place,) = struct.unpack_from(order + link, data, end)
    return len(seen)


def _decode_dicom(
    data: bytes, name: str, *, as_mask: bool, window: str
) -> tuple[NDArray[Any], Notes]:
    from xray_core.data.decoding import dicom, dicom_windows  # most films never need pydicom

    if not dicom.looks_like_dicom(data):
        raise unread_kind(data, name)
    dataset = dicom.open_dicom(data, name)
    check_size(
        *(dataset.Columns, dataset.Rows, name),
        n_bytes=len(dataset.get("PixelData") or data),
        n_frames=dicom.count_frames(dataset),
    )
    if as_mask:
        return dicom.read_stored(dataset, name), Notes()
    if window:
        dicom_windows.keep_window(dataset, window)
    return dicom.read_pixels(dataset, name)
