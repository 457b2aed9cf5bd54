"""The Structured Report, read back by highdicom: numbers, codes, references, words."""

from io import BytesIO
from typing import Any

import pydicom
import pytest
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.reports.dicom.conftest import WORD
from tests.reports.dicom.films import MET, RAW, SCOPE, TURNED, stopped, unsure
from xray_core.data.decoding.images import read_film
from xray_core.opinion.gate.result import KINDS
from xray_core.opinion.opinion import Opinion
from xray_core.reports.dicom.codes import (
    ANSWER,
    COMMENT,
    GATE,
    GATE_FINDING,
    IN_SET,
    INDETERMINATE,
    NO,
    NOTE,
    PROBABILITY,
    PROBABILITY_OF_ALL,
    READER,
    READER_SENTENCE,
    READER_TIME,
    REASON,
    SPREAD,
    USE,
    YES,
    class_code,
    word_code,
)
from xray_core.reports.dicom.codes import (
    MET as WAS_MET,
)
from xray_core.reports.dicom.objects import dicom_study
from xray_core.reports.dicom.source import Source, tags_of
from xray_core.reports.dicom.statements import statements
from xray_core.reports.dicom.structured_report import structured_report


def read(dataset: Dataset) -> Any:
    return sr.Comprehensive3DSR.from_dataset(dataset)


def texts(dataset: Dataset, name: Code) -> list[str]:
    """What the container of qualitative evaluations says under a name."""
    return [
        item.get("TextValue") or item.ConceptCodeSequence[0].CodeMeaning
        for item in dataset.ContentSequence[-1].ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == name.value
    ]


def groups(report: Any) -> dict[str, Any]:
    return {
        group.tracking_identifier: group
        for group in (
            *report.content.get_image_measurement_groups(),
            *report.content.get_planar_roi_measurement_groups(),
        )
    }


@pytest.fixture(scope="module")
def report(written: dict[str, Dataset]) -> Any:
    """The report of a sure answer as highdicom reads it."""
    return read(written["report"])


def numbers(group: Any) -> dict[str, float]:
    return {item.name.value: item.value for item in group.get_measurements()}


def said(group: Any) -> dict[str, str]:
    return {item.name.value: item.value.value for item in group.get_qualitative_evaluations()}


def test_each_class_of_each_model_and_of_the_mean_has_its_numbers(
    report: Any,
) -> None:
    found = groups(report)
    assert len(found) == 2 + len(MET) + 3 * len(RAW)
    assert numbers(found["Answer"]) == {SPREAD.value: 0.1234}
    covid, viral = found["Second: COVID-19"], found["Second: Viral pneumonia"]
    assert numbers(covid) == {PROBABILITY.value: 0.9184, PROBABILITY_OF_ALL.value: 0.8229}
    assert numbers(viral) == {PROBABILITY_OF_ALL.value: 0.104}
    assert numbers(found["Mean of 3 models: Normal"]) == {PROBABILITY.value: 0.0816}
    assert (covid.finding_type.value, covid.finding_type.scheme_designator) == ("840539006", "SCT")
    assert said(covid) | {IN_SET.value: YES.value, WAS_MET.value: YES.value} == said(covid)
    assert said(viral) | {IN_SET.value: NO.value, WAS_MET.value: NO.value} == said(viral)
    assert covid.finding_sites[0].topographical_modifier is None
    assert covid.finding_sites[0].value.meaning == "Lung"


def test_tracking_identifiers_are_unique_and_the_segment_shares_its_own(
    report: Any, written: dict[str, Dataset]
) -> None:
    found = groups(report)
    assert len({group.tracking_uid for group in found.values()}) == len(found)
    for number, name in enumerate(("First", "Second")):
        segment = written["evidence"].SegmentSequence[number]
        group = found[f"{name}: COVID-19"]
        assert group.tracking_uid == segment.TrackingUID
        (reference,) = group.referenced_segmentation_frame[0].ReferencedSOPSequence
        assert reference.ReferencedSOPInstanceUID == written["evidence"].SOPInstanceUID
        assert reference.ReferencedSegmentNumber == number + 1


