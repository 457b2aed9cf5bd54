import numpy as np
import pytest

from xray_core.explain.attribution import Attribution


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
        assert Attribution(values, method, "covid", 0.9, against).is_signed is signed
