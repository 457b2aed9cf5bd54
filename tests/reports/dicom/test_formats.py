"""DICOM as one of the formats of a report."""

from pathlib import Path

import pytest

from tests.reports.dicom.films import dicom_film, stopped, unsure
from xray_core.data.decoding.images import encode_png, read_film
from xray_core.reports.dicom.source import NEW_STUDY
from xray_core.reports.opinion import pdf
from xray_core.reports.opinion.content import OpinionReport, opinion_report
from xray_core.reports.opinion.formats import FORMATS


@pytest.mark.long
def test_the_objects_are_written_as_files_of_one_stem_with_what_is_to_be_known(
    tmp_path: Path,
) -> None:
    film = read_film(dicom_film())
    data = encode_png(film.pixels)
    report = opinion_report(film, stopped(film), source=data)
    written = FORMATS["dicom"].write(report, tmp_path)
    assert [path.name for path in written] == ["a-film.dcm", "a-report.dcm", "a-pdf.dcm"]
    assert all(path.read_bytes()[128:132] == b"DICM" for path in written)
    new, why = FORMATS["dicom"].remarks(report)
    assert new == NEW_STUDY
    assert why == "No heatmap and no segmentation: the gate stopped the film."


def test_a_film_with_a_study_has_no_remark_on_a_new_one() -> None:
    data = dicom_film()
    film = read_film(data)
    (why,) = FORMATS["dicom"].remarks(opinion_report(film, unsure(film), source=data))
    assert why == "No heatmap and no segmentation: the answer is not sure."


def test_the_page_to_print_is_drawn_once_for_itself_and_for_its_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[OpinionReport] = []

    def draw(report: OpinionReport) -> bytes:
        drawn.append(report)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "pdf_bytes", draw)
    film = read_film(dicom_film())
    report = opinion_report(film, unsure(film), source=dicom_film())
    for name in ("pdf", "dicom"):
        FORMATS[name].write(report, tmp_path)
    assert drawn == [report]
