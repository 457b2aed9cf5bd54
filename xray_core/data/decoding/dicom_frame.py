"""The stored values of the first frame of a DICOM file, whatever compressed them.

The transfer syntax names a compression; the first bytes of the pixel data decide.
"""

import math
import re
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels import get_decoder, pixel_array

from xray_core.data.decoding import apart
from xray_core.data.decoding.dicom_header import n_frames_of, named, settle, whole_number
from xray_core.data.decoding.greys import Notes
from xray_core.errors import ImageReadError

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")

_J2K = (uid.JPEG2000Lossless, uid.JPEG2000, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)
_JLS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
_JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
_PLUGINS = {
    uid.RLELossless: "pydicom",
    uid.JPEGBaseline8Bit: "pillow",
    **dict.fromkeys(_JLS, "pyjpegls"),
    **dict.fromkeys(_J2K, "pylibjpeg"),
    **dict.fromkeys(_JPEG[1:], "gdcm"),
}
_ITEM = b"\xfe\xff\x00\xe0"  # what encapsulated pixel data begin with
_END = b"\xff\xd9"  # the marker that a JPEG-LS picture ends with
_OTHER_PLANES = 4  # times as much colour in the reading that is declared: it is wrong
_MAX_SIDE = 2**16 - 1  # rows and columns have 16 bits; more comes from a damaged header


@dataclass(frozen=True)
class Coded:
    """What the header of a compressed picture says.

    Attributes:
        size: width, height and samples of each pixel.
        depth: bits of each sample.
        syntaxes: transfer syntaxes that name this compression, the usual one first.
    """

    size: tuple[int, int, int]
    depth: int
    syntaxes: tuple[uid.UID, ...]


def read_frame(dataset: Dataset, name: str, notes: Notes) -> NDArray[Any]:
    """Decode the first frame: its stored values (height, width), or with 3 colours.

    Args:
        dataset: with size and pixel data; missing and odd elements are settled in it.
        name: of the file, for error texts.
        notes: what was missing or odd is added here.

    Raises:
        ImageReadError: the pixels are cut off or damaged, the compressed picture has another
            size, nothing here decodes the compression, or an element is unusable (the text says
            which).
    """
    element = next(element for element in PIXELS if dataset.get(element))
    pixels = bytes(dataset[element].value)
    syntax = dataset.file_meta.TransferSyntaxUID
    compressed = not syntax.is_transfer_syntax or syntax.is_compressed
    if not compressed and pixels.startswith(_ITEM) and element == "PixelData":
        notes.append("the header declares the pixels uncompressed, but they are compressed")
        dataset["PixelData"].is_undefined_length = True
        compressed = True
    elif compressed and not pixels.startswith(_ITEM) and _fills(dataset, len(pixels)):
        notes.append("the header declares the pixels compressed, but they are not")
        dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        compressed = False
    try:
        if compressed:
            plugin = _prepare_compressed(dataset, name, notes)
        else:
            plugin = _prepare_plain(dataset, len(pixels), name, notes)
        # All bits, also those that the header calls unused: `dicom_stored` decides about them.
        options = {"decoding_plugin": plugin, "correct_unused_bits": False}
        frame = np.asarray(pixel_array(dataset, index=0, **options))
    except (ImageReadError, MemoryError):
        raise
    except Exception as error:
        raise _undecodable(error, dataset, name) from error
    is_plain_colour = not compressed and dataset.PhotometricInterpretation == "RGB"
    return _in_right_planes(frame, dataset, notes) if is_plain_colour else frame


def _in_right_planes(frame: NDArray[Any], dataset: Dataset, notes: Notes) -> NDArray[Any]:
    """Colours (height, width, 3), read by pixel or by plane: films are grey, or nearly so.

    Read in the wrong way, the three colours of a pixel are those of three places.
    """
    height, width, _ = frame.shape
    if dataset.PlanarConfiguration == 1:
        other = np.moveaxis(frame, 2, 0).reshape(height, width, 3)
    else:
        other = np.moveaxis(frame.reshape(3, height, width), 0, 2)
    ours, theirs = (float(np.ptp(part[::4], axis=-1).mean()) for part in (frame, other))
    if ours <= _OTHER_PLANES * theirs:
        return frame
    given = dataset.PlanarConfiguration
    notes.append(
        f"{named('PlanarConfiguration')} is {given}, yet the samples lie as for {1 - given}"
    )
    return other


