from collections.abc import Callable
from dataclasses import replace

from xray_core.runs.loading import load_model
from xray_core.runs.parameters import parameter_count
from xray_core.runs.store import OWN, WEIGHTS, Run


def test_parameters_are_counted_as_keras_counts_them(tiny_run: Run) -> None:
    assert parameter_count(tiny_run) == load_model(tiny_run).count_params()


def test_what_cannot_be_counted_is_not_known(make_run: Callable[..., Run]) -> None:
    run = make_run()
    assert parameter_count(run) is None
    (run.path / WEIGHTS).write_bytes(b"no archive")
    assert parameter_count(run) is None
    assert parameter_count(replace(run, config=replace(run.config, network=OWN))) is None
