from pathlib import Path

import numpy as np
import pytest

from xray_core.errors import ExplainError
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS


def with_values(*rows: list[float]) -> Attribution:
    return Attribution(np.array(rows, np.float32), "grad_cam", "covid", 0.9)


@pytest.mark.parametrize("level", [0.0, 3.0])
def test_an_even_map_is_flat(level: float) -> None:
    assert with_values([level, level], [level, level]).is_flat


def test_a_map_with_one_bright_place_is_not_flat() -> None:
    assert not with_values([0.0, 0.0], [0.0, 1e-6]).is_flat


@pytest.mark.parametrize(
    ("method", "against", "signed"),
    [("occlusion", "", True), ("saliency", "", False), ("grad_cam", "normal", True)],
)
def test_whether_a_map_is_signed_depends_on_its_method_and_not_on_its_values(
    method: str, against: str, signed: bool
) -> None:
    for value in (1.0, 0.0, -1.0):
        values = np.array([[value, 0.5]], np.float32)
        assert Attribution(values, method, "covid", 0.9, against).signed is signed


def test_evidence_is_kept_whole_and_only_a_signed_map_shows_all_of_it() -> None:
    found = with_values([-2.0, 1.0])
    assert found.evidence.tolist() == [[-2.0, 1.0]]
    assert found.positive.tolist() == found.values.tolist() == [[0.0, 1.0]]
    occluded = Attribution(found.evidence, "occlusion", "covid", 0.9)
    assert occluded.values.tolist() == [[-2.0, 1.0]]
    assert (found.unit, occluded.unit) == ("logit units", "logit units")


def test_one_class_against_another_is_the_difference_of_their_evidence() -> None:
    covid = Attribution(np.array([[-2.0, 1.0]], np.float32), "grad_cam", "covid", 0.6)
    normal = Attribution(np.array([[1.0, -1.0]], np.float32), "grad_cam", "normal", 0.3)
    both, back = covid.against(normal), normal.against(covid)
    assert (both.label, both.versus, both.signed) == ("covid", "normal", True)
    assert both.values.tolist() == [[-3.0, 2.0]]
    assert back.values.tolist() == [[3.0, -2.0]]
    assert both.probability == pytest.approx(0.9)


@pytest.mark.parametrize(
    "method", [name for name, entry in METHODS.items() if not (entry.linear or entry.of_layer)]
)
def test_a_method_without_direction_is_refused(method: str) -> None:
    values = np.ones((1, 2), np.float32)
    one, other = (Attribution(values, method, label, 0.5) for label in ("covid", "normal"))
    with pytest.raises(ExplainError, match="not for which class") as caught:
        one.against(other)
    assert "grad_cam" in caught.value.fix


def test_what_cannot_be_held_against_each_other_is_refused() -> None:
    one = with_values([1.0, 2.0])
    with pytest.raises(ExplainError, match="with itself"):
        one.against(one)
    finer = Attribution(np.ones((2, 2), np.float32), "grad_cam", "normal", 0.1)
    with pytest.raises(ExplainError, match="cannot be compared"):
        one.against(finer)


def test_a_saved_map_is_read_back_whole(tmp_path: Path) -> None:
    found = with_values([-2.0, 1.0])
    assert np.load(found.save(tmp_path / "map.npy")).tolist() == [[-2.0, 1.0]]
    with np.load(found.save(str(tmp_path / "map.npz"))) as kept:
        assert kept["evidence"].tolist() == [[-2.0, 1.0]]
        assert (str(kept["label"]), str(kept["unit"])) == ("covid", "logit units")
    with pytest.raises(ExplainError, match=r"\.npy or \.npz"):
        found.save(tmp_path / "map.png")
