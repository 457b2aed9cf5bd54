"""Commands on lungs: train_lungs, lungs."""

import argparse
from pathlib import Path
from typing import Any

from xray_core.arguments import data_option, file_to_write, json_option, takes
from xray_core.console import Progress, load_tensorflow, print_json
from xray_core.errors import ExplainError
from xray_core.evaluation.intervals import words_for

Arguments = argparse.Namespace


def _train_lungs_options(sub: Any) -> None:
    data_option(sub)
    sub.add_argument("--epochs", type=int, default=24, help="passes over the films")
    sub.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    json_option(sub)


@takes(_train_lungs_options)
def train_lungs(arguments: Arguments) -> None:
    """Train the U-Net that finds lungs, on films that come with lung masks."""
    from xray_core.data.records import combine_manifests
    from xray_core.lungs.pairs import scan_masked
    from xray_core.lungs.training import train_lungs as train

    with Progress("scan") as progress:
        manifest = combine_manifests(scan_masked(path, progress) for path in arguments.data)
    load_tensorflow()
    with Progress("train") as progress:
        scores = train(
            manifest,
            arguments.out,
            epochs=arguments.epochs,
            seed=arguments.seed,
            progress=progress,
        )
    if arguments.json:
        print_json(scores)
        return
    print(
        f"{arguments.out}: Dice {words_for(scores['dice'])} "
        f"on {scores['n_test']} films, the lowest {scores['dice_least']:.3f}"
    )
    for name, found in scores["dice_by_dataset"].items():
        print(f"{found['value']:8.3f} {name} ({found['n']} films)")


def _lungs_options(sub: Any) -> None:
    sub.add_argument("--network", type=Path, help="folder that train-lungs wrote")
    sub.add_argument("--out", type=file_to_write, required=True, help="PNG file to write")
    sub.add_argument("file", type=Path, metavar="FILE")


@takes(_lungs_options)
def lungs(arguments: Arguments) -> None:
    """Write a mask of the lungs on a film, as the lung network finds them."""
    import numpy as np
    from PIL import Image

    from xray_core.data.decoding.images import load_image
    from xray_core.lungs.finder import find_lungs

    film = load_image(arguments.file)
    load_tensorflow()
    mask = find_lungs(film.pixels, arguments.network)
    if mask is None:
        raise ExplainError(
            "The lungs were not found on this film, or not clearly enough.",
            where=arguments.file.name,
            fix="Draw a mask by hand: white on black, any size.",
        )
    height, width = film.pixels.shape
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    picture.resize((width, height), Image.Resampling.NEAREST).save(arguments.out)
    print(f"{arguments.out}: lungs cover {mask.mean():.0%} of the film")
