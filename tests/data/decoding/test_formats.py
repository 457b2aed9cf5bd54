"""What a scan takes for a film, by suffix or by content."""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from xray_core.data.decoding.formats import READABLE, is_dicom_file, is_film_file

PICTURE = Image.fromarray(np.arange(64 * 64, dtype=np.uint8).reshape(64, 64))


def dicom_bytes(*, with_preamble: bool = True) -> bytes:
    header = Dataset()
    header.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    header.SOPInstanceUID = "1.2.3"
    header.Modality = "DX"
    header.ImageComments = "so long that the file has more than 132 bytes" * 4
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = BytesIO()
    header.save_as(buffer, enforce_file_format=True)
    data = buffer.getvalue()
    if with_preamble:
        return data
    return data[data.index(b"\x08\x00\x16\x00") :]  # from the first element of group 0008 on


@pytest.mark.parametrize("name", ["IM000001", "1.2.840.113619.2.5", "film.IMA", "film.DCM"])
def test_dicom_is_known_by_its_content_whatever_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(dicom_bytes())

    assert is_film_file(tmp_path / name)
    assert is_dicom_file(tmp_path / name)


def test_a_bare_dicom_data_set_needs_a_name_without_suffix(tmp_path: Path) -> None:
    for name, is_film in (("IM000001", True), ("table.bin", False)):
        (tmp_path / name).write_bytes(dicom_bytes(with_preamble=False))

        assert is_film_file(tmp_path / name) is is_film
        assert is_dicom_file(tmp_path / name) is is_film


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000"])
def test_pictures_without_suffix_are_films_but_no_dicom(kind: str, tmp_path: Path) -> None:
    PICTURE.save(tmp_path / "film", kind)
    PICTURE.save(tmp_path / "film.bak", kind)

    assert is_film_file(tmp_path / "film")
    assert not is_dicom_file(tmp_path / "film")
    assert not is_film_file(tmp_path / "film.bak"), "a suffix of another kind is another kind"
    words = {"JPEG2000": "JPEG 2000", "WEBP": "WebP"}
    assert words.get(kind, kind) in READABLE


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README", b"BM is not a picture, but a word at the start of a text" * 20),
        ("LICENSE", b"all rights reserved"),
        ("empty", b""),
        ("labels.csv", b"file,label\n"),
        ("DICOMDIR", dicom_bytes()),  # the index of a medium
    ],
)
def test_what_is_no_film_is_left_alone(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)

    assert not is_film_file(tmp_path / name)
    assert not is_dicom_file(tmp_path / name)


def test_a_picture_suffix_is_believed_without_a_look(tmp_path: Path) -> None:
    assert is_film_file(tmp_path / "not there.JPG")
    assert not is_dicom_file(tmp_path / "not there.JPG")
    assert not is_film_file(tmp_path / "not there")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes")
    os.mkfifo(tmp_path / "pipe")

    assert not is_film_file(tmp_path / "pipe")
