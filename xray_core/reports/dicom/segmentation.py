"""Where the models found their evidence, as a binary segmentation of the source image."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from highdicom.content import AlgorithmIdentificationSequence
from highdicom.seg import Segmentation, SegmentDescription
from highdicom.sr import CodedConcept
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from xray_core import __version__
from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.labels import label_title
from xray_core.explain.attribution import Attribution
from xray_core.opinion.opinion import ModelAnswer
from xray_core.reports.dicom.codes import EVIDENCE, LUNG, MOST_MEANING, class_code, scheme
from xray_core.reports.dicom.made_by import NAME, SEGMENTS, equipment, place_in
from xray_core.reports.dicom.source import Source, new_uid

INSIDE = 0.5
"""A pixel belongs to the segment from this share of the map's largest value on."""


class Segment(NamedTuple):
    """A segment of one model, and what the report refers to it by.

    Attributes:
        run_id: of the model.
        number: of the segment, and of its frame.
        tracking_uid: of the finding.
    """

    run_id: str
    number: int
    tracking_uid: str


def evidence_segments(
    answers: Sequence[tuple[ModelAnswer, Attribution]], source: Source
) -> tuple[Dataset, list[Segment]]:
    """A binary segmentation in the pixels of the source image: a segment per model.

    Args:
        answers: models with the map that is shown; none of them flat, at least one.
        source: the image that the segments lie on, a film (`Source.is_film`).
    """
    tags = source.nameless
    masks = [inside(attribution.positive, source) for _, attribution in answers]
    found = [
        Segment(answer.run_id, number, new_uid()) for number, (answer, _) in enumerate(answers, 1)
    ]
    dataset = Segmentation(
        source_images=[tags],
        pixel_array=np.stack(masks, axis=-1)[None].astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=[
            _describe(segment, answer, attribution)
            for segment, (answer, attribution) in zip(found, answers, strict=True)
        ],
        omit_empty_frames=False,
        content_label="EVIDENCE",
        content_description="Evidence of classifiers, no outline of a finding",
        coding_schemes=[scheme()],
        **place_in(SEGMENTS),
        **equipment(),
    )
    dataset.PatientOrientation = source.orientation
    return source.join(dataset), found


def inside(values: Float32Array, source: Source) -> BoolArray:
    """The thresholded map on the pixels of the source image.

    Args:
        values: map >= 0 of any size over the whole film as the models saw it, perhaps turned.
        source: gives rows, columns and the turn.

    Returns:
        bool (rows, columns) of the source image, true where the map reaches `INSIDE` of its
        largest value.
    """
    size = int(source.tags.Columns), int(source.tags.Rows)
    if source.turned in (90, 270):
        size = size[::-1]
    stretched = Image.fromarray(values.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    on_source = np.rot90(np.asarray(stretched), source.turned // 90)
    return np.ascontiguousarray(on_source >= INSIDE * on_source.max())


def _describe(
    segment: Segment, answer: ModelAnswer, attribution: Attribution
) -> SegmentDescription:
    title = f"Evidence for {label_title(attribution.label)}, {answer.title}"[:MOST_MEANING]
    described = SegmentDescription(
        segment_number=segment.number,
        segment_label=title,
        segmented_property_category=codes.SCT.SpatialAndRelationalConcept,
        segmented_property_type=EVIDENCE,
        algorithm_type="AUTOMATIC",
        algorithm_identification=AlgorithmIdentificationSequence(
            name=answer.title[:MOST_MEANING],
            family=codes.DCM.ArtificialIntelligence,
            version=f"{NAME} {__version__}",
            source=NAME,
            parameters={
                "weights_sha256": answer.weights or "unknown",
                "method": attribution.method,
                "layer": attribution.layer or "none",
                "inside_from_share_of_maximum": str(INSIDE),
            },
        ),
        tracking_uid=segment.tracking_uid,
        tracking_id=title,
        anatomic_regions=[LUNG],
    )
    modifier = CodedConcept.from_code(class_code(attribution.label))
    kind = described.SegmentedPropertyTypeCodeSequence[0]
    kind.SegmentedPropertyTypeModifierCodeSequence = [modifier]
    return described
