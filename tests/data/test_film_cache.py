from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from xray_core import cached_arrays
from xray_core.arrays import UInt8Array
from xray_core.data import film_cache
from xray_core.data.film_cache import as_batch, cache_films, kept_in_blocks
from xray_core.data.records import Manifest, Record
from xray_core.errors import ImageReadError
from xray_core.settings import Settings


def _draw(level: int) -> Image.Image:
    pixels = np.full((48, 64), level, np.uint8)
    pixels[24:] += 100
    return Image.fromarray(pixels)


@pytest.fixture
def grey_films(tmp_path: Path) -> Manifest:
    """Three films of 64 x 48 pixels with the grey levels 10, 20 and 30 above, 100 more below."""
    records = []
    for level in (10, 20, 30):
        name = f"{level}.png"
        _draw(level).save(tmp_path / name)
        records.append(Record(f"set/{name}", "set", name, "normal", sha256=f"hash {level}"))
    return Manifest(tuple(records), {"set": tmp_path})


def test_row_i_is_record_i(grey_films: Manifest, settings: Settings) -> None:
    films = cache_films(grey_films, 32)
    assert films.shape == (3, 32, 32)
    assert films.dtype == np.uint8
    assert [int(film.min()) for film in films] == [10, 20, 30]
    assert [int(film.max()) for film in films] == [110, 120, 130]
    assert list((settings.cache_dir / "films").glob("*.npy"))


def test_a_second_call_reads_no_film(grey_films: Manifest, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    first = cache_films(
        grey_films, 32, cache_dir=tmp_path / "c", progress=lambda *step: seen.append(step)
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    for record in grey_films.records:
        grey_films.path_of(record).unlink()
    elsewhere = Manifest(grey_films.records, {"set": tmp_path / "moved"})
    again = cache_films(elsewhere, 32, cache_dir=tmp_path / "c")
    np.testing.assert_array_equal(first, again)


def test_other_order_size_or_content_is_read_anew(grey_films: Manifest, tmp_path: Path) -> None:
    cache_films(grey_films, 32, cache_dir=tmp_path / "c")
    turned = Manifest(grey_films.records[::-1], grey_films.roots)
    assert [int(film[0, 0]) for film in cache_films(turned, 32, cache_dir=tmp_path / "c")] == [
        30,
        20,
        10,
    ]
    assert cache_films(grey_films, 48, cache_dir=tmp_path / "c").shape == (3, 48, 48)
    _draw(99).save(tmp_path / "10.png")
    changed = Manifest(
        (replace(grey_films.records[0], sha256="another"), *grey_films.records[1:]),
        grey_films.roots,
    )
    assert int(cache_films(changed, 32, cache_dir=tmp_path / "c")[0, 0, 0]) == 99


def test_the_array_cannot_be_written(grey_films: Manifest, tmp_path: Path) -> None:
    films = cache_films(grey_films, 32, cache_dir=tmp_path / "c")
    with pytest.raises(ValueError, match="read-only"):
        films[0] = 0


def test_films_are_kept_in_memory_where_nothing_can_be_written(
    grey_films: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file" / "cache"
    films = cache_films(grey_films, 32, cache_dir=nowhere)
    assert [int(film.min()) for film in films] == [10, 20, 30]
    with pytest.raises(ValueError, match="read-only"):
        films[0, 0, 0] = 1
    monkeypatch.setattr(cached_arrays, "MOST_IN_MEMORY", 100)
    with pytest.raises(OSError, match="Not a directory"):
        cache_films(grey_films, 32, cache_dir=nowhere)


def test_a_film_that_broke_since_the_scan_leaves_no_half_array(
    grey_films: Manifest, tmp_path: Path
) -> None:
    (tmp_path / "20.png").write_bytes(b"no longer a film")
    with pytest.raises(ImageReadError) as caught:
        cache_films(grey_films, 32, cache_dir=tmp_path / "c")
    assert caught.value.where == "20.png"
    assert not list((tmp_path / "c").glob("*.npy"))


@pytest.mark.usefixtures("settings")
def test_work_that_was_stopped_goes_on_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_cache, "BLOCK", 2)
    films = np.arange(5 * 4, dtype=np.uint8).reshape(5, 2, 2)
    asked: list[int] = []

    def ask(part: UInt8Array) -> NDArray[np.float32]:
        asked.append(int(part[0, 0, 0]))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return np.array([[film.mean()] for film in part], np.float32)

    def means() -> list[float]:
        blocks = kept_in_blocks(("means", "1"), films, ((1,), np.float32), ask)
        return [float(value) for _, block in blocks for value in block[:, 0]]

    with pytest.raises(KeyboardInterrupt):
        means()
    expected = films.mean(axis=(1, 2)).tolist()
    assert means() == means() == expected
    assert asked == [0, 8, 8, 16]


def test_a_batch_is_what_a_network_takes() -> None:
    batch = as_batch(np.array([[[0, 51], [102, 255]]], np.uint8))
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch, [[[[0.0], [0.2]], [[0.4], [1.0]]]], atol=1e-7)
