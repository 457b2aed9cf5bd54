"""What a file may be: bytes, pixels, shape. All of it is checked before a pixel is decoded."""

from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings

MIN_SIDE_PX = 32
MAX_SIDE_PX = 2**16 - 1
"""Rows and columns of DICOM and JPEG end here; a header with more is damaged."""

MAX_ASPECT = 4.0  # longer side by shorter side

_MAX_PIXELS_BY_BYTE = 2_000  # an even grey as PNG has 1,030, a film less than 100
_TRUSTED_PIXELS = 1_000_000  # up to here nothing is asked of a small file


def check_bytes(n_bytes: int, name: str) -> None:
    """Refuse an empty file and one that is over the limit.

    Raises:
        ImageReadError, ImageTooLargeError: with the file's name.
    """
    limit = get_settings().max_file_bytes
    if n_bytes == 0:
        raise ImageReadError("The file is empty.", where=name, fix="Copy or download it again.")
    if n_bytes > limit:
        raise ImageTooLargeError(
            f"The file has {n_bytes / 2**20:,.1f} MB; at most {limit / 2**20:,.0f} MB are opened.",
            where=name,
            fix="Save it smaller, or raise XRAY_MAX_MEGABYTES.",
        )


def check_size(
    width: int, height: int, name: str, *, n_bytes: int, n_frames: int = 1, wide: bool = False
) -> None:
    """Refuse what is too large, does not fit in so few bytes, or does not have the shape of a film.

    Args:
        width, height: in pixels, as the header gives them.
        name: of the file.
        n_bytes: that hold the pixels in the file.
        n_frames: as the header gives them.
        wide: 4 bytes per pixel when decoded; half as many pixels are allowed.

    Raises:
        ImageReadError, ImageTooLargeError: with the file's name.
    """
    if max(width, height) > MAX_SIDE_PX:
        raise ImageReadError(
            "The header of the picture is damaged: "
            f"no film has a side of more than {MAX_SIDE_PX:,} pixels.",
            where=name,
            fix="Copy or export the file again.",
        )
    limit = get_settings().max_pixels // (2 if wide else 1)
    n_pixels = width * height * n_frames
    size = f"{width:,} x {height:,} pixels" + (f" x {n_frames:,} frames" if n_frames > 1 else "")
    if n_pixels > limit:
        kind = " in colour or of 32 bits" if wide else ""
        raise ImageTooLargeError(
            f"{size} are {n_pixels / 1e6:,.0f} megapixels; "
            f"at most {limit / 1e6:,.0f} are decoded{kind}.",
            where=name,
            fix="Save it smaller, or raise XRAY_MAX_MEGAPIXELS.",
        )
    if n_pixels > max(_TRUSTED_PIXELS, n_bytes * _MAX_PIXELS_BY_BYTE):
        raise ImageReadError(
            f"{n_bytes:,} bytes are too few for a film of {size}.",
            where=name,
            fix="Copy or export the file again.",
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
