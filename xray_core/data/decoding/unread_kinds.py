"""Why a file that no decoder takes cannot be read: what it is, judging by its first bytes."""

import io
import struct

from PIL import TiffImagePlugin

from xray_core.data.decoding.formats import READABLE
from xray_core.errors import ImageReadError

_PICTURES = {
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
}
_OTHERS = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x89HDF": "an HDF5 file",
    b"NRRD": "an NRRD volume",
    b"8BPS": "a Photoshop file",
    b"v/1\x01": "an OpenEXR picture",
}
_FORMATS = {1: "unsigned", 2: "signed", 3: "floating-point", 5: "complex", 6: "complex"}


def unread_kind(data: bytes, name: str) -> ImageReadError:
    """The error for a file that neither Pillow nor pydicom knows."""
    what = "The content is not an image."
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        what = _of_tiff(data)
    elif data.startswith(b"\xff\xd8"):
        what = _of_jpeg(data)
    elif data[4:8] == b"ftyp":
        what = "The content is a HEIC or AVIF picture or a video, which cannot be read."
    elif data[344:347] in (b"n+1", b"ni1"):
        what = "The content is a NIfTI volume, not a film."
    else:
        for magic, kind in _PICTURES.items():
            if data.startswith(magic):
                what = f"The header of the {kind} picture is damaged."
        for magic, kind in _OTHERS.items():
            if data.startswith(magic):
                what = f"The content is {kind}, not an image."
    return ImageReadError(what, where=name, fix=f"Give a {READABLE} file.")


def _of_jpeg(data: bytes) -> str:
    from xray_core.data.decoding.dicom_frame import coded_picture  # only errors need pydicom here

    try:
        coded = coded_picture(data)
    except (ValueError, IndexError, struct.error):
        return "The header of the JPEG picture is damaged."
    kind = coded.syntaxes[0].name.partition(",")[0]
    return f"The JPEG has {coded.depth} bits per sample ({kind}), which cannot be read."


def _of_tiff(data: bytes) -> str:
    try:
        tags = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
        stream = io.BytesIO(data)
        stream.seek(tags.next)
        tags.load(stream)
        bits, n_samples = tags.get(258, (1,)), int(tags.get(277, 1))
        kind = _FORMATS.get(int(tags.get(339, (1,))[0]), "unknown")
        depth = "/".join(map(str, dict.fromkeys(bits)))
        compression = int(tags.get(259, 1))
    except (ValueError, TypeError, LookupError, SyntaxError, OSError, struct.error):
        return "The header of the TIFF picture is damaged."
    return (
        f"The TIFF has {n_samples} {kind} {'samples' if n_samples > 1 else 'sample'} of {depth} "
        f"bits in each pixel (compression {compression}), which cannot be read."
    )
