"""DICOM files as PACS and exports write them: headers, compressions, limits, damage."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import uid

from tests.data.decoding.dicom_files import (
    COLUMNS,
    ROWS,
    SHOWN,
    STORED,
    compress,
    compress_by_gdcm,
    encapsulated,
    film_dataset,
    jpeg_of,
    save,
)
from xray_core.data.decoding.dicom import looks_like_dicom, open_dicom
from xray_core.data.decoding.images import decode_image, open_gray, to_uint8
from xray_core.errors import ImageReadError


class TestSameFilm:
    """One film in many kinds of files."""

    def test_uncompressed(self) -> None:
        film = decode_image(save(film_dataset()), "film.dcm")
        assert film.pixels.dtype == np.float32
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)
        assert film.notes == ()

    @pytest.mark.parametrize(
        "syntax", [uid.RLELossless, uid.JPEG2000Lossless, uid.JPEGLSLossless], ids=lambda u: u.name
    )
    def test_lossless_compression(self, syntax: uid.UID) -> None:
        film = decode_image(compress(syntax), "film.dcm")
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)

    def test_lossless_jpeg(self, tmp_path: Path) -> None:
        gdcm = pytest.importorskip("gdcm", reason="lossless JPEG needs python-gdcm")
        film = decode_image(compress_by_gdcm(gdcm, tmp_path), "film.dcm")
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)

    def test_jpeg_of_12_bits(self, tmp_path: Path) -> None:
        gdcm = pytest.importorskip("gdcm", reason="JPEG of 12 bits needs python-gdcm")
        data = compress_by_gdcm(gdcm, tmp_path, "JPEGExtendedProcess2_4")
        film = decode_image(data, "film.dcm")
        assert np.abs(film.pixels - SHOWN).max() < 0.02
        assert film.notes == ()

    def test_baseline_jpeg(self) -> None:
        levels = (STORED >> 4).astype(np.uint8)
        data = encapsulated(
            uid.JPEGBaseline8Bit, jpeg_of(levels), WindowCenter=127.5, WindowWidth=255
        )
        assert np.abs(decode_image(data, "film.dcm").pixels - levels / 255).max() < 0.02

    def test_deflated(self) -> None:
        dataset = film_dataset()
        dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
        np.testing.assert_allclose(decode_image(save(dataset), "a").pixels, SHOWN, atol=1e-6)

    def test_implicit_and_big_endian(self) -> None:
        for implicit, little in ((True, True), (False, False)):
            dataset = film_dataset(STORED if little else STORED.byteswap())
            dataset.file_meta.TransferSyntaxUID = (
                uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRBigEndian
            )
            np.testing.assert_allclose(decode_image(save(dataset), "a").pixels, SHOWN, atol=1e-6)

    @pytest.mark.parametrize("implicit", [True, False])
    def test_bare_data_set_without_preamble_and_meta_header(self, implicit: bool) -> None:
        dataset = film_dataset()
        del dataset.file_meta
        buffer = BytesIO()
        dataset.save_as(buffer, implicit_vr=implicit, little_endian=True)
        assert buffer.getvalue()[128:132] != b"DICM"
        film = decode_image(buffer.getvalue(), "film")
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)

    def test_name_does_not_matter(self) -> None:
        film = decode_image(save(film_dataset()), "film.jpg")
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)

    def test_first_of_several_frames(self) -> None:
        frames = np.stack([STORED, STORED[::-1], STORED[:, ::-1]])
        film = decode_image(save(film_dataset(frames, NumberOfFrames=3)), "film.dcm")
        np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)
        assert film.notes == ("first of 3 frames",)

    def test_scan_sees_the_same(self) -> None:
        data = save(film_dataset())
        image, size = open_gray(data, "film.dcm")
        assert size == (COLUMNS, ROWS)
        np.testing.assert_array_equal(image, to_uint8(decode_image(data, "film.dcm").pixels))

    def test_threads_agree(self) -> None:
        files = [
            compress(syntax)
            for syntax in (uid.JPEG2000Lossless, uid.JPEGLSLossless, uid.RLELossless)
        ] * 6
        with ThreadPoolExecutor(2) as pool:
            for film in pool.map(lambda data: decode_image(data, "film.dcm"), files):
                np.testing.assert_allclose(film.pixels, SHOWN, atol=1e-6)


class TestHeader:
    @pytest.mark.parametrize(
        ("modality", "notes"),
        [
            ("CR", ()),
            (None, ()),
            ("CT", ("modality CT, not a chest radiograph",)),
            ("DOE^JANE", ("modality unknown, not a chest radiograph",)),
        ],
    )
    def test_other_modalities_are_noted(self, modality: str | None, notes: tuple[str, ...]) -> None:
        data = save(film_dataset(Modality=modality))
        assert decode_image(data, "film.dcm").notes == notes

    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            (bytes(128) + b"DICM", True),
            (b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100", True),
            (b"\x08\x00\x05\x00\x0a\x00\x00\x00ISO_IR 100", True),
            (b"\x08\x00\x05\x00\xff\xff\xff\x7f", False),
            (b"PK\x03\x04", False),
        ],
    )
    def test_recognised_by_its_first_bytes(self, start: bytes, expected: bool) -> None:
        assert looks_like_dicom(start.ljust(200, b"\x00")) is expected

    def test_patient_data_is_never_read(self) -> None:
        data = save(film_dataset())
        assert b"Doe^Jane" in data
        dataset = open_dicom(data, "film.dcm")
        assert "PatientName" not in dataset
        assert "Doe" not in str(dataset)


@pytest.mark.parametrize(
    ("storage", "kind"),
    [
        (uid.BasicTextSRStorage, "a structured report"),
        (uid.RTStructureSetStorage, "contours for radiotherapy"),
        (uid.EncapsulatedPDFStorage, "a document"),
        (uid.TwelveLeadECGWaveformStorage, "a waveform, such as an ECG"),
        (uid.GrayscaleSoftcopyPresentationStateStorage, "a way to show an image"),
        (uid.KeyObjectSelectionDocumentStorage, "a list of key images"),
    ],
)
def test_an_object_without_a_picture_is_named(storage: uid.UID, kind: str) -> None:
    data = save(film_dataset(SOPClassUID=storage, PixelData=None, Modality=None))
    with pytest.raises(ImageReadError, match=f"holds no picture but {kind}") as error:
        decode_image(data, "object.dcm")
    assert error.value.fix
