"""What can be read: one list for the command line, the pages, the folder scan and the error texts.

The content decides. A suffix only saves a scan from opening files that are clearly films.
"""

from pathlib import Path, PurePath

READABLE = "PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000 or DICOM"
"""The formats in words, for display."""

DICOM_SUFFIXES = frozenset({".dcm", ".dicom"})
IMAGE_SUFFIXES = DICOM_SUFFIXES | frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".gif", ".webp"}
    | {".jp2", ".j2k", ".j2c", ".jpx", ".jpf"}
)
"""Lower-case suffixes that a folder scan takes for films without opening the file."""

_HEAD_BYTES = 512
_PREAMBLE = 128  # bytes before the letters DICM
_DIRECTORY = "dicomdir"  # the index of a DICOM medium: DICOM, but never a film
_MAGIC = (
    *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"),
    *(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    *(b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
)


def is_film_file(path: Path) -> bool:
    """Whether a scan takes a file for a film: by its suffix, else by how its content begins.

    Archives of hospitals write films as `IM000001` or under a unique number, `1.2.840.113619.2`:
    such names, which have no suffix, are opened. Under a suffix of another kind only DICOM
    counts. A file that can't be opened is not a film here.
    """
    return path.suffix.lower() in IMAGE_SUFFIXES or is_film(path, _head_of(path))


def is_film(path: PurePath, head: bytes) -> bool:
    """`is_film_file` for a file in memory, by its name and its first 512 bytes or more."""
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return True
    if path.name.lower() == _DIRECTORY:
        return False
    if head[_PREAMBLE : _PREAMBLE + 4] == b"DICM":
        return True
    has_suffix = bool(suffix) and not suffix[1:].isdecimal()
    return not has_suffix and (_is_picture(head) or _is_bare_dicom(head))


def is_dicom_file(path: Path) -> bool:
    """Whether a scan takes a file for DICOM, by its suffix or its content."""
    suffix = path.suffix.lower()
    if suffix in DICOM_SUFFIXES:
        return True
    if suffix in IMAGE_SUFFIXES or not is_film_file(path):
        return False
    return not _is_picture(_head_of(path))


def _head_of(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe or a device would never end
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""


def _is_picture(head: bytes) -> bool:
    is_bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    return head.startswith(_MAGIC) or is_bitmap or (head[:4], head[8:12]) == (b"RIFF", b"WEBP")


def _is_bare_dicom(head: bytes) -> bool:
    if head[:2] not in (b"\x02\x00", b"\x08\x00"):
        return False
    from xray_core.data.decoding.dicom import looks_like_dicom  # most data sets never need pydicom

    return looks_like_dicom(head)
