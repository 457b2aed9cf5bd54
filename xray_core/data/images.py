"""The one place that decodes films: any file in, one float picture out.

    bytes -> limits -> Pillow or DICOM -> grey -> upright -> [0, 1]

The content decides, never the file's name. Limits on bytes and pixels hold before anything is
decoded, errors name the file without its folder, and whatever had to be done to read a film is
said in its notes. All functions may be called from several threads.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings

Float32Array = NDArray[np.float32]
UInt8Array = NDArray[np.uint8]

IMAGE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".jp2"}
    | {".dcm", ".dicom"}
)
"""Lower-case suffixes that a folder scan takes for films."""

EVEN_GREY = "the image is one even grey"
"""The note on a film without any contrast."""

MIN_SIDE_PX = 32
MAX_ASPECT = 4.0  # longer side by shorter side

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000")
_COLOUR_TOLERANCE = 16  # grey levels between channels that JPEG alone may cause
_ORIENTATION = 0x0112  # EXIF tag; 1 is upright
# What Pillow's decoders raise on damaged bytes (found by flipping and cutting bytes).
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, RuntimeError)

# Pillow's own guard warns at 89 and fails at 179 megapixels, whatever our settings say, and it can
# be set only for the whole process. `_check_size` takes its place, before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None

# Damaged EXIF data of a film that can be read all the same is nothing that a user can act on.
warnings.filterwarnings("ignore", message="Corrupt EXIF data", module="PIL")


@dataclass(frozen=True)
class Film:
    """A decoded film.

    Attributes:
        pixels: float32 (height, width) in [0, 1], bone bright and air dark.
        notes: what had to be done to read it, in plain words, in the order it was done:
            `16 bits a pixel, scaled by 4095`, `turned upright by its EXIF tag`.
    """

    pixels: Float32Array
    notes: tuple[str, ...] = ()


def load_image(path: Path) -> Film:
    """Decode a film from disk.

    Raises:
        ImageReadError: the file is missing, no image, damaged, or too small or narrow for a film.
        ImageTooLargeError: the file is over the limit on bytes or pixels.
    """
    try:
        if not path.is_file():
            raise ImageReadError(
                "The file is missing.", where=path.name, fix="Check the folder and the name."
            )
        _check_bytes(path.stat().st_size, path.name)
        data = path.read_bytes()
    except OSError as error:
        raise ImageReadError(
            f"The file could not be opened: {error.strerror}.",
            where=path.name,
            fix="Check that it may be read.",
        ) from error
    return decode_image(data, path.name)


def decode_image(data: bytes, name: str) -> Film:
    """Decode a film from memory, such as an upload.

    Args:
        data: the whole file; its content tells the format.
        name: for error texts only; folders in it are left out.

    Raises:
        ImageReadError: no image, damaged, or too small or narrow for a film.
        ImageTooLargeError: over the limit on bytes or pixels.
    """
    picture, notes = _decode(data, name)
    if isinstance(picture, Image.Image):
        pixels = np.asarray(picture).astype(np.float32)
        pixels /= np.float32(255)
    else:
        pixels = picture
    if pixels.min() == pixels.max():
        notes.append(EVEN_GREY)
    return Film(pixels, tuple(notes))


def open_gray(data: bytes, name: str) -> tuple[Image.Image, tuple[int, int]]:
    """Decode a film for a scan: all of it, but without floats where 8 bits suffice.

    Returns:
        The decoded upright image in mode `L`, equal to `to_uint8(decode_image(...).pixels)`,
        and its (width, height).

    Raises:
        ImageReadError, ImageTooLargeError: as `decode_image`.
    """
    picture, _ = _decode(data, name)
    if not isinstance(picture, Image.Image):
        picture = Image.fromarray(to_uint8(picture))
    return picture, picture.size


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


def encode_jpeg(picture: UInt8Array) -> bytes:
    """A JPEG of a small picture, uint8 (height, width) or (height, width, 3)."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _decode(data: bytes, name: str) -> tuple[Image.Image | Float32Array, list[str]]:
    """The one pipeline: an upright image in mode `L`, or float32 in [0, 1], and the notes."""
    name = PureWindowsPath(name).name  # knows both kinds of slashes
    _check_bytes(len(data), name)
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        return _decode_dicom(data, name)
    except _DAMAGE as error:
        raise _damaged(data, name, error) from error
    _check_size(*image.size, name)
    notes: list[str] = []
    try:
        n_frames = getattr(image, "n_frames", 1)
        image.load()
        orientation = image.getexif().get(_ORIENTATION, 1)  # Pillow has turned a TIFF already
        if orientation in range(2, 9):
            image = ImageOps.exif_transpose(image)
            notes.append("turned upright by its EXIF tag")
        grey = _to_grey(image, notes)
    except _DAMAGE as error:
        raise _damaged(data, name, error) from error
    if n_frames > 1:
        notes.append(f"first of {n_frames} frames")
    return grey, notes