def _fills(dataset: Dataset, n_bytes: int) -> bool:
    """Whether that many bytes are exactly the uncompressed pixels of one frame."""
    sizes = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")
    n_bits = math.prod(whole_number(dataset, keyword) or 0 for keyword in sizes)
    return n_bits > 0 and n_bytes - n_bits // 8 in (0, n_bits // 8 % 2)


def _prepare_plain(dataset: Dataset, n_bytes: int, name: str, notes: Notes) -> str:
    """Compare the length of uncompressed pixels with what the header declares."""
    settle(dataset, name, n_bytes, notes)
    n_samples = int(dataset.SamplesPerPixel)
    wanted = dataset.Columns * dataset.Rows * n_samples * int(dataset.BitsAllocated) // 8
    if dataset.PhotometricInterpretation == "YBR_FULL_422":
        wanted = wanted * 2 // 3
    if n_bytes < wanted:
        raise damaged(
            f"The film is cut off: its pixels end after {n_bytes:,} of {wanted:,} bytes.", name
        )
    n_frames = n_frames_of(dataset)
    if n_bytes < wanted * n_frames:
        notes.append(f"only {n_bytes // wanted} of {n_frames} frames are whole")
        dataset.NumberOfFrames = n_bytes // wanted
    promised = wanted * n_frames
    if n_bytes >= promised + max(2, wanted // int(dataset.Rows)):
        notes.warn(
            f"the pixel data have {n_bytes:,} bytes, {named('Rows')} and {named('Columns')} "
            f"declare {promised:,}: check that the film is complete"
        )
    return ""


def _prepare_compressed(dataset: Dataset, name: str, notes: Notes) -> str:
    """Compare the compressed picture with what the header declares; the decoder to use.

    GDCM reads JPEG of 12 bits, but pydicom offers it only under the name of a lossless one.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    _require_decoder(syntax, name)
    frame = get_frame(dataset.PixelData, 0, number_of_frames=n_frames_of(dataset))
    coded = None if syntax == uid.RLELossless and _is_rle(frame) else coded_picture(frame)
    if coded is None:
        settle(dataset, name, None, notes)
        return _PLUGINS[syntax]
    if coded.syntaxes[-1] in _JLS and not frame.rstrip(b"\0\xff").endswith(_END):
        # Its decoder would look for the rest for seconds.
        raise damaged(f"The film is cut off: its picture ends after {len(frame):,} bytes.", name)
    apart.allow_more(len(frame))
    if "SamplesPerPixel" not in dataset:
        dataset.SamplesPerPixel = coded.size[2]
        notes.append(f"{named('SamplesPerPixel')} is missing, taken as {coded.size[2]}")
    settle(dataset, name, None, notes)
    if coded.size != (dataset.Columns, dataset.Rows, int(dataset.SamplesPerPixel)):
        raise damaged(
            f"The DICOM header declares {dataset.Columns:,} x {dataset.Rows:,} pixels of "
            f"{dataset.SamplesPerPixel} samples, "
            "its compressed picture has {:,} x {:,} of {}.".format(*coded.size),
            name,
        )
    if syntax not in coded.syntaxes:
        known = syntax in (*_JPEG, *_JLS, *_J2K)
        same = syntax in _JPEG and coded.syntaxes[0] in _JPEG
        syntax = coded.syntaxes[0]
        if not (known and same):
            notes.append(f"the pixels are compressed as {syntax.name}, not as the header says")
        dataset.file_meta.TransferSyntaxUID = syntax
        _require_decoder(syntax, name)
    _settle_coded_depth(dataset, coded.depth, notes)
    return _PLUGINS[syntax]


def _settle_coded_depth(dataset: Dataset, depth: int, notes: Notes) -> None:
    """Room for the bits of the compressed picture, where the header gives too few."""
    if int(dataset.BitsAllocated) < depth <= 16:
        notes.append(f"{named('BitsAllocated')} is {dataset.BitsAllocated}, taken as 16")
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, depth, depth - 1
    elif _PLUGINS.get(dataset.file_meta.TransferSyntaxUID) == "gdcm" and depth <= 8:
        dataset.BitsAllocated = 8
        dataset.BitsStored = min(8, int(dataset.BitsStored))
        dataset.HighBit = int(dataset.BitsStored) - 1


def _require_decoder(syntax: uid.UID, name: str) -> None:
    plugin = _PLUGINS.get(syntax)
    if plugin is None or plugin not in get_decoder(syntax).available_plugins:
        raise ImageReadError(
            f"Its compression is not supported: {syntax.name} ({syntax}).",
            where=name,
            fix="Save it uncompressed or as JPEG 2000.",
        )


def coded_picture(codestream: bytes) -> Coded:
    """Read the header of a JPEG, JPEG-LS or JPEG 2000.

    Raises:
        ValueError, IndexError, struct.error: it has no such header, or an impossible one.
    """
    start = codestream.find(b"\xff\x4f\xff\x51", 0, 2**12)
    if start >= 0:
        right, bottom, left, top = struct.unpack_from(">4I", codestream, start + 8)
        n_samples, depth = struct.unpack_from(">HB", codestream, start + 40)
        return _believable(
            (right - left, bottom - top, n_samples), (depth & 0x7F) + 1, (uid.JPEG2000, *_J2K)
        )
    position = 2
    while codestream[position] == 0xFF:
        marker = codestream[position + 1]
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            depth, height, width, n_samples = struct.unpack_from(">BHHB", codestream, position + 4)
            syntaxes: tuple[uid.UID, ...] = _JPEG[:1]
            if marker == 0xF7:
                syntaxes = (uid.JPEGLSNearLossless, *_JLS)
            elif depth > 8 or marker == 0xC3:
                syntaxes = (uid.JPEGLosslessSV1, uid.JPEGLossless)
            return _believable((width, height, n_samples), depth, syntaxes)
        filler = marker == 0xFF
        position += 1 if filler else 2 + struct.unpack_from(">H", codestream, position + 2)[0]
    raise ValueError("no frame header")


def _believable(size: tuple[int, int, int], depth: int, syntaxes: tuple[uid.UID, ...]) -> Coded:
    if not (0 < size[0] <= _MAX_SIDE and 0 < size[1] <= _MAX_SIDE and 0 < size[2] <= 4):
        raise ValueError("an impossible size")
    return Coded(size, depth, syntaxes)


def _is_rle(frame: bytes) -> bool:
    """Whether a frame begins with the segments of run lengths, the first right after them."""
    n_segments, first = struct.unpack_from("<2I", frame)
    return bool(1 <= n_segments <= 15 and first == 64)


def _undecodable(error: Exception, dataset: Dataset, name: str) -> ImageReadError:
    """What is wrong: an element of the header that pydicom names, or else the pixel data."""
    found = re.search(r"\(0028, ?([0-9A-Fa-f]{4})\)", str(error))
    keyword = keyword_for_tag(0x0028 << 16 | int(found[1], 16)) if found else ""
    if keyword:
        return ImageReadError(
            f"The DICOM header is unusable: {named(keyword)} does not fit the pixel data.",
            where=name,
            fix="Correct the element, or export the film again.",
        )
    syntax = dataset.file_meta.TransferSyntaxUID
    how = f" (compressed as {syntax.name})" if syntax.is_transfer_syntax else ""
    how = how if syntax.is_transfer_syntax and syntax.is_compressed else ""
    return damaged(f"The DICOM pixel data are damaged{how}.", name)


def damaged(what: str, name: str) -> ImageReadError:
    """The error of a file that is broken."""
    return ImageReadError(what, where=name, fix="Copy or export the file again.")
