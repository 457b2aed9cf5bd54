"""A network worked out by hand, and films with a planted square whose place is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from xray_core.classifier import Classifier
from xray_core.data.records import Manifest, anonymise
from xray_core.data.scan import scan
from xray_core.runs.store import MANIFEST, Run

FILM_PX = 64
CLASSES = ("normal", "covid")
UP, LEFT = 3, 4
"""Cells of 8 px by which the last layer has squares higher, and further left."""


def mover() -> Classifier:
    """Its layer `look` finds bright squares where they are, its last layer `moved` elsewhere."""
    import keras

    film = keras.Input((FILM_PX, FILM_PX, 1))
    seen = keras.layers.Conv2D(1, 4, strides=4, name="sum")(film)
    seen = keras.layers.ReLU(name="look")(seen)
    seen = keras.layers.AveragePooling2D(2, name="halved")(seen)
    seen = keras.layers.Conv2D(1, 9, padding="same", use_bias=False, name="moved")(seen)
    pooled = keras.layers.GlobalAveragePooling2D(name="average")(seen)
    network = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="mover")
    network.get_layer("sum").set_weights([np.ones((4, 4, 1, 1)), np.full(1, -8)])
    moves = np.zeros((9, 9, 1, 1))
    moves[4 + UP, 4 + LEFT] = 1
    network.get_layer("moved").set_weights([moves])
    network.get_layer("logits").set_weights([np.array([[-9, 9]]), np.zeros(2)])
    network.target_layer = "moved"
    return Classifier(network, CLASSES, FILM_PX, "moved", "Mover", "a test")


def planted(folder: Path, *, train: int, val: int, test: int, normal: int) -> Manifest:
    """Scanned films of that many patients; those of `covid` have a square in a box.

    Args:
        folder: to write.
        train, val, test: films of covid of each split.
        normal: test films without a square.
    """
    random = np.random.default_rng(0)
    (folder / "films").mkdir(parents=True)
    lines = ["path,label,patient,source,split,boxes"]
    splits = ["train"] * train + ["val"] * val + ["test"] * (test + normal)
    for number, split in enumerate(splits):
        cells = random.random((8, 8)) * 0.4
        boxes, label = "", "normal"
        if number < train + val + test:
            row, column = random.integers(UP, 8), random.integers(LEFT, 8)
            cells[row, column] = 1
            boxes, label = f'"[[{column / 8}, {row / 8}, 0.125, 0.125]]"', "covid"
        grey = np.kron((cells * 255).astype(np.uint8), np.ones((8, 8), np.uint8))
        Image.fromarray(grey).save(folder / "films" / f"{number}.png")
        lines.append(f"films/{number}.png,{label},p{number},ward,{split},{boxes}")
    (folder / "index.csv").write_text("\n".join(lines) + "\n")
    return scan(folder / "index.csv")


def knowing(run: Run, films: Manifest, split: str = "train") -> Run:
    """A run whose manifest holds these films, all in one split."""
    records = tuple(anonymise(replace(record, split=split)) for record in films.records)
    Manifest(records, {}).to_csv(run.path / MANIFEST)
    return run
