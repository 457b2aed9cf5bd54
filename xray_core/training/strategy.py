"""The way past one device: `tf.distribute`, as docs/distributed.md shows."""

import json
import os
from typing import Any

from xray_core.errors import TrainingError


def make_strategy(name: str) -> Any:
    """The strategy that a network is built in; None trains on the one device there is.

    Args:
        name: `none`, `mirrored` (all devices of this machine), `multiworker` (all machines of
            `TF_CONFIG`), or `auto`: what this machine calls for.

    Raises:
        TrainingError: `multiworker` without a usable `TF_CONFIG`, or after TensorFlow has begun.
    """
    import tensorflow as tf

    chosen = choose_strategy(name, len(_workers()), len(tf.config.list_physical_devices("GPU")))
    if chosen == "mirrored":
        return tf.distribute.MirroredStrategy()
    if chosen == "multiworker":
        return _multiworker()
    return None


def is_chief(name: str = "auto") -> bool:
    """Whether this process writes the run folder: the first of several machines, or the only one.

    Args:
        name: of the strategy, as `make_strategy` takes it.

    Raises:
        TrainingError: `TF_CONFIG` is damaged.
    """
    cluster, task = _cluster()
    if name not in ("auto", "multiworker") or not task:
        return True
    first = "chief" if cluster.get("chief") else "worker"
    return task.get("type") == first and int(task.get("index", 0)) == 0


def count_machines(name: str) -> int:
    """Machines that train together; 1 unless `TF_CONFIG` names more and the strategy takes them.

    Args:
        name: of the strategy, as `make_strategy` takes it.
    """
    return max(1, len(_workers())) if name in ("auto", "multiworker") else 1


def choose_strategy(name: str, n_workers: int, n_gpus: int) -> str:
    """What `auto` means here; any other name is returned unchanged.

    Raises:
        TrainingError: `multiworker` where no machine is named.
    """
    if name == "auto":
        return "multiworker" if n_workers > 1 else "mirrored" if n_gpus > 1 else "none"
    if name == "multiworker" and not n_workers:
        raise TrainingError(
            "Training on several machines needs to know them.",
            where="TF_CONFIG names none",
            fix="Set it on each machine, as docs/distributed.md shows.",
        )
    return name


def _multiworker() -> Any:
    import tensorflow as tf

    class Machines(tf.distribute.MultiWorkerMirroredStrategy):  # type: ignore[misc]
        """Takes what Keras 3 asks of it: a batch of several tensors, and the axis of a number."""

        def reduce(self, reduce_op: Any, value: Any, axis: Any = None) -> Any:
            def reduce_one(part: Any) -> Any:
                is_number = self.experimental_local_results(part)[0].shape.rank == 0
                return reduce(reduce_op, part, None if is_number else axis)

            reduce = super().reduce
            return tf.nest.map_structure(reduce_one, value)

    try:
        return Machines()
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        reason = str(error).partition("\n")[0]
        raise TrainingError(
            f"The machines could not be joined: {reason}",
            where="TF_CONFIG",
            fix="Start the same command on every machine, each with its own task in TF_CONFIG.",
        ) from error


def _workers() -> list[str]:
    cluster, _ = _cluster()
    return [*cluster.get("chief", []), *cluster.get("worker", [])]


def _cluster() -> tuple[dict[str, Any], dict[str, Any]]:
    """The machines, and which of them this is."""
    text = os.environ.get("TF_CONFIG") or "{}"
    try:
        config = json.loads(text)
        return dict(config.get("cluster") or {}), dict(config.get("task") or {})
    except (ValueError, TypeError, AttributeError):
        raise TrainingError(
            "TF_CONFIG is not what TensorFlow expects.",
            where="TF_CONFIG",
            fix="Write it as docs/distributed.md shows, or unset it.",
        ) from None
