from pathlib import Path

import pytest

from xray_core.console import describe_defect


def test_a_defect_is_told_without_any_path_of_this_machine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such row") as caught:
        raise ValueError(f"no such row in '{tmp_path}/table.csv', nor in C:\\films\\a.png")
    words = describe_defect(caught.value)
    assert "tests/test_console.py:" in words.splitlines()[0]
    assert words.splitlines()[-1] == "ValueError: no such row in '<path>', nor in <path>"
    assert str(tmp_path) not in words
    assert str(Path(__file__).parent.parent) not in words
