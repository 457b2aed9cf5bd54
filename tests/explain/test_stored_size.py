"""How much room the maps of a whole test split take."""

from pathlib import Path

import numpy as np

from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.stored import write_maps


def test_fine_maps_of_a_whole_test_split_take_less_than_two_and_a_half_megabytes(
    tmp_path: Path,
) -> None:
    n = 1758
    rng = np.random.default_rng(0)
    lungs = np.zeros((n, 64, 64), bool)
    lungs[:, 10:50, 8:28] = lungs[:, 10:50, 36:56] = True
    write_maps(
        tmp_path / "maps.npz",
        ExplainedFilms(
            ("normal", "bacterial", "viral", "covid"),
            tuple(f"{number:016x}" for number in range(n)),
            ("normal",) * n,
            ("",) * n,
            tuple(f"{number:012x}" for number in range(n)),
            rng.random((n, 4), np.float32),
            rng.normal(size=(n, 4, 20, 20)).astype(np.float16),
            lungs,
        ),
    )
    assert (tmp_path / "maps.npz").stat().st_size < 2.5e6
