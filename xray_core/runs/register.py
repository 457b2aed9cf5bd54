"""A custom model becomes a run: it predicts and explains, and has no scores."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.data.records import Manifest
from xray_core.errors import NetworkError, RunError, WeightsError, XrayError
from xray_core.files import write_json
from xray_core.networks.foreign.adapt import Adapted, adapt_network
from xray_core.networks.foreign.input import declared_size_px
from xray_core.networks.foreign.model import check_own_model, load_own_model
from xray_core.runs.ids import new_run_id
from xray_core.runs.loading import require_classes
from xray_core.runs.store import CONFIG, MANIFEST, MODEL, OWN, Run, open_run
from xray_core.settings import get_settings, require_changes_allowed

if TYPE_CHECKING:
    import keras

MAX_NAME = 60
USUAL_SIZE_PX = 224
"""Size at which a model that takes any size is inspected."""


@dataclass(frozen=True)
class ModelFacts:
    """What a file declares about its model.

    Attributes:
        image_size_px: side of the film; None where the model takes any size and declares none.
        n_classes: number of classes; a single sigmoid unit gives two.
        scale: white in the greys that the model takes, 1 or 255.
        scale_known: False where the model does not declare the scale.
        ending: what the model outputs: `softmax`, `sigmoid`, `probabilities`, `one probability` or
            `logits`.
        target_layer: the layer that is explained.
        layers: all that may be explained.
        map_notes: what a map of the target layer leaves out, as sentences.
        doubt: what speaks against taking the outputs as logits; usually empty.
    """

    image_size_px: int | None
    n_classes: int
    scale: int
    scale_known: bool
    ending: str
    target_layer: str
    layers: tuple[str, ...]
    map_notes: tuple[str, ...] = ()
    doubt: str = ""


def look_at_model(path: Path) -> ModelFacts:
    """Check a model and report what `register_model` would detect; nothing is written.

    Args:
        path: a `.keras` file.

    Raises:
        WeightsError: as for `register_model`.
        NetworkError: the model cannot be explained.
    """
    model = load_own_model(path)
    size = declared_size_px(model)
    adapted = _adapt(model, path.name, image_size_px=size or USUAL_SIZE_PX)
    return ModelFacts(
        size,
        adapted.n_classes,
        adapted.scale,
        adapted.scale_known,
        adapted.ending,
        adapted.target_layer,
        adapted.layers,
        adapted.notes,
        adapted.doubt,
    )


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
    """Check a model and copy it into its own run folder.

    Args:
        path: a `.keras` file.
        name: display name.
        classes: labels in the order of the model's outputs; for one sigmoid unit, the label that 0
            stands for comes first.
        models_dir: folder of the runs; None takes the settings.
        layer: as for `adapt_network`.
        image_size_px: as for `adapt_network`.
        scale: as for `adapt_network`.

    Returns:
        The run, and the model as `load_model` gives it with all that was detected.

    Raises:
        WeightsError: the file is damaged, holds code or classes that are not part of Keras, or
            declares more than it holds.
        NetworkError: the model cannot be explained, the name cannot be shown, or there is not
            one class name per output.
        RunError: the run folder cannot be written.
    """
    require_changes_allowed()
    name, labels = name.strip(), tuple(classes)
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise NetworkError(
            "The model needs a name that can be shown.",
            where="its name",
            fix=f"Give 1 to {MAX_NAME} printable characters.",
        )
    if not all(labels) or len(set(labels)) != len(labels):
        raise NetworkError(
            "A class has no name, or two have the same.",
            where=", ".join(label or "(no name)" for label in labels),
            fix="Name every class once, as normal,covid.",
        )
    check_own_model(path)
    run_dir = (models_dir or get_settings().models_dir) / new_run_id(OWN)
    try:
        run_dir.mkdir(parents=True)
        # What is checked is the copy: nothing changes it after the check.
        shutil.copyfile(path, run_dir / MODEL)
        model = load_own_model(run_dir / MODEL)
        asked = {"image_size_px": image_size_px, "scale": scale, "layer": layer}
        adapted = _adapt(model, path.name, **asked)
        require_classes(adapted.n_classes, labels, path.name)
        Manifest((), {}).to_csv(run_dir / MANIFEST)
        config = {
            "network": OWN,
            "title": name,
            "classes": list(labels),
            "image_size_px": adapted.image_size_px,
            "scale": adapted.scale,
            "target_layer": adapted.target_layer,
            "map_notes": list(adapted.notes),
            "initialisation": "own model",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_json(run_dir / CONFIG, config)  # last: a folder without it is not a run
        return open_run(run_dir, models_dir), adapted
    except BaseException as error:
        shutil.rmtree(run_dir, ignore_errors=True)
        if isinstance(error, WeightsError):  # it names the copy
            raise WeightsError(error.what, where=path.name, fix=error.fix) from error
        if isinstance(error, OSError):
            raise RunError(
                f"The model could not be copied: {error.strerror or type(error).__name__}.",
                where=run_dir.parent.name,
                fix="Check free space and the right to write there, or name another folder "
                "(--models-dir, XRAY_MODELS_DIR).",
            ) from error
        raise


def _adapt(model: "keras.Model", name: str, **asked: Any) -> Adapted:
    """Adapt an untrusted model, whatever its graph leads to."""
    try:
        return adapt_network(model, **asked)
    except XrayError:
        raise
    except Exception as error:
        raise NetworkError(
            f"The network could not be run: {type(error).__name__}.",
            where=name,
            fix="Check that it predicts in Keras, and save it again.",
        ) from error
