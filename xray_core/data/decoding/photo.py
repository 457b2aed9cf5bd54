"""What the EXIF data of a picture say of a camera: films come from detectors and scanners."""

import re
from io import BytesIO

from PIL import ExifTags, Image

from xray_core.data.decoding.pictures import OUR_LIMITS

_LENS = (
    ExifTags.Base.FNumber,
    ExifTags.Base.FocalLength,
    ExifTags.Base.ExposureTime,
    ExifTags.Base.ISOSpeedRatings,
)
"""What a camera notes and a scanner does not."""

_SHAPES = ((4, 3), (3, 2), (16, 9))
_NEAR = 0.01  # of a ratio of sides


def photo_by_exif(data: bytes) -> str:
    """A sentence where the file says that a camera or a screenshot made it; else "".

    A maker alone is not enough, as scanners write one: it takes the settings of a lens. Colour and
    the usual shape of photographs are reported besides, since alone they say nothing. Only the
    header is read.
    """
    try:
        with OUR_LIMITS, Image.open(BytesIO(data)) as image:
            exif = image.getexif()
            inner = exif.get_ifd(ExifTags.IFD.Exif)
            size, mode = image.size, image.mode
    except Exception:  # whatever Pillow makes of damaged data; the decoder is the one to say so
        return ""
    comment = inner.get(ExifTags.Base.UserComment, "")
    text = comment.decode("ascii", "ignore") if isinstance(comment, bytes) else str(comment)
    if "screenshot" in text.lower():
        return "Its EXIF data say that it is a screenshot."
    if not any(tag in inner for tag in _LENS):
        return ""
    maker = " ".join(
        dict.fromkeys(
            word
            for tag in (ExifTags.Base.Make, ExifTags.Base.Model)
            for word in re.findall(r"[\w.+-]+", str(exif.get(tag, ""))[:40], re.ASCII)
        )
    )
    more = _besides(size, mode)
    return f"Its EXIF data name a camera{f' ({maker})' if maker else ''}{more}."


def _besides(size: tuple[int, int], mode: str) -> str:
    ratio = max(size) / min(size) if min(size) else 0
    shapes = [f"{wide}:{high}" for wide, high in _SHAPES if abs(ratio * high / wide - 1) < _NEAR]
    found = ["it is in colour"] * (mode in ("RGB", "RGBA", "YCbCr", "CMYK"))
    found += [f"its sides are {shape}" for shape in shapes]
    return "".join(f", {words}" for words in found)
