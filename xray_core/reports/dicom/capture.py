"""Secondary Captures: the film of a new study, and heatmaps as everybody can see them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from highdicom.sc import SCImage
from PIL import Image
from pydicom.dataset import Dataset

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import Film, to_uint8
from xray_core.explain.attribution import Attribution
from xray_core.opinion.opinion import ModelAnswer, Opinion
from xray_core.reports.dicom.made_by import (
    FILM,
    OVERLAY,
    equipment,
    place_in,
)
from xray_core.reports.dicom.source import NEW_STUDY, Source, new_uid
from xray_core.reports.map_picture import MapPane, caption_of, map_picture
from xray_core.reports.research import RESEARCH_ONLY

SHOWN_PX = 1024
"""Longest side of the film under a heatmap."""

_ANONYMOUS = "Anonymous^"


def new_study(film: Film) -> Source:
    """A new study of an anonymous patient, which holds a film that came without one.

    Its patient is another one for each film, so that no archive takes two for the same person.
    """
    now = datetime.now()
    tags = Dataset()
    tags.PatientName, tags.PatientID = _ANONYMOUS, f"THORAXLENS-{film.id}"
    tags.StudyInstanceUID = new_uid()
    tags.StudyDate, tags.StudyTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    tags.StudyID = "1"
    tags.StudyDescription = "Film without a DICOM study, research only"
    source = Source(tags, new_study=True)
    captured = _capture(to_uint8(film.pixels), source, place_in(FILM))
    captured.ImageComments = NEW_STUDY
    return Source(captured, new_study=True)


def heatmaps(
    opinion: Opinion,
    answers: Sequence[tuple[ModelAnswer, Attribution]],
    film: Film,
    source: Source,
) -> list[Dataset]:
    """A Secondary Capture per model: its map over the film, with a legend.

    "Research only", the model, the class and its probability are burned in.

    Args:
        opinion: that they illustrate.
        answers: models with the map that is shown.
        film: as the models saw it.
        source: whose study they join.
    """
    series_uid = new_uid()
    small = _reduced(film)
    found = []
    for number, (answer, attribution) in enumerate(answers, 1):
        sheet = map_picture(
            small.pixels,
            [MapPane(attribution, answer.title)],
            caption_of(),
            warning=" ".join(filter(None, (RESEARCH_ONLY, opinion.gate.overridden_words))),
        )
        pixels = np.asarray(sheet, np.uint8)
        captured = _capture(pixels, source, place_in(OVERLAY, series_uid, number))
        captured.ImageComments = f"{RESEARCH_ONLY} {opinion.sentence}"
        found.append(captured)
    return found


def _capture(pixels: UInt8Array, source: Source, place: dict[str, object]) -> Dataset:
    grey = pixels.ndim == 2
    captured = SCImage(
        pixels,
        "MONOCHROME2" if grey else "RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        study_instance_uid=source.tags.StudyInstanceUID,
        patient_orientation=("L", "F"),
        **place,
        **equipment(),
    )
    captured.PatientOrientation = source.shown_orientation
    if "BodyPartExamined" not in source.tags:  # of the chest, which is no pair, none may be given
        captured.Laterality = source.tags.get("Laterality") or ""
    for keyword in ("BodyPartExamined", "BurnedInAnnotation"):
        if keyword in source.tags:
            setattr(captured, keyword, source.tags.get(keyword))
    return source.join(captured)


def _reduced(film: Film) -> Film:
    height, width = film.pixels.shape
    share = SHOWN_PX / max(height, width)
    if share >= 1:
        return film
    size = max(1, round(width * share)), max(1, round(height * share))
    small = Image.fromarray(film.pixels).resize(size, Image.Resampling.BOX)
    return Film(np.asarray(small, np.float32), film.notes, film.warnings)