def _decode_dicom(data: bytes, name: str) -> tuple[Float32Array, list[str]]:
    from xray_core.data import dicom  # most films never need pydicom

    if not dicom.looks_like_dicom(data):
        raise ImageReadError(
            "The content is not an image.",
            where=name,
            fix="Give a PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000 or DICOM file.",
        )
    dataset = dicom.open_dicom(data, name)
    _check_size(dataset.Columns, dataset.Rows, name, n_frames=dicom.count_frames(dataset))
    return dicom.read_pixels(dataset, name)


def _to_grey(image: Image.Image, notes: list[str]) -> Image.Image | Float32Array:
    """Luminance without transparency: 8 bits as mode `L`, anything deeper as float32."""
    if image.mode == "L":
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _scale_deep(np.asarray(image), notes)
    if image.mode == "1":
        notes.append("1 bit a pixel, only black and white")
        return image.convert("L")
    if image.has_transparency_data:
        notes.append("transparency dropped")
    if image.mode == "LA":
        return image.convert("L")
    kind = {"P": "palette", "PA": "palette"}.get(image.mode, f"{image.mode[:4]} image")
    colour = image.convert("RGB")
    if _has_colour(colour):
        kind = "colour image" if kind != "palette" else "colour palette"
    notes.append(f"{kind} turned to grey")
    return colour.convert("L")


def _has_colour(image: Image.Image) -> bool:
    """Whether the channels of an RGB image differ by more than JPEG would make them."""
    red, green, blue = image.split()
    return any(
        ImageChops.difference(green, other).getextrema()[1] > _COLOUR_TOLERANCE  # type: ignore[operator]
        for other in (red, blue)
    )


def _scale_deep(values: NDArray[Any], notes: list[str]) -> Float32Array:
    """Bring more than 8 bits to [0, 1].

    Unsigned 16-bit values are divided by the smallest 2^k - 1, k = 8..16, that holds the largest,
    so that a 12-bit film in a 16-bit file doesn't come out black. All else is stretched from its
    own range.
    """
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            values = np.where(finite, values, values[finite].min(initial=np.inf))
            notes.append("missing values set to the darkest")
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low):
        raise ValueError("no finite value")
    if values.dtype.kind == "f" or low < 0 or high > 65535:
        notes.append(f"scaled from its own range, {low:g} to {high:g}")
        return _stretch(values, low, high)
    top = 2 ** max(8, int(high).bit_length()) - 1
    notes.append(f"16 bits a pixel, scaled by {top}")
    return _stretch(values, 0, top)


def _stretch(values: NDArray[Any], low: float, high: float) -> Float32Array:
    """float32 with `low` at 0 and `high` at 1, cut off there; all 0 where both are equal."""
    scaled = values.astype(np.float32)
    scaled -= np.float32(low)
    scaled /= np.float32(high - low) or np.float32(1)
    np.clip(scaled, 0, 1, out=scaled)
    return scaled


def _check_bytes(n_bytes: int, name: str) -> None:
    limit = get_settings().max_file_bytes
    if n_bytes == 0:
        raise ImageReadError("The file is empty.", where=name, fix="Copy or download it again.")
    if n_bytes > limit:
        raise ImageTooLargeError(
            f"The file has {n_bytes / 2**20:,.1f} MB; at most {limit / 2**20:,.0f} MB are opened.",
            where=name,
            fix="Save it smaller, or raise XRAY_MAX_MEGABYTES.",
        )


def _check_size(width: int, height: int, name: str, *, n_frames: int = 1) -> None:
    limit = get_settings().max_pixels
    size = f"{width:,} x {height:,} pixels" + (f" x {n_frames:,} frames" if n_frames > 1 else "")
    if width * height * n_frames > limit:
        raise ImageTooLargeError(
            f"{size} are {width * height * n_frames / 1e6:,.0f} megapixels; "
            f"at most {limit / 1e6:,.0f} are decoded.",
            where=name,
            fix="Save it smaller, or raise XRAY_MAX_MEGAPIXELS.",
        )
    if min(width, height) < MIN_SIDE_PX:
        raise ImageReadError(
            f"{size} is too small to be a chest film.",
            where=name,
            fix=f"Give an image of at least {MIN_SIDE_PX} x {MIN_SIDE_PX} pixels.",
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageReadError(
            f"{size} is too long and narrow to be a chest film.",
            where=name,
            fix=f"Give an image at most {MAX_ASPECT:g} times as long as wide.",
        )


def _damaged(data: bytes, name: str, error: Exception) -> ImageReadError:
    cut = "truncated" in str(error) or isinstance(error, EOFError)
    return ImageReadError(
        f"The image is cut off: the file ends after {len(data):,} bytes."
        if cut
        else "The image data are damaged.",
        where=name,
        fix="Copy or download the file again.",
    )
