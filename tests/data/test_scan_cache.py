"""What a scan found is kept: the next one reads only what changed."""

import logging
import os
from pathlib import Path

import pytest

from tests.data.conftest import WriteFilm
from xray_core.data.scan import scan
from xray_core.settings import settings_of_environment


def test_a_rescan_reads_only_what_changed(
    folder: Path, cache: Path, opened: list[str], write_film: WriteFilm
) -> None:
    before = scan(folder, cache_dir=cache)
    assert len(opened) == 6
    opened.clear()

    assert scan(folder, cache_dir=cache) == before
    assert opened == []

    write_film(folder / "covid/1.png", 77)
    write_film(folder / "covid/new.png", 78)
    (folder / "normal/2.png").unlink()
    after = scan(folder, cache_dir=cache)

    assert sorted(opened) == ["1.png", "new.png"]
    assert len(after.records) == 6
    assert after.hash != before.hash


def test_same_size_but_newer_is_read_again(folder: Path, cache: Path, opened: list[str]) -> None:
    scan(folder, cache_dir=cache)
    opened.clear()
    os.utime(folder / "covid/0.png", ns=(0, 123_456_789))

    scan(folder, cache_dir=cache)

    assert opened == ["0.png"]


def test_a_bad_film_is_not_tried_again_until_it_changes(
    folder: Path, cache: Path, opened: list[str], write_film: WriteFilm
) -> None:
    bad = folder / "covid/bad.png"
    bad.write_text("not a film")
    scan(folder, cache_dir=cache)
    opened.clear()

    assert len(scan(folder, cache_dir=cache).problems) == 1
    assert opened == []

    write_film(bad, 5)
    assert scan(folder, cache_dir=cache).problems == ()


@pytest.mark.parametrize("damage", ["cut", "binary", "edited", "empty"])
def test_a_damaged_cache_is_built_anew(
    damage: str, folder: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = scan(folder, cache_dir=cache)
    (kept,) = cache.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(
        {
            "cut": content[:-20],
            "binary": b"\xff\xfe\x00" * 50,
            "edited": content.replace(b",64,64,", b",64,65,", 1),
            "empty": b"",
        }[damage]
    )

    with caplog.at_level(logging.WARNING):
        assert scan(folder, cache_dir=cache) == before

    assert "read again" in caplog.text
    assert kept.read_bytes() == content


def test_a_cache_that_cannot_be_written_only_costs_time(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")

    assert len(scan(folder, cache_dir=blocked).records) == 6
    assert "could not be kept" in caplog.text


def test_an_interrupted_scan_resumes_where_it_stopped(
    folder: Path, cache: Path, opened: list[str]
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(folder, cache_dir=cache, progress=stop, workers=1)
    opened.clear()

    scan(folder, cache_dir=cache)

    assert len(opened) <= 3
    assert not list(cache.glob("*.part"))


def test_another_limit_looks_at_the_films_again(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(folder, cache_dir=cache)
    monkeypatch.setenv("XRAY_MAX_MEGAPIXELS", "0.004")
    settings_of_environment.cache_clear()
    try:
        assert len(scan(folder, cache_dir=cache).problems) == 6
    finally:
        monkeypatch.undo()
        settings_of_environment.cache_clear()
    assert scan(folder, cache_dir=cache).problems == ()
