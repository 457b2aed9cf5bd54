import errno
import shutil
from pathlib import Path

import pytest

from xray_core.files import replacing, require_room


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


def test_room_is_asked_for_before_it_is_needed(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(OSError, match="space") as caught:
        require_room(tmp_path, shutil.disk_usage(tmp_path).total * 2)
    assert caught.value.errno == errno.ENOSPC
