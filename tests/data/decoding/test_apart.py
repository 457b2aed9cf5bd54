"""Files made to take memory, time or the whole process: each is a film or one clear error."""

import signal
import struct
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from xray_core.data.decoding import apart
from xray_core.data.decoding.images import decode_image, to_uint8
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings, settings_of_environment, using_settings

RAMP = np.tile(np.arange(200, dtype=np.uint8), (150, 1))


def encode(levels: np.ndarray, file_format: str, **options: object) -> bytes:
    buffer = BytesIO()
    Image.fromarray(levels).save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Children are started again, and those of the test end with it."""
    apart.close_children()
    settings_of_environment.cache_clear()
    yield monkeypatch
    apart.close_children()
    settings_of_environment.cache_clear()


def becomes(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Children whose decoder does this."""
    imports = (
        "from xray_core.data.decoding import apart, pictures as decoding; import os, signal, sys"
    )
    monkeypatch.setattr(apart, "_CHILD", f"{imports}; {what}; apart.serve()")


class TestChild:
    def test_gives_what_decoding_here_gives(self) -> None:
        pixels, notes = apart.decode_apart(encode(RAMP, "TIFF"), "film.tif")
        np.testing.assert_array_equal(pixels, RAMP)
        assert pixels.dtype == np.uint8
        assert notes == []

    def test_floats_and_notes_come_back(self) -> None:
        pixels, notes = apart.decode_apart(encode(RAMP.astype(np.float32), "TIFF"), "film.tif")
        np.testing.assert_allclose(pixels, RAMP / 199, atol=1e-6)
        assert notes == ["scaled from its own range, 0 to 199"]
        pixels[0, 0] = 0.5  # the film is the caller's own

    def test_errors_come_back_whole(self) -> None:
        with pytest.raises(ImageReadError, match="too small") as caught:
            apart.decode_apart(encode(RAMP[:20, :20], "TIFF"), "small.tif")
        assert (caught.value.where, bool(caught.value.fix)) == ("small.tif", True)

    def test_limits_of_this_process_hold_there(self) -> None:
        data = encode(RAMP, "TIFF")
        smaller = replace(get_settings(), max_pixels=10_000)
        with using_settings(smaller), pytest.raises(ImageTooLargeError):
            apart.decode_apart(data, "film.tif")
        assert apart.decode_apart(data, "film.tif")[0].shape == RAMP.shape

    def test_one_child_serves_one_film_after_another(self, fresh: pytest.MonkeyPatch) -> None:
        started: list[object] = []
        start = apart._start

        def count() -> object:
            started.append(start())
            return started[-1]

        fresh.setattr(apart, "_start", count)
        for _ in range(3):
            apart.decode_apart(encode(RAMP, "TIFF"), "film.tif")
        assert len(started) == 1

    def test_threads_get_their_own_films(self) -> None:
        films = [np.roll(RAMP, shift, axis=1) for shift in range(12)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda film: decode_image(encode(film, "TIFF"), "film"), films))
        for film, decoded in zip(films, found, strict=True):
            np.testing.assert_array_equal(to_uint8(decoded.pixels), film)

    def test_what_a_decoder_prints_is_not_taken_for_a_film(self, fresh: pytest.MonkeyPatch) -> None:
        becomes(
            fresh,
            "here = decoding.decode_here; decoding.decode_here = lambda *a, **k: "
            "(os.write(1, b'warning: odd\\n'), print('odd'), here(*a, **k))[2]",
        )
        assert apart.decode_apart(encode(RAMP, "TIFF"), "film.tif")[0].shape == RAMP.shape


class TestHostileDecoder:
    def test_that_dies_takes_nobody_with_it(self, fresh: pytest.MonkeyPatch) -> None:
        with fresh.context() as patch:
            becomes(patch, "decoding.decode_here = lambda *_, **__: os._exit(11)")
            with pytest.raises(ImageReadError, match="the decoder stopped early") as caught:
                decode_image(encode(RAMP, "TIFF"), "film.tif")
        assert caught.value.where == "film.tif"
        assert decode_image(encode(RAMP, "TIFF"), "film.tif").pixels.shape == RAMP.shape

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no clock of this kind")
    def test_that_never_ends_is_ended(self, fresh: pytest.MonkeyPatch) -> None:
        fresh.setenv("XRAY_MAX_DECODE_SECONDS", "0.05")
        becomes(fresh, "decoding.decode_here = lambda *_, **__: [0 for _ in iter(int, 1)]")
        with pytest.raises(ImageReadError, match=r"more than 0\.05 s of processor time"):
            decode_image(encode(RAMP, "TIFF"), "film.tif")

    def test_that_only_waits_is_ended_by_the_clock_on_the_wall(
        self, fresh: pytest.MonkeyPatch
    ) -> None:
        fresh.setenv("XRAY_MAX_DECODE_SECONDS", "0.1")
        fresh.setattr(apart, "_WAIT", 1)
        fresh.setattr(apart, "_CHILD", "import time; time.sleep(60)")
        with pytest.raises(ImageReadError, match="takes more than"):
            decode_image(encode(RAMP, "TIFF"), "film.tif")

    def test_that_swells_is_refused(self, fresh: pytest.MonkeyPatch) -> None:
        becomes(fresh, "decoding._open = lambda *_: bytearray(2**45)")
        with pytest.raises(ImageTooLargeError, match="too much memory"):
            decode_image(encode(RAMP, "TIFF"), "film.tif")

    @pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a clock for the process")
    def test_what_is_coded_bit_by_bit_gets_time_by_its_bytes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clocks: list[float] = []
        monkeypatch.setattr(signal, "setitimer", lambda _, seconds: clocks.append(seconds))
        apart.allow_more(10 * 2**20)
        assert clocks == []  # not in a child: nothing is to be limited
        monkeypatch.setattr(apart, "_seconds", 1.5)
        apart.allow_more(10 * 2**20)
        assert clocks == [4.5]


