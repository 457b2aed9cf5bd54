import errno
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from xray_core.files import LEFTOVER_SECONDS, replacing, require_room


def test_a_file_is_replaced_when_it_has_been_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with replacing(path) as part:
        assert part.suffix == ".csv"
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_a_file_half_written_vanishes(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fill_the_disk() -> None:
        with replacing(path) as part:
            part.write_text("ne")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill_the_disk()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_an_error_names_the_file_that_was_wanted(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "table.csv"
    with pytest.raises(FileNotFoundError) as caught, replacing(path) as part:
        part.write_text("new")
    assert caught.value.filename == str(path)


def test_room_is_asked_for_before_it_is_needed(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(OSError, match="space") as caught:
        require_room(tmp_path, shutil.disk_usage(tmp_path).total * 2)
    assert caught.value.errno == errno.ENOSPC


def test_threads_that_replace_one_file_at_once_leave_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    both_write = threading.Barrier(8)
    faults: list[Exception] = []

    def write(number: int) -> None:
        try:
            with replacing(path) as part:
                both_write.wait(10)
                part.write_text(f"{number}" * 1000)
                both_write.wait(10)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert path.read_text() in {f"{number}" * 1000 for number in range(8)}
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_what_a_killed_process_left_is_removed_after_a_day(tmp_path: Path) -> None:
    old, fresh = tmp_path / "table.71-0a1b2c3d.part.csv", tmp_path / "table.72-0a1b2c3d.part.csv"
    earlier, other = tmp_path / "table.71.part.npz", tmp_path / "my.part.csv"
    long_ago = time.time() - LEFTOVER_SECONDS - 60
    for path in (old, fresh, earlier, other):
        path.write_text("half")
        os.utime(path, None if path == fresh else (long_ago, long_ago))
    with replacing(tmp_path / "table.csv") as part:
        part.write_text("whole")
    assert {file.name for file in tmp_path.iterdir()} == {"table.csv", fresh.name, other.name}
