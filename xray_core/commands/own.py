"""Commands on a custom model."""

import argparse
from pathlib import Path
from typing import Any

from xray_core.arguments import json_option, takes
from xray_core.console import load_tensorflow, print_json
from xray_core.data.labels import unify_label

Arguments = argparse.Namespace


def _register_options(sub: Any) -> None:
    sub.add_argument("file", type=Path, metavar="FILE", help="a .keras file")
    sub.add_argument("--name", required=True, help="display name")
    sub.add_argument("--classes", required=True, help="in output order, as normal,covid")
    sub.add_argument("--layer", help="4-D layer to explain; by default the last before pooling")
    sub.add_argument("--image-size", type=int, help="side of the square film, px")
    sub.add_argument("--scale", type=int, choices=(1, 255), help="value of white in its input")
    sub.add_argument("--models-dir", type=Path, help="folder to create the run in")
    json_option(sub)


@takes(_register_options)
def register(arguments: Arguments) -> None:
    """Register your own Keras model; the run id is printed last."""
    from xray_core.explain.methods import NEED_NO_LAYER
    from xray_core.runs.register import register_model

    load_tensorflow()
    run, adapted = register_model(
        arguments.file,
        arguments.name,
        [unify_label(name) for name in arguments.classes.split(",")],
        arguments.models_dir,
        layer=arguments.layer,
        image_size_px=arguments.image_size,
        scale=arguments.scale,
    )
    if arguments.json:
        print_json(
            {
                "run": run.id,
                "image_size_px": adapted.image_size_px,
                "scale": adapted.scale,
                "scale_known": adapted.scale_known,
                "ending": adapted.ending,
                "target_layer": adapted.target_layer,
                "layers": list(adapted.layers),
                "map_notes": list(adapted.notes),
                "doubt": adapted.doubt,
            }
        )
        return
    assumed = "" if adapted.scale_known else " (assumed: the model does not declare it)"
    print(f"films of {adapted.image_size_px} px, white is {adapted.scale}{assumed}")
    print(f"explained at layer {adapted.target_layer}; the model ends in {adapted.ending}")
    if adapted.doubt:
        print(f"note: {adapted.doubt}")
    for note in (*adapted.notes, *([NEED_NO_LAYER] if adapted.notes else ())):
        print(f"note: {note}")
    print(run.id)
