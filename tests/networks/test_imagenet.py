import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xray_core.errors import WeightsError
from xray_core.networks.imagenet import fetch_imagenet, find_imagenet
from xray_core.networks.registry import NETWORKS, get_network
from xray_core.settings import PROJECT_DIR, settings_of_environment

PRETRAINED = [name for name, network in NETWORKS.items() if network.pretrained]
GET_FILE = "keras.src.utils.file_utils.get_file"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Empty folders instead of the caches of this machine."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XRAY_WEIGHTS_DIR", str(tmp_path / "weights"))
    (tmp_path / "keras" / "models").mkdir(parents=True)
    (tmp_path / "weights").mkdir()
    settings_of_environment.cache_clear()
    yield
    monkeypatch.undo()
    settings_of_environment.cache_clear()


def test_a_network_without_such_weights_says_so() -> None:
    for ask in (find_imagenet, fetch_imagenet):
        with pytest.raises(WeightsError, match="no ImageNet weights for Small CNN") as caught:
            ask(get_network("small_cnn"))
        assert "none" in caught.value.fix


def test_the_own_folder_is_looked_at_before_the_cache_of_keras(tmp_path: Path) -> None:
    network = get_network("xception")
    name = "xception_weights_tf_dim_ordering_tf_kernels_notop.h5"
    assert find_imagenet(network) is None
    # from the last place searched to the first
    for place in (
        tmp_path / "keras" / "models" / name,
        tmp_path / "weights" / name,
        tmp_path / "weights" / "xception_imagenet_notop.float16.npz",
    ):
        place.write_bytes(b"1")
        assert find_imagenet(network) == place
    assert find_imagenet(get_network("resnet50")) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", PRETRAINED)
def test_what_keras_fetches_is_found_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras names its files itself: each must be known by its name afterwards."""
    import keras

    fetched: list[Path] = []

    def get_file(fname: str, origin: str, **_: Any) -> str:
        fetched.append(tmp_path / "keras" / "models" / fname)
        fetched[-1].write_bytes(b"1")
        return str(fetched[-1])

    monkeypatch.setattr(GET_FILE, get_file)
    monkeypatch.setattr(keras.Model, "load_weights", lambda model, path: None)
    path = fetch_imagenet(get_network(name))
    assert [path] == fetched
    assert all(find_imagenet(get_network(other)) is None for other in PRETRAINED if other != name)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Exception("URL fetch failure on https://a.b/c_notop.h5: None -- [Errno -2] Name"), "Name"),
        (ValueError("Incomplete or corrupted file detected."), "Incomplete or corrupted"),
        (PermissionError(13, "Permission denied", "/secret/folder"), "Permission denied"),
    ],
    ids=["offline", "half", "cache"],
)
def test_a_failed_fetch_is_one_error_that_tells_every_way_out(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_file(*_: Any, **__: Any) -> str:
        raise error

    monkeypatch.setattr(GET_FILE, get_file)
    network = get_network("efficientnetv2b0")
    with pytest.raises(WeightsError, match="EfficientNetV2B0 could not be fetched") as caught:
        fetch_imagenet(network)
    assert words in caught.value.what
    assert "secret" not in str(caught.value)
    offline = "https://a.b/c_notop.h5"
    assert caught.value.where == (
        offline if offline in str(error) else "keras.applications.EfficientNetV2B0"
    )
    for way in ("XRAY_WEIGHTS_DIR", "--weights FILE", "--weights none"):
        assert way in caught.value.fix


def test_finding_them_does_not_need_tensorflow() -> None:
    code = (
        "import sys; from xray_core.networks.registry import NETWORKS\n"
        "from xray_core.networks.weights import resolve_weights\n"
        "assert resolve_weights(NETWORKS['xception'], 'imagenet').to_be_fetched\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, check=True)
