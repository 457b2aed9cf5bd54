"""What the JSON files of a run folder hold, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 10**12}
_NUMBER: Schema = {"type": "number", "minimum": -1e12, "maximum": 1e12}
_NUMBER_OR_NULL: Schema = _NUMBER | {"type": ["number", "null"]}
_SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_MEANS = ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro")
_OF_A_CLASS = ("sensitivity", "specificity", "precision", "f1", "auc")
_OF_A_PAIR = ("accuracy", "balanced_accuracy", "auc")


def _object(properties: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    both = {**properties, **optional}
    return {"type": "object", "properties": both, "required": list(properties)}


_SCORE = _object({"value": _SHARE, "low": _SHARE, "high": _SHARE, "n": _COUNT}, {})
_SCORES: Schema = {
    "n": _COUNT,
    "n_patients": _COUNT,
    **dict.fromkeys(_MEANS, _SCORE),
    "per_class": {
        "type": "object",
        "additionalProperties": _object(dict.fromkeys(_OF_A_CLASS, _SCORE), {}),
    },
    "confusion": {"type": "array", "items": {"type": "array", "items": _COUNT}},
}
_OF_A_SOURCE = _object({"n": _COUNT, "auc": _SCORE, "specificity_at_90": _SCORE}, {})
_PAIR = _object(
    {"classes": _TEXTS | {"minItems": 2, "maxItems": 2}} | dict.fromkeys(_OF_A_PAIR, _SCORE),
    {
        "specificity_at_90": _SCORE,
        "within_source": {"type": "object", "additionalProperties": _OF_A_SOURCE},
    },
)
_PAIRS: Schema = {"type": "array", "items": _PAIR}
SCORES = _object(
    _SCORES | {"per_source": {"type": "object", "additionalProperties": _object(_SCORES, {})}},
    {
        "minutes": _NUMBER,
        "best_epoch": _COUNT,
        "tested_on": _TEXTS,
        "pairs": _PAIRS,
        "without_denied": _object(_SCORES | {"n_denied": _COUNT, "pairs": _PAIRS}, {}),
        "n_other_labels": _COUNT,
    },
)
CONFIG = _object(
    {
        "network": _TEXT | {"minLength": 1},
        "classes": _TEXTS | {"uniqueItems": True},
        "image_size_px": _COUNT | {"minimum": 1, "maximum": 10_000},
    },
    dict.fromkeys(("created", "initialisation", "title", "weights", "target_layer"), _TEXT)
    | {"datasets": _TEXTS, "head_epochs": _COUNT, "epochs": _COUNT},
)
STATUS = _object(
    {"state": _TEXT},
    dict.fromkeys(("step", "steps", "epoch", "epochs"), _COUNT)
    | dict.fromkeys(("eta_seconds", "films_per_second"), _NUMBER_OR_NULL)
    | {
        "phase": _TEXT,
        "warnings": _TEXTS,
        "metrics": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        "error": {
            "anyOf": [{"type": "null"}, _object(dict.fromkeys(("what", "where", "fix"), _TEXT), {})]
        },
    },
)
ENVIRONMENT = _object({}, {"packages": {"type": "object"}, "gpus": _TEXTS})
CALIBRATION = _object({"factor": _NUMBER, "shifts": {"type": "array", "items": _NUMBER}}, {})
REPORT = _object(
    {
        "rows": {
            "type": "array",
            "items": _object(
                {
                    "method": _TEXT,
                    "data": _TEXT,
                    "films": _COUNT,
                    "measures": {
                        "type": "object",
                        "additionalProperties": _object(
                            {"value": _NUMBER}, {"word": _TEXT, "chance": _NUMBER, "n": _COUNT}
                        ),
                    },
                },
                {"flat": _COUNT, "seen": {**_COUNT, "type": ["integer", "null"]}},
            ),
        }
    },
    {},
)