def test_every_group_names_its_algorithm_and_the_film(
    report: Any, written: dict[str, Dataset], source_data: bytes
) -> None:
    film = pydicom.dcmread(BytesIO(source_data))
    for group in report.content.get_image_measurement_groups():
        (image,) = group.source_images
        assert image.referenced_sop_instance_uid == film.SOPInstanceUID
    model = groups(report)["Third: Viral pneumonia"][0].ContentSequence
    words = [item.TextValue for item in model if "TextValue" in item]
    assert "Third" in words
    assert "weights sha256 0123456789ab" in words
    assert "map grad_cam, layer last" in words
    uids = [instance for _, _, instance, _ in report.get_evidence()]
    assert uids == [film.SOPInstanceUID, written["evidence"].SOPInstanceUID]


def test_the_words_of_answer_scope_and_reader_are_in_it(written: dict[str, Dataset]) -> None:
    report = written["report"]
    assert texts(report, ANSWER) == ["COVID-19"]
    assert texts(report, NOTE) == [SCOPE]
    assert texts(report, USE) == ["Research only, not a diagnosis."]
    assert texts(report, READER) == ["Amended"]
    assert texts(report, READER_SENTENCE) == [WORD.sentence]
    assert texts(report, READER_TIME) == ["2026-05-06T07:08:00+00:00"]
    assert texts(report, COMMENT) == [WORD.comment, "Ward round."]
    assert (report.CompletionFlag, report.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
    assert report.PreliminaryFlag == "PRELIMINARY"


def reported(opinion: Opinion, source: Source) -> Dataset:
    return structured_report(opinion, source, statements(opinion, source))


@pytest.fixture(scope="module")
def source(source_data: bytes) -> Source:
    tags = tags_of(source_data)
    assert tags is not None
    return Source(tags)


@pytest.mark.long
def test_an_answer_that_is_not_sure_is_indeterminate_with_its_reasons(
    source_data: bytes,
) -> None:
    film = read_film(source_data)
    study = dicom_study(unsure(film), film, source_data)
    assert study.notes == ("No heatmap and no segmentation: the answer is not sure.",)
    (report,) = (item.dataset for item in study.objects)
    assert texts(report, ANSWER) == [INDETERMINATE.meaning]
    assert texts(report, REASON) == ["Two classes cannot be ruled out."]
    found = groups(read(report))
    assert "First: Normal" in found  # of one model alone there is no mean
    answer = found["Answer"]
    assert answer.finding_type is None
    assert said(answer)[ANSWER.value] == INDETERMINATE.value
    assert not read(report).content.get_planar_roi_measurement_groups()


def test_a_stopped_film_has_the_group_of_the_gate_alone(source: Source, source_data: bytes) -> None:
    report = reported(stopped(read_film(source_data)), source)
    (gate,) = read(report).content.get_image_measurement_groups()
    assert said(gate) | {GATE.value: "STOPPED", GATE_FINDING.value: "TURNED"} == said(gate)
    assert texts(report, GATE_FINDING) == [f"{TURNED.words} {TURNED.advice}"]
    assert texts(report, ANSWER) == []


def test_a_source_that_says_little_is_listed_all_the_same(source_data: bytes) -> None:
    bare = tags_of(source_data)
    assert bare is not None
    del bare.PatientOrientation, bare.ImagerPixelSpacing
    report = reported(stopped(read_film(source_data)), Source(bare))
    assert "Image Library" in str(report)


def test_the_first_frame_of_several_is_named(source_data: bytes) -> None:
    tags = tags_of(source_data)
    assert tags is not None
    tags.NumberOfFrames = 3
    report = reported(stopped(read_film(source_data)), Source(tags))
    (gate,) = read(report).content.get_image_measurement_groups()
    assert gate.source_images[0].referenced_frame_numbers == [1]


def test_no_two_words_of_the_gate_share_a_code() -> None:
    assert len({word_code(kind).value for kind in KINDS}) == len(KINDS)


def test_a_class_without_a_public_code_gets_a_private_one() -> None:
    found = class_code("left_sided_pleural_thickening")
    assert (found.scheme_designator, found.meaning) == (
        "99THORAXLENS",
        "Left sided pleural thickening",
    )
    assert len(class_code("x" * 90).meaning) == 64
