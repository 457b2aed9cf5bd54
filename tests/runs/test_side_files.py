import json
from pathlib import Path
from typing import Any

import pytest

from xray_core.errors import RunError
from xray_core.runs import side_files
from xray_core.runs.schemas import CALIBRATION
from xray_core.runs.side_files import read_object

SOUND = {"factor": 1.5, "shifts": [0.0, 0.1]}


def test_a_file_is_checked_once_for_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Any] = []
    check = side_files._check

    def count(content: Any, *rest: Any) -> None:
        checked.append(content)
        check(content, *rest)

    monkeypatch.setattr(side_files, "_check", count)
    monkeypatch.setattr(side_files, "_checked", set())
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(SOUND))
    first = read_object(path, CALIBRATION)
    first["factor"] = "changed by a caller"
    assert read_object(path, CALIBRATION) == SOUND, "no caller sees what another made of it"
    assert len(checked) == 1
    path.write_text(json.dumps(SOUND | {"factor": "much"}))
    for _ in range(2):
        with pytest.raises(RunError, match="much"):
            read_object(path, CALIBRATION)
    assert len(checked) == 3, "a damaged file is never taken for sound"
