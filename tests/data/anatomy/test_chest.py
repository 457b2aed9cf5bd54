"""The chest behind a phantom film, before it is turned, exposed and blurred."""

import numpy as np
import pytest

from xray_core.arrays import Float32Array
from xray_core.data.anatomy.bones import N_RIB_PAIRS, draw_skeleton, rib_lines
from xray_core.data.anatomy.canvas import Tubes, draw_tubes, make_canvas
from xray_core.data.anatomy.chest import build_anatomy
from xray_core.data.anatomy.habitus import Habitus, draw_habitus

CANVAS = make_canvas(160)


def patients() -> list[Habitus]:
    return [
        draw_habitus(np.random.default_rng(seed), age_group)
        for seed in range(6)
        for age_group in ("adult", "child")
    ]


def column(x: float) -> int:
    return int(np.searchsorted(CANVAS.axis, x))


def test_the_right_dome_of_the_diaphragm_is_the_higher_one() -> None:
    for habitus in patients():
        lungs = build_anatomy(CANVAS, habitus, np.random.default_rng(0)).lungs > 0.5
        clear_of_the_heart = 0.85 * habitus.half_width
        right, left = (
            CANVAS.axis[np.nonzero(lungs[:, column(x)])[0].max()]
            for x in (-clear_of_the_heart, clear_of_the_heart)
        )
        assert left - right == pytest.approx(habitus.dome[1] - habitus.dome[0], abs=0.03)
        assert right < left


def test_the_costophrenic_angles_reach_below_the_domes() -> None:
    for habitus in patients():
        lungs = build_anatomy(CANVAS, habitus, np.random.default_rng(0)).lungs > 0.5
        for side in (-1, 1):
            middle = np.nonzero(lungs[:, column(side * 0.48 * habitus.half_width)])[0].max()
            lateral = np.nonzero(lungs[:, column(side * 0.9 * habitus.half_width)])[0].max()
            assert lateral > middle


def test_there_are_ten_pairs_of_ribs_that_run_outwards_and_down() -> None:
    for habitus in patients():
        lines = rib_lines(CANVAS, habitus, np.random.default_rng(1))
        assert lines.shape[0] == 2 * N_RIB_PAIRS == 20
        quarter = lines[:, int(lines.shape[1] * 90 / 168)]
        assert (quarter[:, 1] > lines[:, 0, 1]).all()  # lower at the side than at the spine
        assert (lines[:, -1, 1] > quarter[:, 1]).all()  # and lower still in front
        assert (quarter[:N_RIB_PAIRS, 0] < lines[:N_RIB_PAIRS, 0, 0]).all()
        assert (quarter[N_RIB_PAIRS:, 0] > lines[N_RIB_PAIRS:, 0, 0]).all()


def test_the_spine_is_bone_from_top_to_bottom() -> None:
    bone = draw_skeleton(CANVAS, patients()[0], np.random.default_rng(0))
    assert bone[:, column(0.0)].min() > 0.1
    assert bone.min() > -0.05


def test_a_tube_weighs_what_its_shape_says() -> None:
    # A rod 1 long, 0.1 in radius and 0.5 thick in the middle: 0.5 * 1 * 0.1 * pi / 2.
    points = np.stack([np.linspace(-0.5, 0.5, 200), np.full(200, 0.03)], -1)[None]
    rod = draw_tubes(CANVAS, Tubes(points, 0.1, 0.5))
    assert rod.sum() / CANVAS.px_per_unit**2 == pytest.approx(0.5 * 0.1 * np.pi / 2, rel=0.03)
    assert rod[column(0.03), column(0.0)] == pytest.approx(0.5, rel=0.05)
    assert rod[column(0.2), column(0.0)] == 0


def test_a_bone_is_denser_at_its_edges_than_in_its_marrow() -> None:
    points = np.stack([np.linspace(-0.5, 0.5, 200), np.zeros(200)], -1)[None]
    bone: Float32Array = draw_tubes(CANVAS, Tubes(points, 0.2, 1.0, hollow=True))
    assert bone[column(0.17), column(0.0)] > 1.3 * bone[column(0.0), column(0.0)]


def test_a_tube_that_leaves_the_canvas_is_cut_off() -> None:
    points = np.stack([np.linspace(0.0, 3.0, 400), np.zeros(400)], -1)[None]
    rod = draw_tubes(CANVAS, Tubes(points, 0.05, 1.0))
    assert rod[:, : column(-0.1)].sum() == 0
    assert rod[column(0.0), column(1.0)] > 0.5
