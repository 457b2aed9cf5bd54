"""DICOM files as PACS and exports write them: headers, compressions, limits, damage."""

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, get_frame

from xray_core.data.decoding.dicom import looks_like_dicom, open_dicom, read_elements
from xray_core.data.decoding.images import decode_image, open_gray, to_uint8
from xray_core.data.decoding.pictures import decode_here
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import settings_of_environment

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


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings_of_environment.cache_clear()
    yield monkeypatch
    settings_of_environment.cache_clear()


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


class TestUnreadable:
    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (lambda: save(film_dataset(PixelData=None)), "holds no picture"),
            (lambda: b"\x08\x00\x05\x00\x10\x00\x00\x00" + b"some text " * 99, "not an image"),
            (
                lambda: save(film_dataset(PixelData=None, Modality="RTPLAN")),
                r"no picture \(modality RTPLAN\): PixelData \(7FE0,0010\) is missing",
            ),
            (lambda: save(film_dataset(Rows=None)), r"Rows \(0028,0010\) is missing"),
            (lambda: save(film_dataset())[:-1000], "end after 4,760 of 5,760 bytes"),
            (lambda: compress(uid.JPEG2000Lossless)[:-500], "cut off: the file ends after"),
            (
                lambda: save(film_dataset(PixelData=STORED.tobytes()[:4000])),
                "end after 4,000 of 5,760 bytes",
            ),
            (lambda: encapsulated(uid.JPEGBaseline8Bit, b"\xff\xd8 no jpeg"), "damaged"),
            (lambda: encapsulated(uid.JPEG2000Lossless, bytes(64)), "damaged"),
            (
                lambda: encapsulated(uid.MPEG2MPML, bytes(64)),
                r"not supported: MPEG2 .*\(1\.2\.840\.10008\.1\.2\.4\.100\)",
            ),
            (
                lambda: encapsulated(uid.MPEG2MPML, bytes(64)).replace(
                    uid.MPEG2MPML.encode(), b"1.2.3.4.5.6.7.8.9.10.11"
                ),
                r"not supported: .*\(1\.2\.3\.4\.5\.6\.7\.8\.9\.10\.11\)",
            ),
        ],
    )
    def test_says_what_is_wrong(self, make: Callable[[], bytes], text: str) -> None:
        with pytest.raises(ImageReadError, match=text) as caught:
            decode_image(make(), "/srv/film.dcm")
        assert caught.value.where == "film.dcm"
        assert caught.value.fix

    def test_missing_decoder_names_the_compression(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data = compress(uid.JPEG2000Lossless)
        decoder = pydicom.pixels.get_decoder(uid.JPEG2000Lossless)
        monkeypatch.setattr(decoder, "_available", {})
        with pytest.raises(ImageReadError, match="not supported: JPEG 2000"):
            decode_here(data, "film.dcm")

    @pytest.mark.filterwarnings("ignore::UserWarning")
    @pytest.mark.parametrize(
        "syntax", [None, uid.RLELossless, uid.JPEG2000Lossless], ids=["raw", "rle", "j2k"]
    )
    def test_flipped_bytes_never_give_another_error(self, syntax: uid.UID | None) -> None:
        random = np.random.default_rng(7)
        data = save(film_dataset()) if syntax is None else compress(syntax)
        for _ in range(150):
            damaged = bytearray(data)
            damaged[random.integers(132, 700)] = random.integers(256)
            with suppress(ImageReadError):
                decode_image(bytes(damaged), "film.dcm")


class TestLimits:
    @pytest.mark.parametrize(
        ("elements", "text"),
        [
            ({"Rows": 30000, "Columns": 30000}, "30,000 x 30,000 pixels are 900 megapixels"),
            ({"NumberOfFrames": 50000}, "x 50,000 frames are 144 megapixels"),
        ],
    )
    def test_pixels_are_counted_before_decoding(self, elements: dict[str, Any], text: str) -> None:
        with pytest.raises(ImageTooLargeError, match=text):
            decode_image(save(film_dataset(**elements)), "bomb.dcm")

    def test_small_header_around_a_large_picture(self) -> None:
        picture = jpeg_of(np.zeros((4000, 5000), np.uint8))
        data = encapsulated(uid.JPEGBaseline8Bit, picture)
        with pytest.raises(ImageReadError, match=r"48 x 60 pixels .* 5,000 x 4,000"):
            decode_image(data, "bomb.dcm")

    def test_deflated_file_that_grows_over_the_byte_limit(self, limits: pytest.MonkeyPatch) -> None:
        dataset = film_dataset(np.zeros((1100, 1100), np.uint16))
        dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
        data = save(dataset)
        assert len(data) < 2**20 / 10
        limits.setenv("XRAY_MAX_MEGABYTES", "1")
        with pytest.raises(ImageTooLargeError, match="inflates to more than 1 MB"):
            decode_image(data, "bomb.dcm")

    @pytest.mark.parametrize("share", [0.5, 0.9])
    def test_a_cut_off_jpeg_ls_picture_never_reaches_its_decoder(self, share: float) -> None:
        dataset = film_dataset()
        dataset.compress(uid.JPEGLSLossless, generate_instance_uid=False)
        picture = get_frame(dataset.PixelData, 0, number_of_frames=1)
        cut = picture[: int(len(picture) * share) // 2 * 2]  # frames have an even length
        data = encapsulated(uid.JPEGLSLossless, cut)
        with pytest.raises(ImageReadError, match="cut off: its picture ends after"):
            decode_image(data, "film.dcm")

    @pytest.mark.parametrize("group_length", [0, 7, 2**31])
    @pytest.mark.parametrize("streams", [1, 2])
    def test_pydicom_never_inflates(
        self, group_length: int, streams: int, limits: pytest.MonkeyPatch
    ) -> None:
        data = deflated_bomb(streams, group_length)
        limits.setattr("pydicom.filereader.zlib.decompress", lambda *_: pytest.fail("inflated"))
        if streams == 1:
            np.testing.assert_allclose(decode_pixels(data), SHOWN, atol=1e-6)
        limits.setenv("XRAY_MAX_MEGABYTES", "0.004")
        settings_of_environment.cache_clear()
        with pytest.raises(ImageReadError):
            decode_here(data, "bomb.dcm")

    def test_headers_of_a_folder_are_read_without_pydicom_inflating(
        self, tmp_path: Path, limits: pytest.MonkeyPatch
    ) -> None:
        limits.setattr("pydicom.filereader.zlib.decompress", lambda *_: pytest.fail("inflated"))
        for streams in (1, 2):
            path = tmp_path / f"{streams}.dcm"
            path.write_bytes(deflated_bomb(streams, 0))
            found = read_elements(path, ["SOPInstanceUID"])
            assert found.get("SOPInstanceUID") == ("1.2.3" if streams == 1 else None)

    def test_floats_as_large_as_they_get(self) -> None:
        values = np.linspace(-3e38, 3e38, ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)
        dataset = film_dataset(WindowCenter=None, WindowWidth=None, PixelData=None)
        dataset.FloatPixelData, dataset.BitsAllocated = values.tobytes(), 32
        film = decode_image(save(dataset), "film.dcm")
        np.testing.assert_allclose(film.pixels.ravel(), np.linspace(0, 1, values.size), atol=1e-6)

    def test_too_small_for_a_film(self) -> None:
        with pytest.raises(ImageReadError, match="16 x 16 pixels is too small"):
            decode_image(save(film_dataset(STORED[:16, :16])), "icon.dcm")


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
