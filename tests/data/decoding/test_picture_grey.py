"""Deep, colour and transparent pictures: what their header promises against their samples."""

import struct
import zlib
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from xray_core.data.decoding.images import decode_image, to_uint8
from xray_core.errors import ImageReadError

RAMP = np.tile(np.arange(48, dtype=np.uint8) * 5, (60, 1))
"""Grey levels 0 to 235, darker to the left."""
DEEP = RAMP.astype(np.uint16) * 16
"""The same film of 12 bits, 0 to 3760."""


def encode(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def tiff_of(
    values: NDArray[Any],
    *,
    white_is_zero: bool = False,
    bits: int = 0,
    columns: int = 0,
    orientation: int = 1,
    planes: int = 1,
) -> bytes:
    """An uncompressed TIFF in the byte order of the values, with only the tags that are needed."""
    order = ">" if values.dtype.byteorder == ">" else "<"
    n_samples = 1 if values.ndim == 2 else values.shape[2]
    pixels = values.tobytes()
    photometric = 2 if n_samples > 1 else int(not white_is_zero)
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    tags = {256: columns or values.shape[1], 257: len(values), 259: 1, 262: photometric}
    tags |= {274: orientation, 284: planes, 277: n_samples, 278: len(values), 279: len(pixels)}
    depth = bits or 8 * values.itemsize
    start = 8 + 2 + 12 * (len(tags) + 3) + 4
    outside = n_samples > 2  # more than two short values have no room in a tag
    tags |= {258: depth, 339: kind, 273: start + 4 * n_samples * outside}
    entries, extra = b"", b""
    for tag, value in sorted(tags.items()):
        if tag in (258, 339) and n_samples > 1:
            values_of_tag = struct.pack(f"{order}{n_samples}H", *[value] * n_samples)
            place = struct.pack(f"{order}I", start + len(extra))
            entries += struct.pack(f"{order}HHI", tag, 3, n_samples)
            entries += place if outside else values_of_tag
            extra += values_of_tag if outside else b""
        else:
            entries += struct.pack(f"{order}HHII", tag, 4, 1, value)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags))
    return head + entries + bytes(4) + extra + pixels


