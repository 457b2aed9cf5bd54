"""Every way in which a film may be stored gives the same film, or an error with a way out."""

import csv
import hashlib
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.decoding.images import (
    EVEN_GREY,
    Film,
    decode_image,
    encode_jpeg,
    encode_png,
    load_image,
    open_gray,
    read_film,
    resize_image,
    to_uint8,
)
from xray_core.data.decoding.pictures import decode_here
from xray_core.data.records import Record, film_code
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import settings_of_environment

PROJECT_DIR = Path(__file__).resolve().parents[3]
HARD_DIR = PROJECT_DIR.parent / "shared" / "data" / "hard"


def draw_levels() -> NDArray[np.uint8]:
    """Grey levels (60, 48): a ramp to the right, a bright square at the upper left."""
    levels = np.tile(np.arange(48, dtype=np.uint8) * 4, (60, 1))
    levels[5:15, 5:15] = 255
    return levels


LEVELS = draw_levels()


def encode(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_of(levels: NDArray[Any]) -> bytes:
    return encode(Image.fromarray(levels))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set limits by `limits.setenv`; they are forgotten afterwards."""
    settings_of_environment.cache_clear()
    yield monkeypatch
    settings_of_environment.cache_clear()


class TestSameFilm:
    """One film stored in many ways."""

    @pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "GIF"])
    def test_lossless_formats_keep_every_grey_level(self, file_format: str) -> None:
        film = decode_image(encode(Image.fromarray(LEVELS), file_format), "film")
        np.testing.assert_array_equal(to_uint8(film.pixels), LEVELS)
        assert film.pixels.dtype == np.float32
        assert film.pixels[10, 10] == 1.0

    def test_plain_grey_film_needs_no_note(self) -> None:
        assert decode_image(png_of(LEVELS), "film.png").notes == ()

    @pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "JPEG2000"])
    def test_lossy_formats_stay_close(self, file_format: str) -> None:
        film = decode_image(encode(Image.fromarray(LEVELS), file_format, quality=95), "film")
        assert np.abs(film.pixels - LEVELS / 255).mean() < 0.02

    def test_lzw_tiff(self) -> None:
        data = encode(Image.fromarray(LEVELS), "TIFF", compression="tiff_lzw")
        np.testing.assert_array_equal(to_uint8(decode_image(data, "film.tif").pixels), LEVELS)

    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P"])
    def test_other_pixel_types_of_a_grey_film(self, mode: str) -> None:
        film = decode_image(encode(Image.fromarray(LEVELS).convert(mode)), "film.png")
        np.testing.assert_allclose(film.pixels, LEVELS / 255, atol=0.002)

    @pytest.mark.parametrize("mode", ["RGBA", "LA"])
    def test_transparency_does_not_darken_the_film(self, mode: str) -> None:
        image = Image.fromarray(LEVELS).convert(mode)
        image.putalpha(Image.fromarray(np.tile(np.arange(80, 128, dtype=np.uint8), (60, 1))))
        film = decode_image(encode(image), "film.png")
        np.testing.assert_allclose(film.pixels, LEVELS / 255, atol=0.002)
        assert "transparency dropped" in film.notes

    def test_cmyk_jpeg_is_not_inverted(self) -> None:
        data = encode(Image.fromarray(LEVELS).convert("RGB").convert("CMYK"), "JPEG", quality=95)
        film = decode_image(data, "film.jpg")
        assert film.pixels[10, 10] > 0.9
        assert film.pixels[30, 2] < 0.1
        assert film.notes == ("CMYK image turned to grey",)

    def test_one_bit(self) -> None:
        film = decode_image(encode(Image.fromarray(LEVELS).convert("1")), "film.png")
        assert set(np.unique(film.pixels)) == {0.0, 1.0}
        assert film.notes == ("1 bit per pixel, only black and white",)

    def test_exif_tag_turns_the_film_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # show it turned by 90 degrees clockwise
        stored = Image.fromarray(LEVELS).transpose(Image.Transpose.ROTATE_90)
        film = decode_image(encode(stored, "PNG", exif=exif), "film.png")
        np.testing.assert_array_equal(to_uint8(film.pixels), LEVELS)
        assert film.notes == ("turned upright by its EXIF tag",)

    @pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
    def test_orientation_of_a_tiff_is_applied_once(self, compression: str) -> None:
        stored = Image.fromarray(LEVELS).transpose(Image.Transpose.ROTATE_90)
        data = encode(stored, "TIFF", tiffinfo={0x0112: 6}, compression=compression)
        np.testing.assert_array_equal(to_uint8(decode_image(data, "film.tif").pixels), LEVELS)

    @pytest.mark.parametrize("file_format", ["GIF", "TIFF"])
    def test_first_of_several_frames(self, file_format: str) -> None:
        others = [Image.fromarray(np.roll(LEVELS, shift, 0)) for shift in (9, 18, 27)]
        data = encode(
            Image.fromarray(LEVELS), file_format, save_all=True, append_images=others, duration=100
        )
        film = decode_image(data, "film")
        np.testing.assert_array_equal(to_uint8(film.pixels), LEVELS)
        assert "first of 4 frames" in film.notes

    def test_content_decides_not_the_name(self) -> None:
        film = decode_image(png_of(LEVELS), "film.dcm")
        np.testing.assert_array_equal(to_uint8(film.pixels), LEVELS)


class TestDeepPixels:
    """More than 8 bits per pixel."""

    @pytest.mark.parametrize(
        ("highest", "divisor"), [(200, 255), (256, 511), (4080, 4095), (4096, 8191), (65535, 65535)]
    )
    def test_smallest_bit_depth_that_holds_the_maximum(self, highest: int, divisor: int) -> None:
        values = np.linspace(0, highest, 60 * 48).reshape(60, 48).astype(np.uint16)
        film = decode_image(png_of(values), "film.png")
        np.testing.assert_allclose(film.pixels, values / divisor, atol=1e-6)
        assert film.notes == (f"16 bits per pixel, scaled by {divisor}",)

    def test_big_endian_tiff(self) -> None:
        values = LEVELS.astype(np.uint16) * 16
        image = Image.frombytes("I;16B", (48, 60), values.astype(">u2").tobytes())
        film = decode_image(encode(image, "TIFF"), "film.tif")
        np.testing.assert_allclose(film.pixels, values / 4095, atol=1e-6)

    def test_float_tiff_is_stretched_from_its_own_range(self) -> None:
        values = LEVELS.astype(np.float32) * 10 - 1000
        film = decode_image(encode(Image.fromarray(values), "TIFF"), "film.tif")
        np.testing.assert_allclose(film.pixels, LEVELS / 255, atol=1e-6)
        assert film.notes == ("scaled from its own range, -1000 to 1550",)

    def test_missing_values_become_black(self) -> None:
        values = LEVELS.astype(np.float32)
        values[50, 40] = np.nan
        film = decode_image(encode(Image.fromarray(values), "TIFF"), "film.tif")
        assert film.pixels[50, 40] == 0
        np.testing.assert_allclose(film.pixels[:50], LEVELS[:50] / 255, atol=1e-6)

    @pytest.mark.parametrize("highest", [1e38, 3.4e38])
    def test_the_whole_range_of_float32(self, highest: float) -> None:
        values = np.linspace(-highest, highest, 60 * 48, dtype=np.float32).reshape(60, 48)
        film = decode_image(encode(Image.fromarray(values), "TIFF"), "film.tif")
        np.testing.assert_allclose(film.pixels.ravel(), np.linspace(0, 1, 60 * 48), atol=1e-6)

    def test_nothing_but_missing_values(self) -> None:
        values = np.full((60, 48), np.nan, np.float32)
        with pytest.raises(ImageReadError, match="damaged"):
            decode_image(encode(Image.fromarray(values), "TIFF"), "film.tif")


class TestNotes:
    def test_real_colour_is_told_from_grey_stored_as_colour(self) -> None:
        colour = np.stack([LEVELS, LEVELS[::-1], LEVELS[:, ::-1]], axis=-1)
        film = decode_image(png_of(colour), "photo.png")
        luma = colour @ np.array([0.299, 0.587, 0.114]) / 255
        np.testing.assert_allclose(film.pixels, luma, atol=0.004)
        assert film.notes == film.warnings
        assert film.notes == ("colour image turned to grey: hardly a radiograph",)
        arrow = np.stack([LEVELS] * 3, axis=-1)
        arrow[20:26, 10:30, 2] = 255  # 4 % of the film
        film = decode_image(png_of(arrow), "arrow.png")
        assert film.notes == ("colour image turned to grey",)
        assert film.warnings == ()
        grey = decode_image(encode(Image.fromarray(LEVELS).convert("RGB")), "film.png")
        assert grey.notes == ("RGB image turned to grey",)

    def test_grave_notes_are_told_from_harmless_ones(self) -> None:
        film = decode_image(encode(Image.fromarray(LEVELS).convert("1")), "film.png")
        assert film.warnings == ("1 bit per pixel, only black and white",)
        harmless = decode_image(encode(Image.fromarray(LEVELS).convert("RGB")), "film.png")
        assert harmless.notes
        assert harmless.warnings == ()

    def test_a_film_mostly_black_or_white_asks_to_look(self) -> None:
        levels = np.full((50, 50), 100, np.uint8)
        levels[:, :] += np.arange(50, dtype=np.uint8)
        levels[:26] = 255  # 52 %
        film = decode_image(png_of(levels), "film.png")
        assert film.warnings == film.notes == ("52 % of the picture is pure black or white",)
        levels[:2] = 100
        assert decode_image(png_of(levels), "film.png").notes == ()


class TestEvenGrey:
    """Nothing to judge: no film."""

    @pytest.mark.parametrize("level", [0, 90, 255])
    def test_one_grey_is_refused(self, level: int) -> None:
        data = png_of(np.full((64, 64), level, np.uint8))
        for read in (decode_image, open_gray):
            with pytest.raises(ImageReadError) as caught:
                read(data, "/films/even.png")
            assert caught.value.what == EVEN_GREY
            assert caught.value.where == "even.png"

    def test_nearly_one_grey_is_refused(self) -> None:
        levels = np.random.default_rng(0).integers(90, 93, (64, 64)).astype(np.uint8)
        levels[:2, :10] = 255  # 20 of 4096 pixels
        with pytest.raises(ImageReadError, match="one even grey"):
            decode_image(png_of(levels), "noise.png")

    def test_a_marker_alone_is_no_film(self) -> None:
        levels = np.zeros((64, 64), np.uint8)
        levels[4:16, 4:20] = 230  # 5 %
        with pytest.raises(ImageReadError, match="one even grey"):
            decode_image(png_of(levels), "marker.png")

    def test_a_faint_film_is_read(self) -> None:
        levels = np.tile(np.arange(90, 154, dtype=np.uint8) // 8, (64, 1))
        assert decode_image(png_of(levels), "faint.png").notes == ()

    def test_deep_noise_is_not_stretched_to_a_film(self) -> None:
        values = np.random.default_rng(0).integers(30000, 30003, (64, 64)).astype(np.uint16)
        for data in (png_of(values), encode(Image.fromarray(values.astype(np.float32)), "TIFF")):
            with pytest.raises(ImageReadError, match="one even grey"):
                decode_image(data, "noise.png")


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


class TestHelpers:
    def test_open_gray_agrees_with_decode_image(self) -> None:
        deep = LEVELS.astype(np.uint16) * 16
        for data in (png_of(LEVELS), png_of(deep), png_of(np.stack([LEVELS] * 3, -1))):
            image, size = open_gray(data, "film")
            assert (image.mode, size) == ("L", (48, 60))
            np.testing.assert_array_equal(
                np.asarray(image), to_uint8(decode_image(data, "film").pixels)
            )

    def test_load_image_reads_what_decode_image_reads(self, tmp_path: Path) -> None:
        path = tmp_path / "röntgen bild (1) é.PNG"
        path.write_bytes(png_of(LEVELS))
        np.testing.assert_array_equal(to_uint8(load_image(path).pixels), LEVELS)
        assert path.suffix.lower() in IMAGE_SUFFIXES

    @pytest.mark.parametrize("depth", [np.uint8, np.uint16])
    def test_a_film_of_so_many_pixels_is_the_mean_of_blocks(self, depth: type) -> None:
        levels: NDArray[Any] = np.arange(90 * 121, dtype=depth).reshape(90, 121)
        film = decode_image(png_of(levels), "film.png")
        small = decode_image(png_of(levels), "film.png", max_pixels=90 * 121 // 4)
        assert small.pixels.shape == (30, 41)
        blocks = film.pixels[:, :120].reshape(30, 3, 40, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(small.pixels[:, :40], blocks, atol=1e-6)
        last = film.pixels[:, 120].reshape(30, 3).mean(axis=1)
        np.testing.assert_allclose(small.pixels[:, 40], last, atol=1e-6)
        assert small.notes == film.notes
        assert (film.block, small.block, small.reduced(30 * 41 // 4).block) == (1, 3, 9)
        same = decode_image(png_of(levels), "film.png", max_pixels=90 * 121)
        np.testing.assert_array_equal(same.pixels, film.pixels)

    def test_resize_squeezes_to_a_square_of_means(self) -> None:
        halves = np.zeros((64, 128), np.float32)
        halves[:, 64:] = 1
        small = resize_image(halves, 32)
        assert small.shape == (32, 32)
        assert small.dtype == np.float32
        np.testing.assert_allclose(small[:, :15], 0)
        np.testing.assert_allclose(small[:, 17:], 1)

    def test_resize_does_not_alias(self) -> None:
        checkerboard = (np.indices((1000, 1000)).sum(0) % 2).astype(np.float32)
        np.testing.assert_allclose(resize_image(checkerboard, 50)[1:-1, 1:-1], 0.5, atol=0.01)

    def test_resize_keeps_the_range_and_an_even_grey(self) -> None:
        even = np.full((300, 200), 0.7, np.float32)
        np.testing.assert_allclose(resize_image(even, 224), 0.7, atol=1e-6)
        assert resize_image(np.ones((37, 91), np.float32), 224).max() <= 1

    def test_to_uint8_rounds_and_cuts_off(self) -> None:
        pixels = np.array([[-0.1, 0.0, 0.499 / 255, 0.501 / 255, 0.5, 1.0, 1.1]], np.float32)
        assert to_uint8(pixels).tolist() == [[0, 0, 0, 1, 128, 255, 255]]
        assert pixels[0, 0] == np.float32(-0.1)  # the input is left alone

    def test_png_there_and_back(self) -> None:
        pixels = decode_image(png_of(LEVELS), "film.png").pixels
        np.testing.assert_array_equal(decode_image(encode_png(pixels), "again.png").pixels, pixels)

    def test_threads_agree(self) -> None:
        films = [png_of(np.roll(LEVELS, shift, axis=1)) for shift in range(40)]
        one = [decode_image(data, "film").pixels for data in films]
        with ThreadPoolExecutor(2) as pool:
            two = list(pool.map(lambda data: decode_image(data, "film").pixels, films))
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3)])
def test_a_jpeg_shows_nearly_the_same(shape: tuple[int, ...]) -> None:
    picture = np.full(shape, 200, np.uint8)
    decoded = Image.open(BytesIO(encode_jpeg(picture)))
    assert decoded.format == "JPEG"
    np.testing.assert_allclose(np.asarray(decoded).astype(int), picture, atol=3)


# What each file of the hard set gives: notes of the film, or words of the error.
FILMS = {
    "gray16_full_range.png": ["16 bits per pixel, scaled by 65535"],
    "gray16_12bit_range.png": ["16 bits per pixel, scaled by 4095"],
    "rgba.png": ["RGBA image turned to grey", "transparency dropped"],
    "gray_alpha.png": ["transparency dropped"],
    "cmyk.jpg": ["CMYK image turned to grey"],
    "palette.png": ["palette turned to grey"],
    "bilevel_1bit.png": ["1 bit per pixel, only black and white"],
    "png_bytes_named.jpg": [],
    "animated.gif": ["palette turned to grey", "first of 4 frames"],
    "inverted_monochrome1_like.png": [],
    "exif_rotated_6.jpg": ["turned upright by its EXIF tag"],
    "upside_down.jpg": [],
    "colour_not_xray.jpg": ["colour image turned to grey: hardly a radiograph"],
    "noise.png": [],
    "röntgen bild (1) é.png": [],
    "UPPERCASE.JPEG": [],
    "cxr.tif": [],
    "ct_slice.png": [],
    "ct_small.dcm": [
        "modality CT, not a chest radiograph",
        "no window in the file, scaled from its own range, -896 to 1167",
    ],
}
ERRORS = {
    "all_black.png": EVEN_GREY,
    "all_white.png": EVEN_GREY,
    "truncated.jpg": "ends after 19,044 bytes",
    "truncated.png": "ends after 17,926 bytes",
    "zero_bytes.png": "empty",
    "text_file.jpg": "not an image",
    "one_by_one.png": "1 x 1 pixels is too small",
    "wide_4000x50.png": "4,000 x 50 pixels is too long and narrow",
    "bomb_header_30000x30000.png": "900 megapixels",
    "bomb_valid_12000x12000.png": "144 megapixels",
}
SAME_FILM = (  # all made from one film; the mean grey level says that it is the same one
    *("gray16_full_range.png", "gray16_12bit_range.png", "rgba.png", "gray_alpha.png", "cmyk.jpg"),
    *("palette.png", "png_bytes_named.jpg", "exif_rotated_6.jpg", "röntgen bild (1) é.png"),
    *("UPPERCASE.JPEG", "cxr.tif", "upside_down.jpg"),
)
MEASURE = """
import json, re, resource, sys, time
from pathlib import Path
from xray_core.data.decoding.images import load_image
from xray_core.errors import XrayError
def peak_mb():
    # On Linux ru_maxrss begins with what the parent had at the start of this process.
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for path in sorted(Path(sys.argv[1]).iterdir()):
    row = {"file": path.name}
    try:
        film = load_image(path)
        row |= {"notes": film.notes, "size": film.pixels.shape[::-1], "mean": film.pixels.mean()}
    except XrayError as error:
        row["error"] = str(error)
    row["peak_mb"] = peak_mb()
    print(json.dumps(row, default=float))
"""


@pytest.mark.skipif(not HARD_DIR.is_dir(), reason="the hard set, ../shared/data/hard, is not here")
def test_hard_set_gives_films_or_reasons_within_one_gigabyte() -> None:
    pytest.importorskip("resource", reason="peak memory is measured on Unix only")
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, str(HARD_DIR)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {row["file"]: row for row in map(json.loads, child.stdout.splitlines())}
    with (HARD_DIR / "index.csv").open(encoding="utf-8") as file:
        index = {row["file"]: row for row in csv.DictReader(file)}
    assert set(index) == set(FILMS) | set(ERRORS)
    for name in index:
        row = rows[name]
        assert row["peak_mb"] < 1024, row
        if name in ERRORS:
            assert ERRORS[name] in row["error"], row
            assert str(HARD_DIR) not in row["error"]
            continue
        assert row["notes"] == FILMS[name], row
        if size := index[name]["size"]:
            upright = name != "exif_rotated_6.jpg"
            assert row["size"] == [int(side) for side in size.split("x")][:: 1 if upright else -1]
    for name in SAME_FILM:
        assert rows[name]["mean"] == pytest.approx(rows["cxr.tif"]["mean"], abs=0.003), name
    assert rows["inverted_monochrome1_like.png"]["mean"] == pytest.approx(
        1 - rows["cxr.tif"]["mean"], abs=0.003
    )


def test_a_film_has_one_id_whatever_its_file_is_called_and_however_large_it_is_decoded(
    tmp_path: Path,
) -> None:
    data = encode_png(np.random.default_rng(0).random((80, 60), np.float32))
    (tmp_path / "film.png").write_bytes(data)
    film, sha256 = read_film(data), hashlib.sha256(data).hexdigest()
    assert film.id == sha256[:16]
    assert film.id == film_code(Record("a", "a", "film.png", "", sha256=sha256))
    assert load_image(tmp_path / "film.png").id == film.id
    assert decode_image(data, "other", max_pixels=1000).id == film.id


def test_a_changed_film_and_one_from_no_file_have_ids_of_their_own() -> None:
    film = read_film(encode_png(np.random.default_rng(0).random((80, 60), np.float32)))
    changed = film.with_pixels(film.pixels * np.float32(0.5))
    assert changed.id != film.id
    assert (changed.notes, changed.warnings) == (film.notes, film.warnings)
    assert (
        changed.id
        == Film(film.pixels * np.float32(0.5)).id
        != Film(film.pixels.reshape(60, 80) * np.float32(0.5)).id
    )
