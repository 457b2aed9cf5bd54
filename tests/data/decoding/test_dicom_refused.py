"""What is no film, damaged or too large is refused before it is decoded."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.encaps import get_frame

from tests.data.decoding.dicom_files import (
    COLUMNS,
    ROWS,
    SHOWN,
    STORED,
    compress,
    decode_pixels,
    deflated_bomb,
    encapsulated,
    film_dataset,
    jpeg_of,
    save,
)
from xray_core.data.decoding.dicom import read_elements
from xray_core.data.decoding.images import decode_image
from xray_core.data.decoding.pictures import decode_here
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import settings_of_environment


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
