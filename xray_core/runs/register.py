"""A model that somebody brings becomes a run: it predicts and explains, and has no scores."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from xray_core.data.records import Manifest
from xray_core.errors import NetworkError, WeightsError
from xray_core.networks.adapt import Adapted, adapt_network
from xray_core.networks.own_model import check_own_model, load_own_model
from xray_core.runs.loading import require_classes
from xray_core.runs.store import CONFIG, MANIFEST, MODEL, OWN, Run, new_run_id, open_run, write_json
from xray_core.settings import get_settings

MAX_NAME = 60


def register_model(
    path: Path,
    name: str,
    classes: Sequence[str],
    models_dir: Path | None = None,
    *,
    layer: str | None = None,
    image_size_px: int | None = None,
    scale: int | None = None,
) -> tuple[Run, Adapted]:
    """Check a model and copy it into a run folder of its own.

    Args:
        path: a `.keras` file.
        name: what people read.
        classes: labels in the order of the model's answers; for one sigmoid unit, the label that 0
            stands for comes first.
        models_dir: where runs lie; None takes the settings.
        layer: as for `adapt_network`.
        image_size_px: as for `adapt_network`.
        scale: as for `adapt_network`.

    Returns:
        The run, and the model as `load_model` gives it with all that was detected.

    Raises:
        WeightsError: the file is damaged, or holds code or classes that are none of Keras.
        NetworkError: the model cannot be explained, the name cannot be shown, or there is not
            one class name an answer.
    """
    name, labels = name.strip(), tuple(classes)
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise NetworkError(
            "The model needs a name that can be shown.",
            where="--name",
            fix=f"Give 1 to {MAX_NAME} printable characters.",
        )
    if not all(labels) or len(set(labels)) != len(labels):
        raise NetworkError(
            "A class has no name, or two have the same.",
            where=", ".join(labels),
            fix="Name every class once: --classes normal,covid",
        )
    check_own_model(path)
    run_dir = (models_dir or get_settings().models_dir) / new_run_id(OWN)
    run_dir.mkdir(parents=True)
    try:
        # What is checked is the copy: nobody changes it after the check.
        shutil.copyfile(path, run_dir / MODEL)
        model = load_own_model(run_dir / MODEL)
        adapted = adapt_network(model, image_size_px=image_size_px, scale=scale, layer=layer)
        require_classes(adapted.n_classes, labels, path.name)
        Manifest((), {}).to_csv(run_dir / MANIFEST)
        config = {
            "network": OWN,
            "title": name,
            "classes": list(labels),
            "image_size_px": adapted.image_size_px,
            "scale": adapted.scale,
            "target_layer": adapted.target_layer,
            "initialisation": "own model",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_json(run_dir / CONFIG, config)  # last: a folder without it is no run
        return open_run(run_dir, models_dir), adapted
    except BaseException as error:
        shutil.rmtree(run_dir, ignore_errors=True)
        if isinstance(error, WeightsError):  # it names the copy
            raise WeightsError(error.what, where=path.name, fix=error.fix) from error
        raise
