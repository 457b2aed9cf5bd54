"""What may be named as the start of a training, before anything is read."""

from pathlib import Path

import pytest

from xray_core.errors import WeightsError
from xray_core.networks.registry import get_network
from xray_core.networks.weights import resolve_weights

NETWORK = get_network("efficientnetv2b0")


def test_a_network_without_imagenet_weights_says_so() -> None:
    with pytest.raises(WeightsError, match="no ImageNet weights for Small CNN"):
        resolve_weights(get_network("small_cnn"), "imagenet")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere.h5", None, "no such file"),
        ("imagenett", None, "no such file"),
        ("weights.pkl", b"1", "kind are not read"),
        ("weights.npz", b"", "between 1 byte and 2 GB"),
    ],
)
def test_a_file_that_cannot_be_one_of_weights_is_refused_at_once(
    name: str, content: bytes | None, words: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match=words) as caught:
        resolve_weights(NETWORK, str(tmp_path / name))
    assert caught.value.where.startswith(name), "without its folder"
    assert caught.value.fix


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.h5").write_bytes(b"123456")
    monkeypatch.setattr("xray_core.networks.weights.MAX_BYTES", 5)
    with pytest.raises(WeightsError, match="between 1 byte and 2 GB"):
        resolve_weights(NETWORK, str(tmp_path / "large.h5"))
