"""`explanations/layers.json`: what was found out about every method at every layer of a run."""

from typing import Any

from xray_core.files import write_json
from xray_core.runs.side_files import read_object
from xray_core.runs.store import LAYERS, Run

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
    write_json(path, content)


def read_layers(run: Run) -> Row | None:
    """What `store_layers` wrote; None where there is nothing.

    Raises:
        RunError: the file is damaged.
    """
    path = run.path / LAYERS
    return read_object(path, SCHEMA, MEASURE_ANEW) if path.exists() else None
