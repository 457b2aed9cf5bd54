"""What `explain` writes: a picture in the style of all maps, or the raw map."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xray_core.data.decoding.images import Film
    from xray_core.explain.attribution import Attribution
    from xray_core.runs.store import Run


def write_map(
    arguments: argparse.Namespace, run: "Run", film: "Film", shown: "Attribution", warning: str
) -> None:
    """Write a film and its map as a picture, or the raw map, by the ending of `--out`.

    The raw map goes to `--raw`, too, where that is named.

    Args:
        arguments: of `explain`.
        run: that explains.
        film: as it was read.
        shown: the map.
        warning: why the film would not have been explained; "" where it would.

    Raises:
        ExplainError: nothing is written with that ending.
    """
    import numpy as np

    from xray_core.reports.deck.names import short_hash
    from xray_core.reports.map_picture import (
        RAW,
        MapPane,
        caption_of,
        map_kind,
        map_picture,
        picture_bytes,
    )

    if arguments.raw:
        np.save(arguments.raw, shown.values)
    kind = map_kind(arguments.out)
    if kind == RAW:
        np.save(arguments.out, shown.values)
        return
    picture = map_picture(
        film.pixels,
        [MapPane(shown, run.title)],
        caption_of(arguments.file.name, f"{run.id} {short_hash(run)}"),
        theme=arguments.theme,
        opacity=arguments.opacity,
        warning=warning,
    )
    arguments.out.write_bytes(picture_bytes(picture, kind))
