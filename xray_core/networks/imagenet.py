"""ImageNet weights: where they lie on this machine, and how Keras fetches them.

They are looked for in the folder that `XRAY_WEIGHTS_DIR` names, then among the files that Keras
has fetched before; neither needs TensorFlow.
"""

import contextlib
import io
import os
import re
from pathlib import Path

from xray_core.errors import WeightsError
from xray_core.networks.registry import Network, Pretrained
from xray_core.settings import expand_home, get_settings


def find_imagenet(network: Network) -> Path | None:
    """The file of ImageNet weights without head on this machine.

    Files are known by their names: `xception_imagenet_notop.float16.npz`, or as Keras calls its
    own, `xception_weights_tf_dim_ordering_tf_kernels_notop.h5`, `efficientnetv2-b0_notop.h5`.

    Returns:
        The file, arrays (`.npz`) before HDF5; None where Keras is still to fetch it.

    Raises:
        WeightsError: there are no such weights for this network.
    """
    _pretrained(network)
    own = get_settings().weights_dir
    for folder in (*([own] if own else []), _keras_dir()):
        files = [path for path in sorted(folder.glob("*notop*")) if _is_of(path, network)]
        if files:
            return max(files, key=lambda path: path.suffix == ".npz")
    return None


def fetch_imagenet(network: Network) -> Path:
    """Let Keras fetch the ImageNet weights of a network into its cache.

    Returns:
        The file.

    Raises:
        WeightsError: there are none, or no internet, refused, damaged, no room; says what else to
            do.
    """
    import keras

    application = _pretrained(network).application
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            getattr(keras.applications, application)(include_top=False, weights="imagenet")
    except Exception as error:  # whatever the network or the disk lead to
        address = re.search(r"https?://\S+?\.h5", str(error))
        raise WeightsError(
            f"The ImageNet weights of {network.title} could not be fetched: {_reason(error)}.",
            where=address.group() if address else f"keras.applications.{application}",
            fix="Fetch that file elsewhere and put it into the folder that XRAY_WEIGHTS_DIR names, "
            "give a file with --weights FILE, or start from random weights with --weights none.",
        ) from error
    if path := find_imagenet(network):
        return path
    raise WeightsError(
        f"The ImageNet weights of {network.title} were fetched, but are not where they belong.",
        where=f"keras.applications.{application}",
        fix="Give the file with --weights FILE, or start from random weights with --weights none.",
    )


def _pretrained(network: Network) -> Pretrained:
    if network.pretrained is None:
        raise WeightsError(
            f"There are no ImageNet weights for {network.title}.",
            where=network.name,
            fix="Start from random weights (none), or give a file of weights.",
        )
    return network.pretrained


def _is_of(path: Path, network: Network) -> bool:
    name = path.name.lower().replace("-", "")
    return name.startswith(f"{network.name}_") and path.suffix in (".npz", ".h5")


def _keras_dir() -> Path:
    return expand_home(os.environ.get("KERAS_HOME", "~/.keras")) / "models"


def _reason(error: Exception) -> str:
    """Short, and without the folder that an error of the disk names."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rpartition("-- ")[2].rstrip(".")
