"""The object in the middle: a network with its classes and film size, and how one is opened."""

from xray_core.classifier.films import AnyFilm
from xray_core.classifier.model import Classifier
from xray_core.classifier.opening import open_model

__all__ = ["AnyFilm", "Classifier", "open_model"]
