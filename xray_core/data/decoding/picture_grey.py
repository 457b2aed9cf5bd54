"""From a picture that Pillow has opened to grey: 8 bits as they are, deeper ones to [0, 1].

colour -> luminance; transparency -> what is hidden is black; min-is-white -> inverted
"""

import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, TiffImagePlugin

from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.decoding.greys import (
    Levels,
    Notes,
    depth_range,
    is_even,
    note_colour,
    stretch,
    stretch_range,
)

_COLOUR_TOLERANCE = 16  # grey levels between channels that JPEG alone may cause
_HIDDEN = 0.01  # opaque by no more: such a pixel is invisible
_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's mode "L"
_BITS, _PHOTOMETRIC, _PLANES, _SAMPLE_FORMAT = 258, 262, 284, 339  # TIFF tags
_APART = 2  # planes
_MIN_IS_WHITE, _UNSIGNED, _SIGNED = 0, 1, 2

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _add_deep_tiffs() -> None:
    """Let Pillow open TIFFs that it has a decoder for, but no entry in its table of kinds.

    These are the deep kinds with white as zero, floats of 64 bits, and some big-endian ones.
    """
    kinds = TiffImagePlugin.OPEN_INFO
    kinds.setdefault((b"II", 1, (3,), 1, (64,), ()), ("F", "F;64F"))
    kinds.setdefault((b"MM", 1, (3,), 1, (64,), ()), ("F", "F;64BF"))
    kinds.setdefault((b"MM", 1, (1,), 1, (32,), ()), ("I", "I;32BS"))
    kinds.setdefault((b"MM", 1, (1,), 1, (12,), ()), ("I;16", "I;12"))
    for key, modes in list(kinds.items()):
        if key[1] == 1 and key[5] == () and modes[0] not in ("1", "L"):
            kinds.setdefault((key[0], _MIN_IS_WHITE, *key[2:]), modes)


_add_deep_tiffs()


def is_deep_colour(image: Image.Image, data: bytes) -> bool:
    """Whether an opened picture, not loaded yet, has colours of more than 8 bits.

    Pillow would cut them to 8, and a film of 12 bits in 16 to 16 grey levels.
    """
    start = data.find(b"\xff\x4f\xff\x51") if image.format == "JPEG2000" else -1
    if start >= 0 and len(data) > start + 42:  # its header: bits less one, sign in the top bit
        n_channels, depth = struct.unpack_from(">HB", data, start + 40)
        return bool(n_channels > 2 and (depth & 0x7F) + 1 > 8)
    return image.mode in ("RGB", "RGBA") and any(
        ";16" in str(tile[3]) for tile in getattr(image, "tile", ())
    )


def has_deep_planes(image: Image.Image) -> bool:
    """Whether each colour of more than 8 bits lies in a separate plane: Pillow misreads it."""
    depths = _tiff_tag(image, _BITS, 8)
    apart = _tiff_tag(image, _PLANES, 1) == _APART and len(image.getbands()) > 1
    return bool(apart and depths > 8)


def to_grey(
    image: Image.Image, deep_colour: bytes | None, notes: Notes
) -> Image.Image | Float32Array:
    """The grey levels of a loaded picture.

    Args:
        image: loaded.
        deep_colour: the file, where `is_deep_colour`.
        notes: what had to be done is added here.

    Returns:
        Mode `L`, or float32 (height, width) in [0, 1] where there are more than 8 bits.

    Raises:
        ValueError: no value of the picture is finite, or its colours cannot be read.
    """
    if deep_colour is not None:
        return _deep_colour_to_grey(deep_colour, image.size, notes)
    if image.mode in ("I", "F") or image.mode.startswith("I;16") or _is_signed_byte(image):
        return _deep_to_grey(image, notes)
    if _is_min_is_white(image):
        notes.append("min-is-white inverted")
    if image.mode == "1":
        notes.warn("1 bit per pixel, only black and white")
        return image.convert("L")
    if image.mode == "L" and not image.has_transparency_data:
        return image
    alpha = None
    if image.has_transparency_data:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    grey = _luminance(image, notes) if image.mode not in ("L", "LA", "La") else image.convert("L")
    if alpha is None:
        return grey
    return Image.fromarray(_without_hidden(np.array(grey), alpha <= _HIDDEN * 255, notes))


def mask_values(image: Image.Image, deep_colour: bytes | None, notes: Notes) -> NDArray[Any]:
    """The values of a mask: what a palette or colour shows at its brightest, or else as stored.

    Returns:
        (height, width), larger inside than outside. Where all colours are the same, the mask is
        looked for in the numbers of a palette, then in the transparency.
    """
    if deep_colour is not None:
        colours = _decode_deep(deep_colour, image.size)
        return np.asarray(colours[..., :3].max(axis=-1))
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.nan_to_num(_unwrapped(image))
        return np.asarray(values.max() - values) if _is_min_is_white(image) else values
    stored = np.asarray(image) if image.mode == "P" else None
    alpha = None
    if image.has_transparency_data:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    colours = np.asarray(image.convert("RGB"))
    shown = colours.max(axis=-1)
    if stored is not None and np.any(shown != colours.min(axis=-1)):
        shown = np.where(shown > 0, np.uint8(255), np.uint8(0))  # each colour names a part
    for values in (shown, stored, alpha):
        if values is not None and values.min() < values.max():
            return np.asarray(
                values if alpha is None else np.where(alpha <= _HIDDEN * 255, 0, values)
            )
    return np.asarray(shown)


