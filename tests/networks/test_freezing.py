from typing import Any

import pytest

from xray_core.errors import LayerNotFoundError
from xray_core.networks.freezing import blocks, freeze_before
from xray_core.networks.registry import build_network


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("efficientnetv2b0", 2, 32)


def learning(model: Any) -> list[str]:
    return [layer.name for layer in model.layers if layer.trainable and layer.trainable_weights]


def test_layers_before_keep_their_weights(model: Any) -> None:
    freeze_before(model, "block5a")
    names = learning(model)
    assert names[-1] == "logits"
    assert names[0].startswith("block5a")
    assert not [name for name in names if name.startswith(("stem", "block1", "block4"))]


def test_every_normalisation_keeps_its_statistics(model: Any) -> None:
    freeze_before(model, "all")
    assert "stem_conv" in learning(model)
    assert not [name for name in learning(model) if name.endswith("bn")]
    assert not [weight for weight in model.trainable_weights if "gamma" in weight.path]


def test_an_unknown_layer_lists_the_blocks(model: Any) -> None:
    with pytest.raises(LayerNotFoundError, match="'nonsense'") as caught:
        freeze_before(model, "nonsense")
    assert "block1a, block2a" in caught.value.fix
    assert blocks(model)[-1] == "block6h"
