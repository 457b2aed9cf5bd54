"""DICOM files: the grey levels a radiologist would see, and nothing about the patient.

    bytes -> header -> limits (`images`) -> stored values of the first frame -> grey (`dicom_grey`)

`images` calls this in a child process (`apart`): damaged bytes make GDCM end its process, and
JPEG-LS holds Python's lock for as long as it runs.
Only the elements listed in `_ELEMENTS` are read, so no patient data enters the process.
"""

import struct
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pydicom
from numpy.typing import NDArray
from pydicom import config, uid
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset, read_preamble

from xray_core.arrays import Float32Array
from xray_core.data.decoding.dicom_frame import PIXELS, damaged, read_frame
from xray_core.data.decoding.dicom_grey import to_grey
from xray_core.data.decoding.dicom_header import (
    modality_of,
    n_frames_of,
    named,
    note_tags,
    odd_element,
    whole_number,
)
from xray_core.data.decoding.dicom_kinds import kind_without_picture
from xray_core.data.decoding.greys import Notes
from xray_core.data.decoding.unread_kinds import unread_kind
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.process_wide import WhileNeeded
from xray_core.settings import get_settings

_ELEMENTS = (
    *(*PIXELS, "ExtendedOffsetTable", "ExtendedOffsetTableLengths"),
    *("Modality", "NumberOfFrames", "Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration"),
    *("PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("PixelPaddingValue", "PixelPaddingRangeLimit", "RescaleIntercept", "RescaleSlope"),
    *(
        "BodyPartExamined",
        "ViewPosition",
        "ViewCodeSequence",
        "PresentationLUTShape",
        "PresentationLUTSequence",
        "SOPClassUID",
    ),
    *("ModalityLUTSequence", "VOILUTSequence", "VOILUTFunction", "WindowCenter", "WindowWidth"),
    *(
        f"{kind}PaletteColorLookupTable{part}"
        for kind in ("Red", "Green", "Blue", "SegmentedRed", "SegmentedGreen", "SegmentedBlue")
        for part in ("Descriptor", "Data")
        if (kind[:3], part) != ("Seg", "Descriptor")
    ),
)
HEADER_BYTES = 2 * 2**20
"""The elements that describe a film lie before its pixels, and seldom behind so many bytes."""

_MARKS = ("SOPClassUID", "Modality", "Rows", "PhotometricInterpretation")  # any of them marks DICOM

# What pydicom and its decoders raise on damaged bytes (found by flipping and cutting bytes).
_DAMAGE = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError),
    *(OSError, EOFError, BytesLengthException),
    *(struct.error, zlib.error, InvalidDicomError),
)


def _put_silence() -> Callable[[], object]:
    """Have pydicom check no values: its warnings quote them, and they may name the patient."""
    mode = config.settings.reading_validation_mode
    config.settings.reading_validation_mode = config.IGNORE
    return lambda: setattr(config.settings, "reading_validation_mode", mode)


SILENT = WhileNeeded(_put_silence)
"""In force while elements of a file are read and converted."""


def looks_like_dicom(data: bytes) -> bool:
    """Whether the bytes are a DICOM file, or a bare data set without preamble and `DICM`.

    A bare data set begins with an element of group 0002 or 0008, little endian, with a value
    representation or a short length.
    """
    if b"DICM" in (data[128:132], data[:4]):
        return True
    if len(data) < 132 or data[:2] not in (b"\x02\x00", b"\x08\x00") or data[3] != 0:
        return False
    return data[4:6].isupper() or struct.unpack_from("<I", data, 4)[0] < 1024


def open_dicom(data: bytes, name: str) -> Dataset:
    """Read the header; the pixels stay as they are.

    Returns:
        Data set with size, pixel data and transfer syntax, and without patient data.

    Raises:
        ImageReadError: the header is damaged or the file holds no picture.
        ImageTooLargeError: a deflated file is over the byte limit when inflated.
    """
    try:
        plain = BytesIO(_inflate(data.removeprefix(b"DICM"), name))
        with SILENT:
            dataset = pydicom.dcmread(plain, force=True, specific_tags=list(_ELEMENTS))
            list(dataset)  # converts every element now, so that damage shows here
        if not str(dataset.file_meta.get("TransferSyntaxUID") or "").strip("\0 "):
            implicit, _ = dataset.original_encoding
            dataset.file_meta.TransferSyntaxUID = (
                uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian
            )
        has_picture = any(dataset.get(element) for element in PIXELS)
    except _DAMAGE as error:
        raise damaged("The DICOM header is damaged.", name) from error
    if not has_picture:
        raise _without_picture(dataset, data, name)
    for side in ("Rows", "Columns"):
        if not whole_number(dataset, side):
            raise odd_element(side, dataset.get(side), "one whole number is needed", name)
    return dataset