def png16(values: NDArray[np.uint16], kind: int) -> bytes:
    """A PNG of 16 bits per channel: kind 2 is RGB, 4 grey and alpha, 6 RGB and alpha."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    chunks = [
        (b"IHDR", struct.pack(">2I5B", width, height, 16, kind, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


class TestMinIsWhite:
    """A TIFF whose zero is white is inverted on reading, whatever its depth."""

    @pytest.mark.parametrize("kind", ["u1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4"])
    def test_integers(self, kind: str) -> None:
        film = RAMP if kind == "u1" else DEEP
        data = tiff_of((film.max() - film).astype(kind), white_is_zero=True)
        pixels, notes = _read(data)
        # 3760 needs 12 bits; 32 bits too, since those of Pillow are read as wide as they are
        white = 255 if kind == "u1" else 4095
        expected = 1 - (film.max() - film.astype(float)) / white
        np.testing.assert_allclose(pixels, expected, atol=1e-6)
        assert notes[-1] == "min-is-white inverted"

    @pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8", ">f8"])
    @pytest.mark.parametrize("white_is_zero", [True, False])
    def test_floats(self, kind: str, white_is_zero: bool) -> None:
        values = DEEP / 3760.0
        stored = (1 - values if white_is_zero else values).astype(kind)
        pixels, notes = _read(tiff_of(stored, white_is_zero=white_is_zero))
        np.testing.assert_allclose(pixels, values, atol=1e-6)
        assert ("min-is-white inverted" in notes) is white_is_zero

    @pytest.mark.parametrize("white_is_zero", [True, False])
    def test_packed_12_bits(self, white_is_zero: bool) -> None:
        stored = 4095 - DEEP if white_is_zero else DEEP
        bits = np.unpackbits(stored.astype(">u2").view(np.uint8).reshape(60, 48, 2), axis=-1)
        packed = np.packbits(bits[..., 4:].reshape(60, -1), axis=1)
        data = tiff_of(packed, white_is_zero=white_is_zero, bits=12, columns=48)
        np.testing.assert_allclose(_read(data)[0], DEEP / 4095, atol=1e-6)

    def test_compressed(self) -> None:
        image = Image.fromarray(4095 - DEEP)
        data = encode(image, "TIFF", compression="tiff_lzw", tiffinfo={262: 0})
        assert Image.open(BytesIO(data)).tag_v2[262] == 0  # type: ignore[attr-defined]
        np.testing.assert_allclose(_read(data)[0], DEEP / 4095, atol=1e-6)


class TestKindsThatCannotBeRead:
    @pytest.mark.parametrize(
        ("values", "text"),
        [
            (np.stack([DEEP] * 2, -1), "has 2 unsigned samples of 16 bits"),
            (np.stack([DEEP] * 3, -1).astype(np.float32), "3 floating-point samples of 32 bits"),
        ],
    )
    def test_the_kind_is_named(self, values: NDArray[Any], text: str) -> None:
        with pytest.raises(ImageReadError, match=text):
            decode_image(tiff_of(values), "film.tif")

    def test_deep_colours_in_planes_apart(self) -> None:
        with pytest.raises(ImageReadError, match="3 unsigned samples of 16 bits"):
            decode_image(tiff_of(np.stack([DEEP] * 3, -1), planes=2), "film.tif")


class TestDepth:
    def test_one_hot_pixel_does_not_darken_the_film(self) -> None:
        values = DEEP.copy()
        values[0, 0] = 65535
        pixels, notes = _read(encode(Image.fromarray(values)))
        np.testing.assert_allclose(pixels[1:], DEEP[1:] / 4095, atol=1e-6)
        assert pixels[0, 0] == 1
        assert notes == (
            "16 bits per pixel, scaled by 4095",
            "a few pixels brighter than 4095 cut off",
        )

    def test_hot_and_dead_pixels_do_not_squeeze_floats(self) -> None:
        values = DEEP.astype(np.float32)
        values[0, :2] = 1e9, -1e9
        pixels, notes = _read(tiff_of(values))
        np.testing.assert_allclose(pixels[1:], DEEP[1:] / 3760, atol=1e-6)
        assert pixels[0, 0] == 1
        assert pixels[0, 1] == 0
        assert notes[0] == "scaled from its own range, 0 to 3760"
        assert "far outside cut off" in notes[1]

    @pytest.mark.parametrize("white_is_zero", [True, False])
    def test_missing_values_are_black(self, white_is_zero: bool) -> None:
        values = DEEP.astype(np.float32)
        stored = 3760 - values if white_is_zero else values
        stored[0, :5] = np.nan
        pixels, _ = _read(tiff_of(stored, white_is_zero=white_is_zero))
        assert pixels[0, :5].max() == 0
        np.testing.assert_allclose(pixels[1:], DEEP[1:] / 3760, atol=1e-6)

    def test_floats_that_overflow(self) -> None:
        values = (RAMP / 235.0 * 2 - 1).astype(np.float32) * np.float32(3.4e38)
        np.testing.assert_allclose(_read(tiff_of(values))[0], RAMP / 235, atol=1e-6)

    def test_a_film_far_from_black_is_stretched(self) -> None:
        pixels, notes = _read(encode(Image.fromarray(DEEP + np.uint16(32768))))
        np.testing.assert_allclose(pixels, DEEP / 3760, atol=1e-6)
        assert notes == ("16 bits per pixel, scaled from its own range, 32768 to 36528",)

    def test_unsigned_32_bits_beyond_the_signed_ones(self) -> None:
        values = DEEP.astype("<u4") << 20  # up to 3.9e9
        np.testing.assert_allclose(_read(tiff_of(values))[0], DEEP / 3760, atol=1e-6)

    def test_signed_bytes(self) -> None:
        values = (RAMP.astype(np.int16) - 128).astype(np.int8)
        np.testing.assert_allclose(_read(tiff_of(values))[0], RAMP / 235, atol=1e-6)


class TestDeepColour:
    """Pillow keeps the upper 8 bits of 16; a film of 12 bits would keep 16 grey levels."""

    def test_png(self) -> None:
        pixels, notes = _read(png16(np.stack([DEEP] * 3, axis=-1), 2))
        np.testing.assert_allclose(pixels, DEEP / 4095, atol=2e-4)
        assert notes == (
            "colour image of 16 bits per channel turned to grey",
            "16 bits per pixel, scaled by 4095",
        )

    def test_luminance(self) -> None:
        colours = np.stack([DEEP, DEEP[::-1], DEEP[:, ::-1]], axis=-1)
        luma = colours @ np.array([0.299, 0.587, 0.114])
        np.testing.assert_allclose(_read(png16(colours, 2))[0], luma / 4095, atol=2e-4)

    @pytest.mark.parametrize("kind", [4, 6])
    def test_hidden_pixels_are_black(self, kind: int) -> None:
        colours = np.stack([DEEP] * (kind - 2), axis=-1)
        colours[..., -1] = 65535
        colours[:20, :, :-1], colours[:20, :, -1] = 65535, 0
        pixels, _ = _read(png16(colours, kind))
        assert pixels[:20].max() == 0
        np.testing.assert_allclose(pixels[20:], DEEP[20:] / 4095, atol=2e-4)

    @pytest.mark.parametrize("compression", [1, 5, 8])  # none, LZW, deflate
    def test_tiff(self, compression: int) -> None:
        colours = np.stack([DEEP] * 3, axis=-1)
        _, data = cv2.imencode(".tif", colours, [cv2.IMWRITE_TIFF_COMPRESSION, compression])
        np.testing.assert_allclose(_read(data.tobytes())[0], DEEP / 4095, atol=2e-4)

    def test_jpeg_2000(self) -> None:
        _, data = cv2.imencode(".jp2", np.stack([DEEP] * 3, axis=-1))
        np.testing.assert_allclose(_read(data.tobytes())[0], DEEP / 4095, atol=0.01)

    def test_turned_tiff(self) -> None:
        stored = np.rot90(np.stack([DEEP] * 3, axis=-1))
        pixels, _ = _read(tiff_of(np.ascontiguousarray(stored), orientation=6))
        np.testing.assert_allclose(pixels, DEEP / 4095, atol=2e-4)

    def test_cut_off(self) -> None:
        data = png16(np.stack([DEEP] * 3, axis=-1), 2)
        with pytest.raises(ImageReadError, match="cut off"):
            decode_image(data[: len(data) // 2], "film.png")

    def test_four_bits_in_16(self) -> None:
        colours = np.repeat(RAMP.astype(np.uint16)[..., None] // 16, 3, axis=-1)
        pixels, notes = _read(cv2.imencode(".png", colours)[1].tobytes())
        np.testing.assert_allclose(pixels, RAMP // 16 / 15, atol=1e-6)
        assert notes[-1] == "16 bits per pixel, scaled by 15"


class TestTransparency:
    @pytest.mark.filterwarnings("ignore:Palette images with Transparency")
    @pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
    def test_hidden_white_is_black(self, mode: str) -> None:
        levels, alpha = RAMP.copy(), np.full_like(RAMP, 255)
        levels[:30], alpha[:30] = 255, 2 * (mode == "RGBA")  # 2 of 255 is hidden, too
        image = Image.fromarray(levels).convert("RGBA" if mode == "PA" else mode)
        image.putalpha(Image.fromarray(alpha))
        if mode == "PA":
            image = image.quantize(256)
        pixels, notes = _read(encode(image))
        assert pixels[:30].max() == 0
        np.testing.assert_allclose(pixels[30:], RAMP[30:] / 255, atol=0.04)
        assert "50 % of the picture is transparent, set to black" in notes

    @pytest.mark.parametrize("deep", [False, True])
    def test_a_grey_that_is_declared_transparent(self, deep: bool) -> None:
        levels = (DEEP if deep else RAMP).copy()
        levels[:30] = 4095 if deep else 255
        pixels, _ = _read(encode(Image.fromarray(levels), transparency=int(levels[0, 0])))
        assert pixels[:30].max() == 0
        np.testing.assert_allclose(pixels[30:], RAMP[30:] / 255, atol=0.01)

    def test_all_hidden_is_read_and_asks_to_look(self) -> None:
        image = Image.fromarray(RAMP).convert("RGBA")
        image.putalpha(0)
        film = decode_image(encode(image), "film.png")
        np.testing.assert_array_equal(to_uint8(film.pixels), RAMP)
        assert film.warnings == ("every pixel is transparent; read as if none were",)

    @pytest.mark.parametrize("level", [0, 255])
    def test_a_film_only_in_the_transparency_is_even_grey(self, level: int) -> None:
        image = Image.new("RGBA", (48, 60), (level, level, level, 255))
        image.putalpha(Image.fromarray(RAMP))
        with pytest.raises(ImageReadError, match="one even grey") as caught:
            decode_image(encode(image), "film.png")
        assert "only its transparency holds a picture" in caught.value.fix


def _read(data: bytes) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    film = decode_image(data, "film")
    assert film.pixels.dtype == np.float32
    return film.pixels, film.notes
