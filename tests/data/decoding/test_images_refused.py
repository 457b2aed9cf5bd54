"""Pictures that are no films, damaged or too large are refused."""

import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.decoding.picture_files import LEVELS, encode, png_of
from xray_core.data.decoding.images import (
    decode_image,
    load_image,
)
from xray_core.data.decoding.pictures import decode_here
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import settings_of_environment


class TestUnreadable:
    @pytest.mark.parametrize("file_format", ["PNG", "JPEG", "TIFF", "BMP"])
    def test_cut_off_file(self, file_format: str) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (200, 200), dtype=np.uint8)
        data = encode(Image.fromarray(noise), file_format)
        cut = data[: len(data) // 2]
        with pytest.raises(ImageReadError) as caught:
            decode_image(cut, "film.png")
        assert caught.value.where == "film.png"
        if file_format != "TIFF":  # its index lies at the end, so nothing can be said
            assert f"ends after {len(cut):,} bytes" in caught.value.what

    @pytest.mark.parametrize(
        ("data", "text"),
        [
            (b"", "The file is empty."),
            (b"a plain text that calls itself a film " * 9, "not an image"),
            (b"%PDF-1.7 and more", "is a PDF document, not an image"),
            (b"\x00\x00\x00\x18ftypheic" + bytes(50), "HEIC or AVIF"),
            (b"\x89PNG and no more", "header of the PNG picture is damaged"),
            (b"\xff\xd8\xff\xc1\x00\x0b\x0c\x00\x40\x00\x40\x01\x01\x11\x00", "12 bits per sample"),
            (b"\xff\xd8\xff\xf7\x00\x0b\x08\x00\x40\x00\x40\x01\x01\x11\x00", "JPEG-LS"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "not an image"),
            (png_of(np.zeros((1, 1), np.uint8)), "1 x 1 pixels is too small"),
            (png_of(np.zeros((31, 64), np.uint8)), "64 x 31 pixels is too small"),
            (png_of(np.zeros((50, 4000), np.uint8)), "4,000 x 50 pixels is too long"),
        ],
    )
    def test_says_what_is_wrong_and_what_to_do(self, data: bytes, text: str) -> None:
        with pytest.raises(ImageReadError, match=text) as caught:
            decode_image(data, "film.png")
        assert caught.value.fix

    @pytest.mark.parametrize(
        "error",
        [
            AssertionError(),
            RecursionError(),
            MemoryError(),
            zlib.error("x"),
            KeyError(1),
            Warning(),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_whatever_a_decoder_raises_is_said_of_the_file(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: Image.Image) -> None:
            raise error

        data = png_of(LEVELS)
        monkeypatch.setattr(Image.Image, "load", fail)
        with pytest.raises(ImageReadError) as caught:
            decode_here(data, "film.png")
        assert caught.value.where == "film.png"

    def test_palette_png_without_palette(self) -> None:
        data = encode(Image.fromarray(LEVELS).convert("P"))
        start = data.index(b"PLTE") - 4
        length = int.from_bytes(data[start : start + 4], "big") + 12
        with pytest.raises(ImageReadError):
            decode_image(data[:start] + data[start + length :], "film.png")

    def test_a_size_that_cannot_be_true_is_not_repeated(self) -> None:
        data = bytearray(encode(Image.fromarray(LEVELS), "BMP"))
        data[18:22] = b"\xdd\xdd\xdd\x7d"  # its width: 2,111,692,253
        with pytest.raises(ImageReadError, match="header of the picture is damaged") as caught:
            decode_image(bytes(data), "film.bmp")
        assert "2,111" not in str(caught.value)

    def test_flipped_bytes_never_give_another_error(self) -> None:
        random = np.random.default_rng(7)
        originals = [encode(Image.fromarray(LEVELS), name) for name in ("PNG", "JPEG", "BMP")]
        for data in originals * 100:
            damaged = bytearray(data)
            damaged[random.integers(len(data))] = random.integers(256)
            with suppress(ImageReadError):
                decode_image(bytes(damaged), "film")

    @pytest.mark.parametrize("name", ["/srv/films/anna.png", "C:\\films\\anna.png", "anna.png"])
    def test_folders_stay_out_of_the_text(self, name: str) -> None:
        with pytest.raises(ImageReadError) as caught:
            decode_image(b"", name)
        assert caught.value.where == "anna.png"

    def test_missing_file_and_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.png", tmp_path):
            with pytest.raises(ImageReadError, match="missing") as caught:
                load_image(path)
            assert caught.value.where == path.name


class TestLimits:
    def test_pixels_are_counted_before_decoding(self) -> None:
        header = b"\x00\x00\x75\x30\x00\x00\x75\x30\x08\x00\x00\x00\x00"  # 30,000 x 30,000
        chunk = b"IHDR" + header
        data = b"\x89PNG\r\n\x1a\n" + len(header).to_bytes(4, "big") + chunk
        data += zlib.crc32(chunk).to_bytes(4, "big") + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"
        with pytest.raises(ImageTooLargeError, match=r"900 megapixels; at most 80 .*MEGAPIXELS"):
            decode_image(data, "bomb.png")

    @pytest.mark.filterwarnings("error")
    def test_a_large_but_valid_image_is_refused_without_a_warning(self) -> None:
        data = encode(Image.new("1", (12000, 12000)))
        with pytest.raises(ImageTooLargeError, match="144 megapixels"):
            decode_image(data, "bomb.png")

    def test_pixel_limit_is_a_setting(self, limits: pytest.MonkeyPatch) -> None:
        limits.setenv("XRAY_MAX_MEGAPIXELS", "0.002")  # 60 x 48 is 0.00288
        with pytest.raises(ImageTooLargeError):
            decode_image(png_of(LEVELS), "film.png")
        limits.setenv("XRAY_MAX_MEGAPIXELS", "0.003")
        settings_of_environment.cache_clear()
        assert decode_image(png_of(LEVELS), "film.png").pixels.shape == (60, 48)

    def test_bytes_are_counted_before_reading(
        self, limits: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        path = tmp_path / "film.png"
        path.write_bytes(bytes(3 * 2**20))
        limits.setenv("XRAY_MAX_MEGABYTES", "2")
        limits.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
        with pytest.raises(ImageTooLargeError, match=r"3.0 MB; at most 2 MB .*XRAY_MAX_MEGABYTES"):
            load_image(path)

    def test_upload_over_the_byte_limit(self, limits: pytest.MonkeyPatch) -> None:
        limits.setenv("XRAY_MAX_MEGABYTES", "1")
        with pytest.raises(ImageTooLargeError):
            decode_image(bytes(2**20 + 1), "film.png")
