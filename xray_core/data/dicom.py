"""DICOM files: the grey levels a radiologist would see, and nothing about the patient.

    bytes -> header -> limits (`images`) -> stored values of the first frame -> grey (`dicom_grey`)

`images` calls this in a child process (`apart`): damaged bytes make GDCM end its process, and
JPEG-LS holds Python's lock as long as it takes.
Only the elements listed in `_ELEMENTS` are read, so no patient data enters the process.
"""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import config, uid
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels import get_decoder, pixel_array

from xray_core.data import apart
from xray_core.data.dicom_grey import to_grey
from xray_core.data.greys import Notes
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings

Float32Array = NDArray[np.float32]

RADIOGRAPHY = frozenset({"", "CR", "DX", "RG", "RF", "SC", "OT"})
"""Modalities that a chest film may have; `SC` and `OT` are scanned or exported films."""

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_ELEMENTS = (
    *(*_PIXELS, "ExtendedOffsetTable", "ExtendedOffsetTableLengths"),
    *("Modality", "NumberOfFrames", "Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration"),
    *("PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("PixelPaddingValue", "PixelPaddingRangeLimit", "RescaleIntercept", "RescaleSlope"),
    *("ModalityLUTSequence", "VOILUTSequence", "VOILUTFunction", "WindowCenter", "WindowWidth"),
    *(
        f"{kind}PaletteColorLookupTable{part}"
        for kind in ("Red", "Green", "Blue", "SegmentedRed", "SegmentedGreen", "SegmentedBlue")
        for part in ("Descriptor", "Data")
        if (kind[:3], part) != ("Seg", "Descriptor")
    ),
)
_PLUGINS = {
    uid.RLELossless: "pydicom",
    uid.JPEGBaseline8Bit: "pillow",
    **dict.fromkeys((uid.JPEGLSLossless, uid.JPEGLSNearLossless), "pyjpegls"),
    **dict.fromkeys((uid.JPEG2000Lossless, uid.JPEG2000), "pylibjpeg"),
    **dict.fromkeys((uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K), "pylibjpeg"),
    **dict.fromkeys((uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1), "gdcm"),
}
# What pydicom and its decoders raise on damaged bytes (found by flipping and cutting bytes).
_DAMAGE = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError),
    *(OSError, EOFError, BytesLengthException),
    *(struct.error, zlib.error, InvalidDicomError),
)

# pydicom quotes odd values in its warnings, and such values may name the patient.
config.settings.reading_validation_mode = config.IGNORE


def looks_like_dicom(data: bytes) -> bool:
    """Whether the bytes are a DICOM file, or a bare data set without preamble and `DICM`.

    A bare data set begins with an element of group 0002 or 0008, little endian, with a value
    representation or a short length.
    """
    if data[128:132] == b"DICM":
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
        plain = BytesIO(_inflate(data, name))
        dataset = pydicom.dcmread(plain, force=True, specific_tags=list(_ELEMENTS))
        if "TransferSyntaxUID" not in dataset.file_meta:
            implicit, _ = dataset.original_encoding
            dataset.file_meta.TransferSyntaxUID = (
                uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian
            )
        list(dataset)  # converts every element now, so that damage shows here
        has_picture = any(dataset.get(element) for element in _PIXELS)
        has_size = all(
            isinstance(dataset.get(side), int) and dataset.get(side) > 0
            for side in ("Rows", "Columns")
        )
    except _DAMAGE as error:
        raise _unreadable("The DICOM header is damaged.", name) from error
    if not has_picture and b"\xe0\x7f\x10\x00" in data:  # the tag of Pixel Data
        raise _unreadable(f"The film is cut off: the file ends after {len(data):,} bytes.", name)
    if not has_picture:
        raise ImageReadError(
            "The DICOM file holds no picture.",
            where=name,
            fix="Give the file of the film itself, not a report or an index.",
        )
    if not has_size:
        raise _unreadable("The DICOM header does not give the size of the picture.", name)
    return dataset


def count_frames(dataset: Dataset) -> int:
    """Number of frames, at least 1."""
    frames = dataset.get("NumberOfFrames")
    return max(1, int(frames)) if str(frames).isdecimal() else 1


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
    modality = str(dataset.get("Modality") or "").strip().upper()
    if modality not in RADIOGRAPHY:
        shown = modality if modality.isalpha() and len(modality) <= 16 else "unknown"
        notes.warn(f"modality {shown}, not a chest radiograph")
    frame = read_stored(dataset, name)
    try:
        pixels = to_grey(frame, dataset, notes)
    except _DAMAGE as error:
        raise _unreadable("The DICOM pixel data are damaged.", name) from error
    n_frames = count_frames(dataset)
    if n_frames > 1:
        notes.append(f"first of {n_frames} frames")
    return pixels, notes


