from pathlib import Path

import numpy as np
import pytest

from xray_core.data.phantom import make_phantom
from xray_core.errors import WeightsError
from xray_core.lungs.finder import MASK_PX, find_lungs, judge
from xray_core.lungs.pairs import dice

rows, columns = np.mgrid[:MASK_PX, :MASK_PX] / MASK_PX


def ellipse(row: float, column: float, tall: float, wide: float) -> np.ndarray:
    inside: np.ndarray = ((rows - row) / tall) ** 2 + ((columns - column) / wide) ** 2 < 1
    return inside.astype(np.float32)


BOTH = np.maximum(ellipse(0.5, 0.3, 0.3, 0.15), ellipse(0.5, 0.7, 0.3, 0.15))


def test_two_lungs_are_taken_without_crumbs_and_holes() -> None:
    likely = np.maximum(BOTH, ellipse(0.05, 0.05, 0.03, 0.03)) * (1 - ellipse(0.5, 0.3, 0.04, 0.04))
    found = judge(likely.astype(np.float32))
    assert found is not None
    assert found.shape == (MASK_PX, MASK_PX)
    assert dice([found], [BOTH])[0] > 0.99
    assert not found[:20, :20].any()


@pytest.mark.parametrize(
    "likely",
    [
        np.zeros_like(BOTH),
        np.ones_like(BOTH),
        0.5 + 0.1 * BOTH,
        ellipse(0.5, 0.3, 0.3, 0.15),
        np.where((rows * 16 % 2 < 1) & (columns * 16 % 2 < 1), 1, 0),
    ],
    ids=["nothing", "everything", "unsure", "one lung", "crumbs"],
)
def test_a_mask_that_cannot_be_two_lungs_is_none(likely: np.ndarray) -> None:
    assert judge(likely.astype(np.float32)) is None


def test_without_the_network_the_weights_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="weights are missing"):
        find_lungs(make_phantom("normal", 1).image, tmp_path)
