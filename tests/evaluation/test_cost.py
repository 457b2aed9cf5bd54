from pathlib import Path

import pytest

from xray_core.evaluation.cost import pareto_front, weights_megabytes
from xray_core.runs.store import WEIGHTS, Run


@pytest.mark.parametrize(
    ("points", "front"),
    [
        ({"a": (1, 0.7), "b": (4, 0.9), "c": (2, 0.6)}, ("a", "b")),
        ({"dear": (4, 0.9), "cheap": (1, 0.9)}, ("cheap",)),
        ({"worse": (1, 0.7), "better": (1, 0.8)}, ("better",)),
        ({}, ()),
    ],
)
def test_the_front_is_what_no_other_beats_for_less(
    points: dict[str, tuple[float, float]], front: tuple[str, ...]
) -> None:
    assert pareto_front(points) == front


def test_size_is_that_of_the_weights(make_run: object) -> None:
    run = make_run()  # type: ignore[operator]
    assert isinstance(run, Run)
    assert weights_megabytes(run) is None
    Path(run.path / WEIGHTS).write_bytes(bytes(2_500_000))
    assert weights_megabytes(run) == 2.5
