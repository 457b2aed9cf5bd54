"""From a run folder to a network that can predict."""

from typing import Any

from xray_core.errors import WeightsError
from xray_core.networks.registry import build_network, load_weights
from xray_core.runs.store import WEIGHTS, Run


def load_model(run: Run) -> Any:
    """Build the run's network and fill it with its weights.

    Returns:
        `keras.Model`, not compiled; read it, never change it: all sessions share one copy.

    Raises:
        WeightsError: the weights are missing, as in the first epoch, or do not fit.
        UnknownNetworkError: the run was trained with a network that this version lacks.
    """
    if not (run.path / WEIGHTS).is_file():
        raise WeightsError(
            "The run has no weights.",
            where=run.id,
            fix="Wait until its first epoch has ended, or train anew.",
        )
    model = build_network(run.network, len(run.classes), run.image_size_px)
    load_weights(model, run.path / WEIGHTS)
    model.trainable = False
    return model