def _without_picture(dataset: Dataset, data: bytes, name: str) -> ImageReadError:
    if data[128:132] != b"DICM" and not any(keyword in dataset for keyword in _MARKS):
        return unread_kind(data, name)
    if b"\xe0\x7f\x10\x00" in data:  # the tag of Pixel Data
        return damaged(f"The film is cut off: the file ends after {len(data):,} bytes.", name)
    kind, fix = kind_without_picture(str(dataset.get("SOPClassUID", "")))
    modality = modality_of(dataset)
    is_a = f" but {kind}" if kind else ""
    of = f" (modality {modality})" if modality else ""
    return ImageReadError(
        f"The DICOM file holds no picture{is_a}{of}: {named('PixelData')} is missing.",
        where=name,
        fix=fix or "Give the file of the film itself, not a report, a plan or an index.",
    )


def count_frames(dataset: Dataset) -> int:
    """Number of frames, at least 1."""
    return n_frames_of(dataset)


def read_pixels(dataset: Dataset, name: str) -> tuple[Float32Array, Notes]:
    """Decode the first frame and apply the file's own grey transform.

    Args:
        dataset: from `open_dicom`, its size checked against the limits.
        name: of the file, for error texts.

    Returns:
        float32 (height, width) in [0, 1], bone bright and air dark, and the notes of `Film`.

    Raises:
        ImageReadError: the pixels are cut off or damaged, or nothing here decodes their
            compression (the text names it).
    """
    notes = Notes()
    note_tags(dataset, notes)
    frame = read_frame(dataset, name, notes)
    try:
        pixels = to_grey(frame, dataset, notes)
    except _DAMAGE as error:
        raise ImageReadError(
            "The DICOM header is unusable: its look-up tables do not fit the pixels.",
            where=name,
            fix="Export the film again, without look-up tables if that is possible.",
        ) from error
    n_frames = n_frames_of(dataset)
    if n_frames > 1:
        notes.append(f"first of {n_frames} frames")
    return pixels, notes


def read_stored(dataset: Dataset, name: str) -> NDArray[Any]:
    """Decode the first frame: its stored values (height, width), or with 3 colours.

    Raises:
        ImageReadError: as `read_pixels`.
    """
    return read_frame(dataset, name, Notes())


def read_elements(path: Path, keywords: Sequence[str]) -> Dataset:
    """Some elements of a file's header, without its pixels; nothing else of it is kept.

    Raises:
        ImageTooLargeError: a deflated file is over the byte limit when inflated.
        Exception: whatever pydicom raises on damaged bytes.
        FileNotFoundError: it is missing, or a pipe or a device, which would never end.
    """
    if not path.is_file():
        raise FileNotFoundError(path.name)
    with path.open("rb") as file:
        source: BinaryIO = file
        if _deflated_from(file):
            source = BytesIO(_inflate(path.read_bytes(), path.name))
        source.seek(0)
        with SILENT:
            dataset = pydicom.dcmread(source, stop_before_pixels=True, specific_tags=list(keywords))
            list(dataset)
        return dataset


def read_header(data: bytes, keywords: Sequence[str] | None) -> Dataset | None:
    """Some elements of the header of a file in memory, not converted yet: read them in `SILENT`.

    At most `HEADER_BYTES` are looked at, so that no file takes long. Without keywords all elements
    are there, those that name the patient among them.

    Returns:
        None where the header is damaged.
    """
    try:
        head = _inflate(data.removeprefix(b"DICM"), "", cut=HEADER_BYTES)[:HEADER_BYTES]
        with SILENT:
            return pydicom.dcmread(
                BytesIO(head),
                stop_before_pixels=True,
                force=True,
                specific_tags=list(keywords) if keywords is not None else None,
            )
    except _DAMAGE:
        return None


def _deflated_from(file: BinaryIO) -> int:
    """Where the deflated part of a file begins; 0 for a file that is not deflated.

    The header gives its own length, which may be wrong: what counts is where it ends.
    """
    read_preamble(file, force=True)
    meta = read_dataset(file, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    syntax = str(meta.get("TransferSyntaxUID", "")).rstrip("\0 ")
    return file.tell() if syntax == uid.DeflatedExplicitVRLittleEndian else 0


def _inflate(data: bytes, name: str, *, cut: int = 0) -> bytes:
    """A deflated file as a plain one, within the byte limit; any other file as it is.

    With `cut`, only that many of its bytes are inflated, and no file is too large.

    pydicom itself would inflate without a limit, so the name of the deflated transfer syntax never
    reaches it, neither from the file nor from what was deflated in it.
    """
    deflated, plain = uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRLittleEndian
    if deflated.encode() not in data:
        return data
    start, limit = _deflated_from(BytesIO(data)), get_settings().max_file_bytes
    if start:
        body = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:], cut or limit + 1)
        if len(body) > limit and not cut:
            raise ImageTooLargeError(
                f"The file inflates to more than {limit / 2**20:,.0f} MB.",
                where=name,
                fix="Save it smaller, or raise XRAY_MAX_MEGABYTES.",
            )
        data = data[:start] + body
    return data.replace(deflated.encode(), plain.encode().ljust(len(deflated), b"\0"))