class TestHostileFiles:
    def test_jpeg_of_very_many_scans(self, limits: pytest.MonkeyPatch) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (800, 800), dtype=np.uint8)
        data = encode(noise, "JPEG", progressive=True, quality=20)
        last = data.rindex(b"\xff\xda")
        limits.setenv("XRAY_MAX_DECODE_SECONDS", "0.05")
        assert decode_image(data, "film.jpg").pixels.shape == noise.shape
        with pytest.raises(ImageReadError, match="processor time"):
            decode_image(data[:-2] + data[last:-2] * 300 + data[-2:], "film.jpg")

    def test_jpeg_of_more_scans_than_anyone_waits_for_is_not_even_tried(self) -> None:
        data = encode(np.zeros((4000, 4000), np.uint8), "JPEG", progressive=True, quality=20)
        last = data.rindex(b"\xff\xda")
        n_scans = data.count(b"\xff\xda") + 100
        with pytest.raises(ImageReadError, match=rf"^{n_scans} scans of 4,000 x 4,000 pixels"):
            decode_image(data[:-2] + data[last:-2] * 100 + data[-2:], "film.jpg")

    @pytest.mark.parametrize("kind", ["JPEG2000", "GIF"])
    def test_too_few_bytes_for_its_pixels(self, kind: str) -> None:
        data = encode(np.zeros((1200, 1200), np.uint8), kind)
        place = data.index(struct.pack("<HH" if kind == "GIF" else ">II", 1200, 1200))
        assert place
        cut = data[: max(place + 200, 500)]
        with pytest.raises(ImageReadError, match=r"bytes are too few for a film of 1,200 x 1,200"):
            decode_image(cut, "film")

    def test_colour_may_have_half_as_many_pixels(self, limits: pytest.MonkeyPatch) -> None:
        limits.setenv("XRAY_MAX_MEGAPIXELS", "0.05")  # the ramp has 0.03
        assert decode_image(encode(RAMP, "PNG"), "film.png").pixels.shape == RAMP.shape
        with pytest.raises(ImageTooLargeError, match="in colour or of 32 bits"):
            decode_image(encode(np.stack([RAMP] * 3, -1), "PNG"), "film.png")

    @pytest.mark.parametrize(("pages", "note"), [(3, "3"), (1200, "more than 1000")])
    def test_pages_are_counted_only_so_far(self, pages: int, note: str) -> None:
        film = decode_image(tiff_of_pages(pages), "film.tif")
        assert film.notes == (f"first of {note} frames",)
        np.testing.assert_array_equal(to_uint8(film.pixels), RAMP)

    def test_pages_that_run_in_a_circle(self) -> None:
        data = bytearray(tiff_of_pages(2))
        second = struct.unpack_from("<I", data, 8 + 2 + 12 * N_ENTRIES)[0]
        struct.pack_into("<I", data, second + 2 + 12 * N_ENTRIES, 8)
        assert decode_image(bytes(data), "film.tif").notes == ("first of 2 frames",)


N_ENTRIES = 9


def tiff_of_pages(pages: int) -> bytes:
    """A TIFF whose pages all show the same ramp."""
    height, width = RAMP.shape
    size = 2 + 12 * N_ENTRIES + 4
    strip = 8 + pages * size
    entries = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, strip), (277, 1))
    table = b"".join(
        struct.pack("<HHII", tag, 4, 1, value)
        for tag, value in (*entries, (278, height), (279, RAMP.size))
    )
    out = b"II*\0" + struct.pack("<I", 8)
    for page in range(1, pages + 1):
        out += struct.pack("<H", N_ENTRIES) + table
        out += struct.pack("<I", 8 + page * size if page < pages else 0)
    return out + RAMP.tobytes()
