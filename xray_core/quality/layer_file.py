"""`explanations/layers.json`: what was found out about every method at every layer of a run."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.quality.pairs import Pair
from xray_core.runs.map_default import BY_BOXES, MapDefault, MeasuredOn, write_map_default
from xray_core.runs.side_files import read_object
from xray_core.runs.store import EXPLAIN, LAYERS, Run

Row = dict[str, Any]
Schema = dict[str, Any]

MEASURE_ANEW = "Delete the file, and run explain-report --layers to measure again."


def _object(properties: dict[str, Schema], **optional: Schema) -> Schema:
    both = {**properties, **optional}
    return {"type": "object", "properties": both, "required": list(properties)}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 10**12}
_NUMBER: Schema = {"type": "number", "minimum": -1e12, "maximum": 1e12}
_OR_NULL: Schema = {**_NUMBER, "type": ["number", "null"]}
_SCORE = _object(
    {"value": _NUMBER, "low": _OR_NULL, "high": _OR_NULL, "n": _COUNT}, chance=_NUMBER, word=_TEXT
)
_MEASURES: Schema = {"type": "object", "additionalProperties": _SCORE}
_MEASURED = {"films": _COUNT, "flat": _COUNT, "measures": _MEASURES}
_PAIR = {"method": _TEXT, "layer": _TEXT}
SCHEMA = _object(
    {
        "data": _TEXT,
        "val_data": _TEXT,
        "test_data": _TEXT,
        "films": {"type": "object", "additionalProperties": _COUNT},
        "chosen_by": _TEXT,
        "chosen": {"anyOf": [{"type": "null"}, _object(_PAIR)]},
        "before": _object(_PAIR),
        "best": _list_of(_object(_PAIR)),
        "words": _TEXT,
        "rows": _list_of(
            _object(
                {**_PAIR, "threshold": _OR_NULL}, val=_object(_MEASURED), test=_object(_MEASURED)
            )
        ),
        "groups": _list_of(
            _object({**_PAIR, "source": _TEXT, "labelled_only": {"type": "boolean"}, **_MEASURED})
        ),
        "normal": _list_of(
            _object({"class": _TEXT, "source": _TEXT, "shown": _SCORE, "likeliest": _SCORE})
        ),
        "gains": _list_of(_object({**_PAIR, "deletion_gain_centre": _SCORE})),
    }
)


def store_layers(run: Run, content: Row) -> None:
    """Write what `measure_layers` found into the run folder, in one step.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """
    path = run.path / LAYERS
    path.parent.mkdir(exist_ok=True)
    write_json(path, content, compact=True)


def store_default(run: Run, content: Row) -> MapDefault | None:
    """Make the pair that was chosen the one that the run is explained by, in one step.

    Args:
        run: whose folder is written to.
        content: as `measure_layers` returns.

    Returns:
        What was written; None where nothing was chosen: what was there stays.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """
    if content["chosen"] is None:
        return None
    row = next(row for row in content["rows"] if content["chosen"].items() <= row.items())
    by_boxes = content["chosen_by"] == "boxes"
    n_tried = content["films"]["faithfulness"]
    default = MapDefault(
        **content["chosen"],
        chosen_on=_measured_on(row["val"], content["val_data"])
        if by_boxes
        else MeasuredOn(n_tried, content["val_data"], content["chosen_by"]),
        reported_on=_measured_on(row["test"], content["test_data"]) if "test" in row else None,
        words=content["words"],
    )
    write_map_default(run.path / EXPLAIN, default)
    return default


def _measured_on(entry: Row, data: str) -> MeasuredOn:
    hit = entry["measures"]["hit_rate"]
    return MeasuredOn(entry["films"], data, BY_BOXES, hit["value"], hit["chance"])


def read_layers(run: Run) -> Row | None:
    """What `store_layers` wrote; None where there is nothing. Read once; not to be changed.

    Raises:
        RunError: the file is damaged.
    """
    path = run.path / LAYERS
    return _content(path, path.stat().st_mtime_ns) if path.exists() else None


def require_layers(run: Run) -> Row:
    """What `store_layers` wrote.

    Raises:
        RunError: nothing was measured yet, or the file is damaged.
    """
    layers = read_layers(run)
    if layers is None:
        raise RunError(
            "No layers were measured for this run.",
            where=run.id,
            fix="Run explain-report --layers --data DATA first.",
        )
    return layers


@functools.lru_cache(maxsize=16)
def _content(path: Path, _changed: int) -> Row:
    return read_object(path, SCHEMA, MEASURE_ANEW)


def hits_of(run: Run) -> Mapping[Pair, tuple[float, float]]:
    """The pointing game of every pair on test films: (share of films, chance); none unmeasured.

    Raises:
        RunError: as for `read_layers`.
    """
    content = read_layers(run)
    return {
        Pair.of(row): (hit["value"], hit["chance"])
        for row in (content["rows"] if content else ())
        if (hit := row.get("test", {}).get("measures", {}).get("hit_rate"))
    }
