"""DICOM files as tests need them: a small film in every coding."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from xray_core.data.decoding.pictures import decode_here

ROWS, COLUMNS = 60, 48
STORED = (
    np.linspace(100, 3900, ROWS * COLUMNS).reshape(ROWS, COLUMNS).round().astype(np.uint16)
)  # 12 bits
SHOWN = (STORED - 100.0) / 3800  # through the window of `film_dataset`


def film_dataset(stored: NDArray[Any] = STORED, **elements: Any) -> Dataset:
    """A radiograph whose window runs from 100 to 3900; an element set to None is left out."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dataset.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
    dataset.SOPInstanceUID = "1.2.3"
    dataset.PatientName = "Doe^Jane"
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = 8 * stored.itemsize
    dataset.BitsStored = 12 if stored.itemsize == 2 else 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = 0
    dataset.WindowCenter, dataset.WindowWidth = 2000, 3800
    dataset.VOILUTFunction = "LINEAR_EXACT"
    dataset.PixelData = stored.tobytes()
    dataset["PixelData"].VR = "OW" if stored.itemsize == 2 else "OB"
    for name, value in elements.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    return dataset


def save(dataset: Dataset) -> bytes:
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def compress(syntax: uid.UID) -> bytes:
    dataset = film_dataset()
    dataset.compress(syntax, generate_instance_uid=False)
    return save(dataset)


def encapsulated(syntax: uid.UID, codestream: bytes, **elements: Any) -> bytes:
    """A file around a ready codestream of 8 bits per pixel."""
    dataset = film_dataset((STORED >> 4).astype(np.uint8), **elements)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].is_undefined_length = True
    return save(dataset)


def jpeg_of(levels: NDArray[np.uint8]) -> bytes:
    buffer = BytesIO()
    Image.fromarray(levels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def deflated_bomb(streams: int, group_length: int) -> bytes:
    """A deflated film, whose body may be deflated again; its group length is as wrong as wanted."""
    dataset = film_dataset()
    dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    data = save(dataset)
    start = 144 + int.from_bytes(data[140:144], "little")
    if streams == 2:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = data[:start] + packer.compress(data[132:]) + packer.flush()
    return data[:140] + group_length.to_bytes(4, "little") + data[144:]


def decode_pixels(data: bytes) -> NDArray[Any]:
    return np.asarray(decode_here(data, "film.dcm")[0])


def compress_by_gdcm(gdcm: Any, folder: Path, kind: str = "JPEGLosslessProcess14_1") -> bytes:
    """GDCM is the only one here that writes lossless or deep JPEG, and only from file to file."""
    plain, packed = folder / "plain.dcm", folder / "packed.dcm"
    plain.write_bytes(save(film_dataset()))
    reader = gdcm.ImageReader()
    reader.SetFileName(str(plain))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, kind)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(packed))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    return packed.read_bytes()
