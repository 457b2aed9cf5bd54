"""The one place that decodes films: any file in, one float picture out.

    bytes -> grey and upright (`decoding`) -> [0, 1]

The content decides, never the file's name. Limits on bytes and pixels hold before anything is
decoded, errors name the file without its folder, and the notes of a film say whatever had to
be done to read it. All functions may be called from several threads.
"""

import hashlib
import math
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.decoding.greys import MOST_CLIPPED, Notes, is_even
from xray_core.data.decoding.limits import check_bytes
from xray_core.data.decoding.picture_grey import grey_levels
from xray_core.data.decoding.pictures import decode, refusing
from xray_core.errors import ImageReadError

EVEN_GREY = "The picture is one even grey: nothing to judge."
"""What is wrong with a picture without any contrast."""


@dataclass(frozen=True)
class Film:
    """A decoded film.

    >>> import numpy as np
    >>> Film(np.zeros((256, 320), np.float32), notes=("synthetic",)).pixels.shape
    (256, 320)

    Attributes:
        pixels: float32 (height, width) in [0, 1], bone bright and air dark.
        notes: what had to be done to read it, in plain words, in the order it was done:
            `16 bits per pixel, scaled by 4095`, `turned upright by its EXIF tag`.
        warnings: those of the notes that ask to check the film, since it may be misread or not
            be a film: `modality CT, not a chest radiograph`.
        id: 16 hex digits of the bytes of its file, wherever that lies and however large it is
            decoded, and of the window that was chosen; of its pixels where it comes from no file.
        block: side of the squares of the file's pixels whose means the pixels are; 1 where they
            are those of the file.
    """

    pixels: Float32Array
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    id: str = ""
    block: int = 1

    def __post_init__(self) -> None:
        if not self.id:
            content = str(self.pixels.shape).encode() + self.pixels.tobytes()
            object.__setattr__(self, "id", content_id(content))

    def with_pixels(self, pixels: Float32Array) -> "Film":
        """A film made of this one, such as one with a region filled: another id, the same notes."""
        return Film(pixels, self.notes, self.warnings, block=self.block)

    def reduced(self, max_pixels: int) -> "Film":
        """The same film, by the mean of square blocks where it has more pixels than that.

        >>> import numpy as np
        >>> small = Film(np.zeros((256, 320), np.float32)).reduced(256 * 320 // 4)
        >>> small.pixels.shape, small.block
        ((128, 160), 2)
        """
        if self.pixels.size <= max_pixels:
            return self
        block = self.block * _block(self.pixels, max_pixels)
        return replace(self, pixels=_shrink(self.pixels, max_pixels), block=block)


def content_id(data: bytes) -> str:
    """The start of the sha256 of a file's bytes, as `film_code` of its record."""
    return hashlib.sha256(data).hexdigest()[:16]


def read_film(source: str | Path | bytes) -> Film:
    """Decode a film: the front door for files and for bytes.

    >>> import numpy as np
    >>> film = read_film(encode_png(np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))))
    >>> film.pixels.shape
    (64, 64)

    Args:
        source: path of a file, or its content.

    Raises:
        ImageReadError: missing, not an image, damaged, too small or narrow for a film, or one even
            grey.
        ImageTooLargeError: over the limit on bytes or pixels.
    """
    return decode_image(source, "film") if isinstance(source, bytes) else load_image(Path(source))


def load_image(path: Path) -> Film:
    """Decode a film from disk.

    Raises:
        ImageReadError: the file is missing, not an image, damaged, too small or narrow for a film,
            or one even grey.
        ImageTooLargeError: the file is over the limit on bytes or pixels.
    """
    return decode_image(read_file(path), path.name)


def read_file(path: Path) -> bytes:
    """The bytes of a file, within the limit.

    Raises:
        ImageReadError: the file is missing or cannot be opened.
        ImageTooLargeError: it is over the limit on bytes.
    """
    try:
        if not path.is_file():
            raise ImageReadError(
                "The file is missing.", where=path.name, fix="Check the folder and the name."
            )
        check_bytes(path.stat().st_size, path.name)
        return path.read_bytes()
    except OSError as error:
        raise ImageReadError(
            f"The file could not be opened: {error.strerror}.",
            where=path.name,
            fix="Check that it may be read.",
        ) from error


def decode_image(
    data: bytes, name: str, *, max_pixels: int | None = None, window: str = ""
) -> Film:
    """Decode a film from memory, such as an upload.

    Args:
        data: the whole file; its content determines the format.
        name: for error texts only; folders in it are left out.
        max_pixels: of the film, which is reduced by the mean of square blocks; None keeps its
            full size.
        window: key of the window or look-up table of a DICOM file (`dicom_windows`) to show it by;
            "" for the first that fits.

    Raises:
        ImageReadError: not an image, damaged, too small or narrow for a film, or one even grey.
        ImageTooLargeError: over the limit on bytes or pixels.
    """
    with refusing(data, name):
        picture, notes = _decode_film(data, name, window)
        levels = np.asarray(picture)
        block = _block(levels, max_pixels) if max_pixels else 1
        if max_pixels:
            levels = _shrink(levels, max_pixels)
        pixels = levels if levels.dtype == np.float32 else levels.astype(np.float32)
        if isinstance(picture, Image.Image):
            pixels /= np.float32(255)
    film_id = content_id(f"{content_id(data)} {window}".encode()) if window else content_id(data)
    return Film(pixels, tuple(notes), tuple(notes.grave), film_id, block)


