"""Every way in which a film may be stored gives the same film, or an error with a way out."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.data.decoding.picture_files import LEVELS, encode, png_of
from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.decoding.images import (
    EVEN_GREY,
    decode_image,
    encode_jpeg,
    encode_png,
    load_image,
    open_gray,
    resize_image,
    to_uint8,
)
from xray_core.errors import ImageReadError


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
