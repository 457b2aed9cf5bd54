"""How a classifier is opened: one that is shipped, a run, or a Keras file of your own."""

from collections.abc import Sequence
from pathlib import Path

from xray_core.classifier.default import default_of
from xray_core.classifier.model import Classifier
from xray_core.errors import NetworkError
from xray_core.networks.foreign.adapt import adapt_network
from xray_core.networks.foreign.model import load_own_model
from xray_core.networks.registry import target_layer_of
from xray_core.runs.loading import load_model
from xray_core.runs.store import Run, open_run


def open_model(
    ref: str | Path | Run,
    *,
    models_dir: Path | None = None,
    classes: Sequence[str] = (),
    image_size_px: int | None = None,
) -> Classifier:
    """Open a model: one that is shipped, a run, or a Keras file of your own.

    >>> open_model(run).classes
    ('normal', 'bacterial', 'viral', 'covid')

    Args:
        ref: name of a shipped model, run id, run folder, run, or `.keras` file.
        models_dir: folder of the runs; None takes the settings.
        classes: of a `.keras` file, in output order; needed there, ignored elsewhere.
        image_size_px: of a `.keras` file that takes films of any size.

    Raises:
        RunNotFoundError: there is no such run; lists the existing ones.
        WeightsError: the weights are missing or damaged, or the file holds code.
        RunError: the run, its calibration or its `explain.json` is damaged.
        NetworkError: the network cannot be explained, or a file comes without its classes.
        ClassIndexError: the number of classes differs from the number of names.
    """
    if not isinstance(ref, Run) and Path(ref).suffix == ".keras":
        return _open_file(Path(ref), tuple(classes), image_size_px)
    return _open_run(ref if isinstance(ref, Run) else open_run(ref, models_dir))


def _open_run(run: Run) -> Classifier:
    network = load_model(run)
    return Classifier(
        network,
        run.classes,
        run.image_size_px,
        target_layer_of(network),
        run.title,
        run.id,
        None if run.is_own else run.calibration(),
        tuple(getattr(network, "map_notes", ())),
        default_of(run, network),
    )


def _open_file(path: Path, classes: tuple[str, ...], image_size_px: int | None) -> Classifier:
    if not classes:
        raise NetworkError(
            "A Keras file does not declare what its outputs mean.",
            where=path.name,
            fix="Give classes in output order, such as ('normal', 'covid').",
        )
    adapted = adapt_network(load_own_model(path), image_size_px=image_size_px)
    return Classifier(
        adapted.model,
        classes,
        adapted.image_size_px,
        adapted.target_layer,
        path.stem,
        path.name,
        notes=adapted.notes,
    )