def turn_upright(
    picture: Image.Image | NDArray[Any], orientation: int, notes: Notes
) -> Image.Image | NDArray[Any]:
    """Turn or mirror a picture as its EXIF tag says."""
    turn = _TURNS.get(orientation)
    if turn is None:
        return picture
    notes.append("turned upright by its EXIF tag")
    if isinstance(picture, Image.Image):
        return picture.transpose(turn)
    return np.asarray(Image.fromarray(picture).transpose(turn))


def grey_levels(picture: Image.Image | Float32Array) -> Levels:
    """The grey levels, 0 to 255, of a decoded picture: mode `L`, or float32 in [0, 1]."""
    if isinstance(picture, Image.Image):
        counts = np.array(picture.histogram(), np.int64)
        return Levels(np.flatnonzero(counts), counts[counts > 0])
    sample = picture.reshape(-1)[:: max(1, picture.size // 2**20)]
    return Levels.of(np.rint(sample * np.float32(255)).astype(np.uint8))


def _luminance(image: Image.Image, notes: Notes) -> Image.Image:
    """Mode `L` of any mode of colours; whether it has real colour is noted."""
    kind = {"P": "palette", "PA": "palette"}.get(image.mode, f"{image.mode[:4]} image")
    if image.mode == "LAB":
        notes.append("LAB image turned to grey")
        return image.getchannel("L")
    colour = image.convert("RGB")
    red, green, blue = colour.split()
    if any(
        ImageChops.difference(green, other).getextrema()[1] > _COLOUR_TOLERANCE  # type: ignore[operator]
        for other in (red, blue)
    ):
        kind = "colour image" if kind != "palette" else "colour palette"
        note_colour(np.asarray(colour), 255, kind, notes)
    else:
        notes.append(f"{kind} turned to grey")
    return colour.convert("L")


def _without_hidden(grey: NDArray[Any], hidden: BoolArray, notes: Notes) -> NDArray[Any]:
    """Invisible pixels are black, unless all are so; half shades count as opaque."""
    share = float(hidden.mean())
    if share == 0:
        notes.append("transparency dropped")
    elif share == 1:
        notes.warn("every pixel is transparent; read as if none were")
    elif is_even(Levels.of(grey[~hidden])):
        notes.append("only its transparency holds a picture")
        grey[hidden] = grey[~hidden][0]
    else:
        notes.append(f"{100 * share:.0f} % of the picture is transparent, set to black")
        grey[hidden] = 0
    return grey


def _deep_to_grey(image: Image.Image, notes: Notes) -> Float32Array:
    """One channel of more than 8 bits, or of signed or floating values."""
    values = _unwrapped(image)
    key = image.info.get("transparency")
    if isinstance(key, int):
        values = _without_hidden(np.array(values), values == key, notes)
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.any():
            raise ValueError("no finite value")
        if not finite.all():
            darkest = values[finite].max() if _is_min_is_white(image) else values[finite].min()
            values = np.where(finite, values, darkest)
            notes.append("missing values set to the darkest")
    levels = Levels.of(values)
    low, high = levels.ends
    if values.dtype.kind == "f" or low < 0 or high > 65535:
        black, white = stretch_range(levels, notes)
    else:
        black, white = depth_range(levels, notes)
    grey = stretch(values, black, white)
    if _is_min_is_white(image):
        notes.append("min-is-white inverted")
        np.subtract(1, grey, out=grey)
    return grey


def _unwrapped(image: Image.Image) -> NDArray[Any]:
    """The values as the file means them: Pillow takes 32 bits as signed and 8 as unsigned."""
    values = np.asarray(image)
    kind = _tiff_tag(image, _SAMPLE_FORMAT, _UNSIGNED)
    if image.mode == "I" and image.format == "TIFF" and kind == _UNSIGNED and values.min() < 0:
        return values.view(np.uint32)
    return values.view(np.int8) if _is_signed_byte(image) else values


def _deep_colour_to_grey(data: bytes, size: tuple[int, int], notes: Notes) -> Float32Array:
    colours = _decode_deep(data, size)
    grey = np.zeros(colours.shape[:2], np.float32)
    for channel, weight in enumerate(_LUMA):
        grey += colours[..., 2 - channel] * np.float32(weight)  # OpenCV stores blue first
    values = np.rint(grey, out=grey).astype(np.uint16)
    if colours.shape[2] == 4:
        values = _without_hidden(values, colours[..., 3] <= _HIDDEN * 65535, notes)
    note_colour(
        colours, float(colours[..., :3].max()), "colour image of 16 bits per channel", notes
    )
    return stretch(values, *depth_range(Levels.of(values), notes))


def _decode_deep(data: bytes, size: tuple[int, int]) -> NDArray[np.uint16]:
    """uint16 (height, width, 3 or 4), blue first; Pillow has found the file to be whole."""
    colours = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if colours is None or colours.ndim != 3 or colours.dtype != np.uint16:
        raise ValueError("no colours of 16 bits")
    if colours.shape[1::-1] != size:
        raise ValueError("another size")
    return np.asarray(colours, np.uint16)


def _is_min_is_white(image: Image.Image) -> bool:
    return bool(_tiff_tag(image, _PHOTOMETRIC, None) == _MIN_IS_WHITE)


def _is_signed_byte(image: Image.Image) -> bool:
    return image.mode == "L" and _tiff_tag(image, _SAMPLE_FORMAT, _UNSIGNED) == _SIGNED


def _tiff_tag(image: Image.Image, tag: int, default: Any) -> Any:
    """The first value of a tag of a TIFF; the default for any other file."""
    value = image.tag_v2.get(tag, default) if hasattr(image, "tag_v2") else default
    return value[0] if isinstance(value, tuple) else value
