"""Seeds and mutations of `bench fuzz`: one film in every kind of file, and ways to damage it."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any, Literal

import numpy as np
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from xray_core.arrays import UInt8Array

Random = np.random.Generator

_HEADER_BYTES = 512
_ODD = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_PNG_START = b"\x89PNG\r\n\x1a\n"


def _picture(mode: str, file_format: str, **options: Any) -> Callable[[UInt8Array], bytes]:
    def write(levels: UInt8Array) -> bytes:
        buffer = BytesIO()
        Image.fromarray(levels).convert(mode).save(buffer, file_format, **options)
        return buffer.getvalue()

    return write


def _deep_png(levels: UInt8Array) -> bytes:
    buffer = BytesIO()
    Image.fromarray(levels.astype(np.uint16) * 16).save(buffer, "PNG")
    return buffer.getvalue()


def _float_tiff(levels: UInt8Array) -> bytes:
    buffer = BytesIO()
    Image.fromarray(levels.astype(np.float32)).save(buffer, "TIFF")
    return buffer.getvalue()


def _animated_gif(levels: UInt8Array) -> bytes:
    buffer = BytesIO()
    frames = [Image.fromarray(np.roll(levels, shift, axis=0)) for shift in (9, 18)]
    Image.fromarray(levels).save(buffer, "GIF", save_all=True, append_images=frames)
    return buffer.getvalue()


def _dicom(syntax: uid.UID) -> Callable[[UInt8Array], bytes]:
    def write(levels: UInt8Array) -> bytes:
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        dataset.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
        dataset.SOPInstanceUID = "1.2.3"
        dataset.Modality, dataset.PhotometricInterpretation = "DX", "MONOCHROME2"
        dataset.Rows, dataset.Columns = levels.shape
        dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
        bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = (
            8 + 8 * (bits > 8),
            bits,
            bits - 1,
        )
        dataset.WindowCenter, dataset.WindowWidth = 2 ** (bits - 1), 2**bits
        stored = levels if bits == 8 else levels.astype(np.uint16) * 16
        dataset.PixelData = stored.tobytes()
        dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
        if syntax == uid.JPEGBaseline8Bit:
            dataset.PixelData = encapsulate([_picture("L", "JPEG")(levels)])
            dataset["PixelData"].is_undefined_length = True
            dataset.file_meta.TransferSyntaxUID = syntax
        elif syntax.is_compressed and syntax != uid.DeflatedExplicitVRLittleEndian:
            dataset.compress(syntax, generate_instance_uid=False)
        else:
            dataset.file_meta.TransferSyntaxUID = syntax
        buffer = BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        return buffer.getvalue()

    return write


SEEDS: dict[str, Callable[[UInt8Array], bytes]] = {
    "png": _picture("L", "PNG"),
    "png_16_bit": _deep_png,
    "png_palette": _picture("P", "PNG"),
    "png_alpha": _picture("RGBA", "PNG"),
    "jpeg": _picture("L", "JPEG"),
    "jpeg_progressive": _picture("RGB", "JPEG", progressive=True),
    "tiff": _picture("L", "TIFF", compression="tiff_lzw"),
    "tiff_float": _float_tiff,
    "bmp": _picture("L", "BMP"),
    "gif": _animated_gif,
    "webp": _picture("RGB", "WEBP"),
    "jpeg_2000": _picture("L", "JPEG2000"),
    "dicom": _dicom(uid.ExplicitVRLittleEndian),
    "dicom_deflated": _dicom(uid.DeflatedExplicitVRLittleEndian),
    "dicom_rle": _dicom(uid.RLELossless),
    "dicom_jpeg": _dicom(uid.JPEGBaseline8Bit),
    "dicom_jpeg_2000": _dicom(uid.JPEG2000Lossless),
    "dicom_jpeg_ls": _dicom(uid.JPEGLSLossless),
}
"""Kind of file -> what writes grey levels uint8 (height, width) as one."""


def mutate(data: bytes, others: list[bytes], random: Random) -> bytes:
    """A damaged copy of a file.

    Args:
        data: of the seed.
        others: files of other kinds, for splices.
        random: decides everything.
    """
    for _ in range(int(random.integers(1, 5))):
        way = _WAYS[int(random.integers(len(_WAYS)))]
        other = others[int(random.integers(len(others)))]
        data = bytes(way(bytearray(data), random, other)) or b"\0"
    if data.startswith(_PNG_START) and random.random() < 0.5:
        data = with_right_sums(data)
    return data


def with_right_sums(data: bytes) -> bytes:
    """A PNG whose chunks have right checksums, so that damage gets past them."""
    out, place = bytearray(data[:8]), 8
    while place + 12 <= len(data):
        length = struct.unpack_from(">I", data, place)[0]
        end = place + 8 + length
        if end + 4 > len(data):
            break
        part = data[place + 4 : end]
        out += data[place : place + 4] + part + struct.pack(">I", zlib.crc32(part))
        place = end + 4
    return bytes(out + data[place:])


def _place(data: bytearray, random: Random, within: int | None = None) -> int:
    return int(random.integers(max(1, min(len(data), within or len(data)))))


def _piece(data: bytearray, random: Random) -> slice:
    start = _place(data, random)
    return slice(start, start + int(random.integers(1, 65)))


def _flip_bits(data: bytearray, random: Random, _: bytes) -> bytearray:
    for _bit in range(int(random.integers(1, 9))):
        data[_place(data, random)] ^= 1 << int(random.integers(8))
    return data


def _fill(data: bytearray, random: Random, _: bytes) -> bytearray:
    part = _piece(data, random)
    size = len(data[part])
    data[part] = (bytes(size), b"\xff" * size, random.bytes(size))[int(random.integers(3))]
    return data


def _cut_off(data: bytearray, random: Random, _: bytes) -> bytearray:
    return data[: _place(data, random)]


def _take_out(data: bytearray, random: Random, _: bytes) -> bytearray:
    del data[_piece(data, random)]
    return data


def _repeat(data: bytearray, random: Random, _: bytes) -> bytearray:
    part = bytes(data[_piece(data, random)]) * int(random.integers(1, 30))
    place = _place(data, random)
    data[place:place] = part
    return data


def _splice(data: bytearray, random: Random, other: bytes) -> bytearray:
    return data[: _place(data, random)] + other[_place(bytearray(other), random) :]


def _set_field(data: bytearray, random: Random, _: bytes) -> bytearray:
    """An odd number of 1, 2 or 4 bytes in either order, mostly in the header."""
    size = (1, 2, 4)[int(random.integers(3))]
    value = _ODD[int(random.integers(len(_ODD)))] % 256**size
    place = _place(data, random, _HEADER_BYTES)
    order: Literal["little", "big"] = "big" if random.integers(2) else "little"
    data[place : place + size] = value.to_bytes(size, order)
    return data


def _change_length(data: bytearray, random: Random, _: bytes) -> bytearray:
    """A number that may be a length: one that ends within the file from where it stands."""
    for _try in range(64):
        place = _place(data, random)
        form = (">I", "<I", ">H", "<H")[int(random.integers(4))]
        size = struct.calcsize(form)
        if place + size > len(data):
            continue
        (value,) = struct.unpack_from(form, data, place)
        if 0 < value <= len(data) - place:
            changed = (value + 1, value - 1, 2 * value, 0, 256**size - 1)[int(random.integers(5))]
            struct.pack_into(form, data, place, changed % 256**size)
            break
    return data


_WAYS = (
    *(_flip_bits, _fill, _cut_off, _take_out, _repeat, _splice),
    *(_set_field, _set_field, _change_length, _change_length),
)
