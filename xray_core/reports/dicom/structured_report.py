"""The answer as a Structured Report: TID 1500, with a measurement group per model and class.

    gate -> the models together -> each class of their mean -> each class of each model -> in words

The shape is that of IHE's AI Results: one `Comprehensive 3D SR`, each result in a group of its own
(TID 1501, or TID 1410 where a segment shows its place) with tracking identifiers, a coded finding,
the algorithm (TID 4019) and the image that it is about. A film that the gate stopped has the group
of the gate alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from xray_core import __version__
from xray_core.data.labels import label_title
from xray_core.opinion.opinion import ModelAnswer, Opinion
from xray_core.reports.dicom.codes import (
    ANSWER,
    CHEST_FILM,
    GATE,
    GATE_FINDING,
    IN_SET,
    LUNG,
    MET,
    NO,
    PROBABILITY,
    PROBABILITY_OF_ALL,
    SPREAD,
    YES,
    class_code,
    scheme,
    word_code,
)
from xray_core.reports.dicom.made_by import DEVICE_UID, NAME, REPORT, equipment, place_in
from xray_core.reports.dicom.segmentation import Segment
from xray_core.reports.dicom.source import Source, new_uid
from xray_core.reports.dicom.statements import answer_code, gate_code


def structured_report(
    opinion: Opinion,
    source: Source,
    said: sr.ContentItem,
    evidence: tuple[Dataset, Sequence[Segment]] | None = None,
) -> Dataset:
    """The opinion as a Structured Report.

    Args:
        opinion: on one film.
        source: the image that it is about.
        said: what it says in words, as `statements` puts it.
        evidence: the segmentation and its segments, where there is one.
    """
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(
            observer_device_context=sr.ObserverContext(
                observer_type=codes.DCM.Device,
                observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
                    uid=DEVICE_UID,
                    name=NAME,
                    manufacturer_name=NAME,
                    model_name=NAME,
                    serial_number=__version__,
                ),
            )
        ),
        procedure_reported=CHEST_FILM,
        imaging_measurements=_groups(opinion, source, evidence),
        referenced_images=[_listed(source)] if source.is_film else None,
    )
    report[0].ContentSequence.append(said)
    dataset = sr.Comprehensive3DSR(
        evidence=[source.nameless, *([evidence[0]] if evidence else [])],
        content=report,
        is_complete=True,
        coding_schemes=[scheme()],
        **place_in(REPORT),
        **equipment(),
    )
    return source.join(dataset)


def _listed(source: Source) -> Dataset:
    """The source as the image library describes it.

    highdicom describes directions and spacing of a projection, and asks for both. Of any other film
    it is given no modality, so that it leaves them out.
    """
    tags = source.nameless
    measured = len(source.orientation) == 2 and "ImagerPixelSpacing" in tags
    if not (measured and tags.Modality in ("CR", "DX")):
        tags.Modality = ""
    return tags


def _groups(
    opinion: Opinion, source: Source, evidence: tuple[Dataset, Sequence[Segment]] | None
) -> list[Any]:
    groups = [_gate_group(opinion, source)]
    if not opinion.models:
        return groups
    groups += [_answer_group(opinion, source), *_mean_groups(opinion, source)]
    for answer in opinion.models:
        segment = _segment_of(answer, evidence[1] if evidence else ())
        for label in answer.probabilities:
            shown = segment if segment and label == answer.label else None
            groups.append(_model_group(answer, label, source, evidence, shown))
    return groups


def _gate_group(opinion: Opinion, source: Source) -> Any:
    findings = [(GATE_FINDING, word_code(finding.kind)) for finding in opinion.gate.findings]
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(new_uid(), "Gate"),
        algorithm_id=_algorithm(f"{NAME} gate", ()),
        qualitative_evaluations=_evaluations([(GATE, gate_code(opinion)), *findings]),
        source_images=[_image(source)],
    )


def _answer_group(opinion: Opinion, source: Source) -> Any:
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(new_uid(), "Answer"),
        finding_type=class_code(opinion.label) if opinion.sure else None,
        finding_sites=[sr.FindingSite(LUNG)],
        algorithm_id=_algorithm(_together(opinion), [answer.title for answer in opinion.models]),
        measurements=_measurements({SPREAD: opinion.spread}),
        qualitative_evaluations=_evaluations([(ANSWER, answer_code(opinion))]),
        source_images=[_image(source)],
    )


def _mean_groups(opinion: Opinion, source: Source) -> list[Any]:
    name = _together(opinion)
    return [
        _class_group(
            (f"{name}: {label_title(label)}", new_uid()),
            label,
            {PROBABILITY: value},
            _asked(label, opinion.conformal_set),
            algorithm_id=_algorithm(name, [answer.title for answer in opinion.models]),
            source_images=[_image(source)],
        )
        for label, value in opinion.mean.items()
    ]


def _model_group(
    answer: ModelAnswer,
    label: str,
    source: Source,
    evidence: tuple[Dataset, Sequence[Segment]] | None,
    segment: Segment | None,
) -> Any:
    """What one model says of one class; with its place, where a segment shows it."""
    values = {PROBABILITY_OF_ALL: answer.probabilities[label]}
    if label in answer.restricted:
        values = {PROBABILITY: answer.restricted[label]} | values
    asked = _asked(label, answer.conformal_set)
    asked.append((MET, NO if label in answer.never_met else YES))
    about: dict[str, Any] = {"source_images": [_image(source)]}
    if segment and evidence:
        about = {"referenced_segment": _place(evidence[0], segment, source)}
    parameters = [f"weights sha256 {answer.weights or 'unknown'}", f"run {answer.run_id}"]
    if answer.method:
        parameters.append(f"map {answer.method}, layer {answer.layer or 'none'}")
    return _class_group(
        (
            f"{answer.title}: {label_title(label)}",
            segment.tracking_uid if segment else new_uid(),
        ),
        label,
        values,
        asked,
        algorithm_id=_algorithm(answer.title, parameters),
        **about,
    )


def _class_group(
    tracked: tuple[str, str],
    label: str,
    values: Mapping[Code, float],
    asked: Sequence[tuple[Code, Code]],
    **about: Any,
) -> Any:
    """A group of one class: TID 1410 where `about` names a segment, else TID 1501."""
    name, uid = tracked
    kind = (
        sr.PlanarROIMeasurementsAndQualitativeEvaluations
        if "referenced_segment" in about
        else sr.MeasurementsAndQualitativeEvaluations
    )
    return kind(
        tracking_identifier=sr.TrackingIdentifier(uid, name),
        finding_type=class_code(label),
        finding_sites=[sr.FindingSite(LUNG)],
        measurements=_measurements(values),
        qualitative_evaluations=_evaluations(asked),
        **about,
    )


def _asked(label: str, kept: Sequence[str] | None) -> list[tuple[Code, Code]]:
    """Whether a class is in the set, where there is one."""
    return [] if kept is None else [(IN_SET, YES if label in kept else NO)]


def _measurements(values: Mapping[Code, float]) -> list[Any]:
    """Numbers with as many digits as page, JSON and table give them."""
    return [
        sr.Measurement(name=name, value=round(float(value), 4), unit=codes.UCUM.NoUnits)
        for name, value in values.items()
    ]


def _evaluations(pairs: Sequence[tuple[Code, Code]]) -> list[Any]:
    return [sr.QualitativeEvaluation(name, value) for name, value in pairs]


def _algorithm(name: str, parameters: Sequence[str]) -> Any:
    return sr.AlgorithmIdentification(
        name,
        f"{NAME} {__version__}",
        parameters=list(parameters) or None,
        family=codes.DCM.ArtificialIntelligence,
        manufacturer=NAME,
    )


def _together(opinion: Opinion) -> str:
    number = len(opinion.models)
    return f"Mean of {number} models" if number > 1 else opinion.models[0].title


def _image(source: Source) -> Any:
    return sr.SourceImageForMeasurementGroup(
        source.tags.SOPClassUID,
        source.tags.SOPInstanceUID,
        [source.frame] if source.frame else None,
    )


def _place(dataset: Dataset, segment: Segment, source: Source) -> Any:
    """The segment and the image under it; a reference names a segment or a frame, never both."""
    found = sr.ReferencedSegmentationFrame(
        dataset.SOPClassUID,
        dataset.SOPInstanceUID,
        segment.number,
        segment.number,
        sr.SourceImageForSegmentation(
            source.tags.SOPClassUID,
            source.tags.SOPInstanceUID,
        ),
    )
    del found[0].ReferencedSOPSequence[0].ReferencedFrameNumber
    return found


def _segment_of(answer: ModelAnswer, segments: Sequence[Segment]) -> Segment | None:
    return next((item for item in segments if item.run_id == answer.run_id), None)