def read_stored(dataset: Dataset, name: str) -> NDArray[Any]:
    """Decode the first frame: its stored values (height, width), or with 3 colours.

    Raises:
        ImageReadError: as `read_pixels`.
    """
    try:
        plugin = _check_frame(dataset, name)
        return np.asarray(pixel_array(dataset, index=0, decoding_plugin=plugin))
    except _DAMAGE as error:
        raise _unreadable("The DICOM pixel data are damaged.", name) from error


def _check_frame(dataset: Dataset, name: str) -> str:
    """Compare what is there with what the header promises, before decoding.

    Returns:
        The decoding plugin to use; "" for uncompressed pixels.

    Raises:
        ImageReadError: the pixels are cut off, the compressed picture has another size, or
            nothing here decodes the compression.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    width, height, n_samples = dataset.Columns, dataset.Rows, int(dataset.SamplesPerPixel)
    if syntax.is_transfer_syntax and not syntax.is_compressed:
        element = next(element for element in _PIXELS if dataset.get(element))
        found, wanted = len(dataset[element].value), width * height * n_samples
        wanted = wanted * dataset.BitsAllocated // 8
        if dataset.PhotometricInterpretation == "YBR_FULL_422":
            wanted = wanted * 2 // 3
        if found < wanted:
            raise _unreadable(
                f"The film is cut off: its pixels end after {found:,} of {wanted:,} bytes.", name
            )
        return ""
    plugin = _PLUGINS.get(syntax)
    if plugin is None or plugin not in get_decoder(syntax).available_plugins:
        raise ImageReadError(
            f"Its compression is not supported: {syntax.name} ({syntax}).",
            where=name,
            fix="Save it uncompressed or as JPEG 2000.",
        )
    if syntax != uid.RLELossless:
        frame = get_frame(dataset.PixelData, 0, number_of_frames=count_frames(dataset))
        apart.allow_more(len(frame))
        coded = _coded_size(frame)
        if coded != (width, height, n_samples):
            raise _unreadable(
                f"The DICOM header promises {width:,} x {height:,} pixels of {n_samples} samples, "
                "its compressed picture has {:,} x {:,} of {}.".format(*coded),
                name,
            )
    return plugin


def _coded_size(codestream: bytes) -> tuple[int, int, int]:
    """Width, height and samples a pixel, from the header of a JPEG, JPEG-LS or JPEG 2000.

    Raises:
        ValueError, IndexError, struct.error: it has no such header.
    """
    if codestream.startswith(b"\xff\x4f\xff\x51"):
        right, bottom, left, top = struct.unpack_from(">4I", codestream, 8)
        return right - left, bottom - top, struct.unpack_from(">H", codestream, 40)[0]
    position = 2
    while codestream[position] == 0xFF:
        marker = codestream[position + 1]
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            height, width, n_samples = struct.unpack_from(">HHB", codestream, position + 5)
            return width, height, n_samples
        filler = marker == 0xFF
        position += 1 if filler else 2 + struct.unpack_from(">H", codestream, position + 2)[0]
    raise ValueError("no frame header")


def read_elements(path: Path, keywords: Sequence[str]) -> Dataset:
    """Some elements of a file's header, without its pixels; nothing else of it is kept.

    Raises:
        ImageTooLargeError: a deflated file is over the byte limit when inflated.
        Exception: whatever pydicom raises on damaged bytes.
    """
    with path.open("rb") as file:
        source: BinaryIO = file
        if _deflated_from(file):
            source = BytesIO(_inflate(path.read_bytes(), path.name))
        source.seek(0)
        return pydicom.dcmread(source, stop_before_pixels=True, specific_tags=list(keywords))


def _deflated_from(file: BinaryIO) -> int:
    """Where the deflated part of a file begins; 0 for a file that is not deflated.

    The header gives its own length, which may be wrong: what counts is where it ends.
    """
    read_preamble(file, force=True)
    meta = read_dataset(file, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    syntax = str(meta.get("TransferSyntaxUID", "")).rstrip("\0 ")
    return file.tell() if syntax == uid.DeflatedExplicitVRLittleEndian else 0


def _inflate(data: bytes, name: str) -> bytes:
    """A deflated file as a plain one, within the byte limit; any other file as it is.

    pydicom itself would inflate without a limit, so the name of the deflated transfer syntax never
    reaches it, neither from the file nor from what was deflated in it.
    """
    deflated, plain = uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRLittleEndian
    if deflated.encode() not in data:
        return data
    start, limit = _deflated_from(BytesIO(data)), get_settings().max_file_bytes
    if start:
        body = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:], limit + 1)
        if len(body) > limit:
            raise ImageTooLargeError(
                f"The file inflates to more than {limit / 2**20:,.0f} MB.",
                where=name,
                fix="Save it smaller, or raise XRAY_MAX_MEGABYTES.",
            )
        data = data[:start] + body
    return data.replace(deflated.encode(), plain.encode().ljust(len(deflated), b"\0"))


def _unreadable(what: str, name: str) -> ImageReadError:
    return ImageReadError(what, where=name, fix="Copy or export the file again.")
