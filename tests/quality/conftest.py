"""The networks that explanations are tested with."""

from tests.explain.conftest import model, random_network, square_film, square_finder

__all__ = ["model", "random_network", "square_film", "square_finder"]
