"""The models that explanations are tested with."""

from typing import Any

import pytest

from tests.explain.conftest import random_network, square_film, square_finder
from tests.explained import classifier_of
from xray_core.classifier import Classifier

__all__ = ["random_network", "square_film", "square_finder"]


@pytest.fixture(scope="session")
def model(random_network: Any) -> Classifier:
    """The small CNN, shared: no test may change it."""
    return classifier_of(random_network(0))


@pytest.fixture(scope="session")
def finder(square_finder: Any) -> Classifier:
    """The network that looks for bright squares, explained where it finds them."""
    return classifier_of(square_finder, "look")