def open_gray(data: bytes, name: str) -> tuple[Image.Image, tuple[int, int]]:
    """Decode a film for a scan: all of it, but without floats where 8 bits suffice.

    Returns:
        The decoded upright image in mode `L`, equal to `to_uint8(decode_image(...).pixels)`,
        and its (width, height).

    Raises:
        ImageReadError, ImageTooLargeError: as `decode_image`.
    """
    with refusing(data, name):
        picture, _ = _decode_film(data, name)
        if not isinstance(picture, Image.Image):
            picture = Image.fromarray(to_uint8(picture))
        return picture, picture.size


def decode_mask(data: bytes, name: str) -> NDArray[Any]:
    """Decode a mask: its values as they are stored, since those of a mask may be 0 and 1.

    Returns:
        (height, width) of any type, upright; see `mask_values`.

    Raises:
        ImageReadError, ImageTooLargeError: as `decode_image`, but one even grey is a mask, too.
    """
    picture, _ = decode(data, name, as_mask=True)
    return np.asarray(picture)


def resize_image(pixels: Float32Array, size_px: int) -> Float32Array:
    """Squeeze a film to a square, as the public training sets are, without aliasing.

    The aspect ratio is given up, so a map of the square lies over the film by plain stretching.

    Args:
        pixels: float32 (height, width) in [0, 1].
        size_px: side of the result.

    Returns:
        float32 (size_px, size_px) in [0, 1].
    """
    small = Image.fromarray(pixels).resize(
        (size_px, size_px), Image.Resampling.BILINEAR, reducing_gap=3.0
    )
    return np.asarray(np.clip(np.asarray(small), 0, 1), np.float32)


def to_uint8(pixels: Float32Array) -> UInt8Array:
    """Grey levels 0..255 of pixels in [0, 1], rounded; same shape."""
    levels = np.clip(pixels, np.float32(0), np.float32(1))
    levels *= np.float32(255)
    return np.rint(levels, out=levels).astype(np.uint8)


def encode_png(pixels: Float32Array) -> bytes:
    """An 8-bit grey PNG of float32 (height, width) in [0, 1]."""
    buffer = BytesIO()
    Image.fromarray(to_uint8(pixels)).save(buffer, "PNG")
    return buffer.getvalue()


def encode_jpeg(picture: UInt8Array, quality: int = 80) -> bytes:
    """A JPEG of a picture, uint8 (height, width) or (height, width, 3)."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _block(levels: NDArray[Any], max_pixels: int) -> int:
    """Side of the square blocks whose means are at most that many pixels."""
    return max(1, math.ceil(math.sqrt(levels.size / max_pixels)))


def _shrink(levels: NDArray[Any], max_pixels: int) -> NDArray[Any]:
    """At most that many pixels, as float32; a smaller picture unchanged."""
    height, width = levels.shape
    step = _block(levels, max_pixels)
    if step == 1:
        return levels
    tops, lefts = np.arange(0, height, step), np.arange(0, width, step)
    widths = np.diff(np.append(lefts, width)).astype(np.float32)
    small = np.empty((len(tops), len(lefts)), np.float32)
    for row, top in zip(small, tops, strict=True):  # by band: a copy of a large film is 300 MB
        band = levels[top : top + step].mean(axis=0, dtype=np.float32)
        row[:] = np.add.reduceat(band, lefts) / widths
    return small


def _decode_film(
    data: bytes, name: str, window: str = ""
) -> tuple[Image.Image | Float32Array, Notes]:
    """An upright film in mode `L`, or float32 in [0, 1], that has something to show."""
    picture, notes = decode(data, name, window=window)
    if isinstance(picture, np.ndarray) and not np.isfinite([picture.min(), picture.max()]).all():
        raise ImageReadError(
            "Some of its grey levels are NaN or infinite.",
            where=PureWindowsPath(name).name,
            fix="Export the file again.",
        )
    levels = grey_levels(picture)
    if is_even(levels):
        noted = f" ({'; '.join(notes)})" if notes else ""
        raise ImageReadError(
            EVEN_GREY, where=PureWindowsPath(name).name, fix=f"Give a film with contrast{noted}."
        )
    clipped = levels.share((levels.values == 0) | (levels.values == 255))
    if clipped > MOST_CLIPPED and not notes.grave:
        notes.warn(f"{100 * clipped:.0f} % of the picture is pure black or white")
    return picture, notes
