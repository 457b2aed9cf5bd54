import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from xray_core import cached_arrays
from xray_core.cached_arrays import (
    Array,
    cache_path,
    cached_array,
    keeping_arrays_in,
    read_array,
)
from xray_core.settings import Settings

SHAPE = (3, 4)


def count(array: Array) -> None:
    array[:] = np.arange(array.size).reshape(array.shape)


def never(_: Array) -> None:
    pytest.fail("made again")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kind" / "array.npy"


def test_an_array_is_made_once_and_cannot_be_written(path: Path) -> None:
    first = cached_array(path, SHAPE, np.float16, count)
    again = cached_array(path, SHAPE, np.float16, never)
    assert again.dtype == np.float16
    np.testing.assert_array_equal(first, np.arange(12).reshape(SHAPE))
    np.testing.assert_array_equal(first, again)
    with pytest.raises(ValueError, match="read-only"):
        again[0] = 0
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kept", [0, 5, 40, 100, 135])
def test_a_damaged_file_counts_as_absent(path: Path, kept: int) -> None:
    cached_array(path, SHAPE, np.uint8, count)
    path.write_bytes(path.read_bytes()[:kept])
    assert read_array(path, SHAPE, np.uint8) is None
    np.testing.assert_array_equal(
        cached_array(path, SHAPE, np.uint8, count), np.arange(12).reshape(SHAPE)
    )


def test_what_is_no_array_of_that_kind_counts_as_absent(path: Path) -> None:
    path.parent.mkdir()
    np.save(path, np.zeros(SHAPE, np.float32))
    assert read_array(path, SHAPE, np.float32) is not None
    assert read_array(path, SHAPE, np.uint8) is None
    assert read_array(path, (4, 3), np.float32) is None
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    assert read_array(path, (1,), np.float32) is None
    with path.open("wb") as file:
        np.savez(file, array=np.zeros(SHAPE, np.float32))
    assert read_array(path, SHAPE, np.float32) is None


def test_what_cannot_be_made_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(array: Array) -> None:
        array[0] = 1
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        cached_array(path, SHAPE, np.uint8, fail)
    assert not list(path.parent.iterdir())
    needed: list[int] = []
    monkeypatch.setattr(cached_arrays, "require_room", lambda _, n_bytes: needed.append(n_bytes))
    cached_array(path, SHAPE, np.float32, count)
    assert needed == [48]


def test_a_path_comes_from_what_the_array_depends_on(settings: Settings, tmp_path: Path) -> None:
    one, other = hashlib.sha256(b"one"), hashlib.sha256(b"other")
    assert cache_path("films", one) == cache_path("films", hashlib.sha256(b"one"))
    assert cache_path("films", one).parent == settings.cache_dir / "films"
    assert cache_path("films", one) != cache_path("films", other)
    assert cache_path("maps", one, suffix=".npz", cache_dir=tmp_path).parent == tmp_path
    assert cache_path("maps", one, suffix=".npz").suffix == ".npz"


def test_arrays_of_one_visitor_lie_in_the_folder_of_the_visit_in_that_thread_alone(
    tmp_path: Path, settings: Settings
) -> None:
    digest = hashlib.sha256(b"film")
    with keeping_arrays_in(tmp_path / "visit"), ThreadPoolExecutor(1) as pool:
        assert cache_path("films", digest).parent == tmp_path / "visit" / "films"
        elsewhere = pool.submit(cache_path, "films", digest).result()
    assert elsewhere.parent == cache_path("films", digest).parent == settings.cache_dir / "films"
