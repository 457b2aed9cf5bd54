"""The command that refits the gate: gate_fit."""

import argparse
from pathlib import Path
from typing import Any

from xray_core.arguments import data_option, json_option, positive_count, takes
from xray_core.console import Progress, load_tensorflow, print_json

Arguments = argparse.Namespace


def _gate_fit_options(sub: Any) -> None:
    data_option(sub, "frontal films")
    sub.add_argument(
        "--others",
        type=Path,
        action="append",
        required=True,
        metavar="INDEX",
        help="table of path,kind of pictures that are no frontal film (limb, ct_slice, lateral, "
        "picture), or its folder; may be repeated",
    )
    sub.add_argument("--steps", type=positive_count, default=2400, help="batches of 64 pictures")
    sub.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    json_option(sub)


@takes(_gate_fit_options)
def gate_fit(arguments: Arguments) -> None:
    """Refit the gate on frontal films and other pictures, and report its thresholds."""
    from xray_core.opinion.gate.material import frontal_films, read_others, sample_pictures

    others = [picture for index in arguments.others for picture in read_others(index)]
    with Progress("scan") as progress:
        films = frontal_films(arguments.data, progress)
    load_tensorflow()
    from xray_core.opinion.gate.fitting import fit_gate

    with Progress("fit") as progress:
        scores = fit_gate(
            films,
            [*others, *sample_pictures()],
            arguments.out,
            steps=arguments.steps,
            seed=arguments.seed,
            progress=progress,
        )
    if arguments.json:
        print_json(scores)
        return
    kinds = ", ".join(f"{n} {kind}" for kind, n in scores["n_others"].items())
    print(f"{arguments.out}: fitted on {scores['n_train']} films and {kinds}")
    for row in scores["thresholds"]:
        planted = "" if row["of_planted"] is None else f", {row['of_planted']:.3f} of planted ones"
        print(
            f"{row['of_films']:8.3f} {row['rule']} at {row['threshold']:g} "
            f"({row['n']} validation films){planted}"
        )
