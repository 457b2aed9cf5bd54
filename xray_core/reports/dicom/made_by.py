"""Who makes the objects, and the new series that they lie in."""

import uuid
from typing import Any, NamedTuple

from xray_core import __version__
from xray_core.reports.dicom.source import CHARACTERS, new_uid

NAME = "ThoraxLens"
DEVICE_UID = f"2.25.{uuid.uuid5(uuid.NAMESPACE_DNS, 'thoraxlens').int}"
"""Of the software as an observer, the same on every machine."""


class Series(NamedTuple):
    """A kind of series: its number in the study, and its description."""

    number: int
    description: str


FILM = Series(9100, "ThoraxLens: film as it was given")
REPORT = Series(9101, "ThoraxLens: structured report, research only")
OVERLAY = Series(9102, "ThoraxLens: heatmaps, research only")
SEGMENTS = Series(9103, "ThoraxLens: evidence, research only")
DOCUMENT = Series(9104, "ThoraxLens: report, research only")


def equipment() -> dict[str, Any]:
    """What highdicom asks of the device, and what all objects say."""
    return {
        "manufacturer": NAME,
        "manufacturer_model_name": NAME,
        "software_versions": __version__,
        "device_serial_number": __version__,
        "content_qualification": "RESEARCH",
        "specific_character_set": CHARACTERS,
    }


def place_in(series: Series, series_uid: str = "", instance: int = 1) -> dict[str, Any]:
    """Series and instance of a new object.

    Args:
        series: its kind.
        series_uid: of the series; "" starts a new one.
        instance: its number there, from 1.
    """
    return {
        "series_instance_uid": series_uid or new_uid(),
        "series_number": series.number,
        "series_description": series.description,
        "sop_instance_uid": new_uid(),
        "instance_number": instance,
    }
