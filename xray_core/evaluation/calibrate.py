"""Fit a run's probabilities to its validation films."""

from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray

from xray_core.arrays import UInt8Array
from xray_core.evaluation.predict import predict
from xray_core.files import write_json
from xray_core.networks.calibration import Calibration, fit_calibration
from xray_core.runs.loading import load_model
from xray_core.runs.store import CALIBRATION, Run


def calibrate(run: Run, films: UInt8Array, labels: NDArray[Any]) -> Calibration:
    """Write `calibration.json`; from then on the run gives calibrated probabilities.

    Args:
        run: with weights.
        films: uint8 (films, size, size), which were not trained on.
        labels: int (films,), column of the true class.
    """
    probabilities = predict(load_model(run, calibrated=False), films)
    calibration = fit_calibration(probabilities, labels)
    write_json(run.path / CALIBRATION, asdict(calibration))
    return calibration
