"""Films that a model sees as most of their class, and films that it sees like no other."""

import numpy as np
import pandas as pd

from xray_core.arrays import IndexArray
from xray_core.explain.explained import ExplainedFilms
from xray_core.patterns.frame import to_frames
from xray_core.patterns.means import boxes_of, correlations, mean_map


def rank_films(
    stored: ExplainedFilms, rows: IndexArray, label: str, *, aligned: bool = True
) -> pd.DataFrame:
    """Films by how much their map is that of their class, the most typical first.

    Args:
        stored: maps of one model.
        rows: of the films.
        label: class whose evidence is compared.
        aligned: in the common frame of the lungs, where they are known.

    Returns:
        Columns `row`, `id`, `typical` (correlation of the film's map with the mean of all, in the
        common frame; NaN for a flat map) and `energy` (the map's sum, in logit units for
        Grad-CAM). Films without evidence stand last.
    """
    table = pd.DataFrame(
        {
            "row": rows,
            "id": [stored.film_ids[row] for row in rows],
            "typical": np.nan,
            "energy": 0.0,
        }
    )
    maps = stored.positive(rows, label)
    table["energy"] = maps.sum(axis=(1, 2))
    mean = mean_map(stored, rows, label, aligned=aligned)
    if mean is None:
        return table
    boxes = boxes_of(stored, rows, aligned=aligned)
    table["typical"] = correlations(to_frames(maps, boxes), mean.values[None])
    return table.sort_values("typical", ascending=False, kind="stable", ignore_index=True)
