"""The map that a run shows where no other is asked for: method and layer, chosen by measurement.

`explain.json` in the run folder says which, on which films they were chosen, and how they did on
films that took no part in the choice:

    {"method": "layer_cam", "layer": "block8_sepconv3_bn",
     "chosen_on": {"films": 90, "source": "siim", "by": "peak_in_box", "peak_in_box": 0.7,
                   "chance": 0.2},
     "reported_on": the same of other films, or null,
     "words": "LayerCAM at block 8: peak in a radiologist's box in 0.70 of 82 test films, chance
               0.16"}

Whether the method and the layer exist is checked where the network is at hand.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.runs.schemas import Schema
from xray_core.runs.side_files import Content, damaged, read_object

NO_DEFAULT = "Copy the file again, or delete it: then maps are those of Grad-CAM at the last layer."
BY_BOXES = "peak_in_box"
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 400}
_SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_MEASURED: Schema = {
    "type": "object",
    "properties": {
        "films": {"type": "integer", "minimum": 0, "maximum": 10**9},
        "source": {"type": "string", "maxLength": 400},
        "by": _TEXT,
        "peak_in_box": _SHARE,
        "chance": _SHARE,
    },
    "required": ["films", "source"],
}
SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "method": _TEXT,
        "layer": _TEXT | {"minLength": 0},
        "chosen_on": _MEASURED,
        "reported_on": {"anyOf": [{"type": "null"}, _MEASURED]},
        "words": _TEXT,
    },
    "required": ["method", "layer", "chosen_on", "reported_on", "words"],
}


@dataclass(frozen=True)
class MeasuredOn:
    """How a map did on some films.

    Attributes:
        films: how many.
        source: names of their data sets.
        by: the measure; `peak_in_box`, or what a run without boxes was measured by.
        peak_in_box: share of the films whose strongest place lies in a box that a radiologist drew;
            None where there are no boxes.
        chance: that of a place taken at random.
    """

    films: int
    source: str
    by: str = BY_BOXES
    peak_in_box: float | None = None
    chance: float | None = None

    @classmethod
    def read(cls, content: Content) -> "MeasuredOn":
        """From a JSON object that has been checked."""
        known = ("by", "peak_in_box", "chance")
        options = {name: content[name] for name in known if name in content}
        return cls(content["films"], content["source"], **options)


@dataclass(frozen=True)
class MapDefault:
    """Method and layer of the map that a run shows by default.

    Attributes:
        method: key in `METHODS`.
        layer: spelling of a layer, or of several joined by plus; empty for a method of the film.
        chosen_on: the validation films by which the two were chosen.
        reported_on: the test films on which they were measured then; None where there are none.
        words: all of it as one sentence.
    """

    method: str
    layer: str
    chosen_on: MeasuredOn
    reported_on: MeasuredOn | None
    words: str


def read_map_default(path: Path) -> MapDefault | None:
    """Content of `explain.json`; None where there is no file.

    Raises:
        RunError: it is damaged, or lacks a part.
    """
    if not path.exists():
        return None
    content = read_object(path, SCHEMA, NO_DEFAULT)
    reported = content["reported_on"]
    return MapDefault(
        content["method"],
        content["layer"],
        MeasuredOn.read(content["chosen_on"]),
        MeasuredOn.read(reported) if reported else None,
        content["words"],
    )


def write_map_default(path: Path, default: MapDefault) -> None:
    """Write `explain.json`, in one step.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """
    write_json(path, asdict(default))


def does_not_fit(path: Path, why: str) -> RunError:
    """The error of a file that names a method or a layer that is not there."""
    return damaged(path, why, NO_DEFAULT)
