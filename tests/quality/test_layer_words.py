import re
from typing import Any

import pytest

from xray_core.cli import main
from xray_core.quality.layer_words import further_table, normal_table
from xray_core.settings import PROJECT_DIR

PAIR = {"method": "grad_cam", "layer": "look"}
SHIPPED = ("small_cnn", "resnet50", "xception")


def score(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 9}


def row(deletion: float, data: str = "ward", layer: str = "look") -> dict[str, Any]:
    measures = {"deletion_gain_centre": score(deletion), "repeatability": score(0.9)}
    return {"method": "grad_cam", "layer": layer, "data": data, "films": 9, "measures": measures}


def normal(label: str, source: str, n: int, shown: float) -> dict[str, Any]:
    return {"class": label, "source": source, "shown": score(shown) | {"n": n}} | {
        "likeliest": score(shown / 2) | {"n": n}
    }


def test_further_measures_are_those_of_the_best_pairs_on_the_same_data() -> None:
    content = {"best": [PAIR], "data": "ward"}
    rows = [row(0.5, layer="other"), row(0.25, data="elsewhere"), row(0.125)]
    _, _, *lines = further_table([("Mover", content, rows)]).splitlines()
    assert lines == [
        "| Mover | Grad-CAM at look | 9 | 0.125 (0.025 to 0.225) | - | - | 0.900 (0.800 to 1.000) |"
    ]


def test_a_source_that_one_run_lacks_has_a_dash() -> None:
    one = {"normal": [normal("covid", "", 20, 0.5), normal("covid", "ward", 20, 0.5)]}
    other = {"normal": [normal("covid", "", 20, 0.25)]}
    head, _, first, second = normal_table([("A", one), ("B", other)]).splitlines()
    assert head == "| model | class | 20 films | 20 of ward |"
    assert first == "| A | COVID-19 | 0.50 (0.40 to 0.60), 0.25 | 0.50 (0.40 to 0.60), 0.25 |"
    assert second == "| B | COVID-19 | 0.25 (0.15 to 0.35), 0.12 | - |"


def test_the_docs_say_of_the_shipped_maps_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = [word for name in SHIPPED for word in ("--run", name)]
    assert main(["explain-report", "--stored", *runs]) == 0
    printed = set(capsys.readouterr().out.splitlines())
    docs = (PROJECT_DIR / "docs" / "explaining.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"### What the shipped maps reach\n(.*?)\n#+ ", docs, re.DOTALL)
    said = [line for line in section.splitlines() if line.startswith("| ")]
    assert len(said) > 20
    for line in said:
        assert line in printed, line
