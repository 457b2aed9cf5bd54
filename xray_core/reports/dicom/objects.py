"""All DICOM objects of one opinion: what goes back to the archive.

    opinion, film, its file -> Structured Report, heatmaps, segmentation, PDF -> the film's study

A film that the gate stopped, or an answer that is not sure, has no heatmap and no segmentation;
"no pneumonia" has no segmentation: nothing was found that has a place.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from pydicom.dataset import Dataset

from xray_core.data.decoding.images import Film
from xray_core.data.labels import NORMAL
from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import display_scale
from xray_core.opinion.opinion import ModelAnswer, Opinion
from xray_core.opinion.reader import ReaderWord
from xray_core.reports.dicom.capture import heatmaps, new_study
from xray_core.reports.dicom.encapsulated import encapsulated_pdf
from xray_core.reports.dicom.segmentation import evidence_segments
from xray_core.reports.dicom.source import NEW_STUDY, Source, tags_of
from xray_core.reports.dicom.statements import statements
from xray_core.reports.dicom.structured_report import structured_report

NO_PLACE = "No heatmap and no segmentation: "


@dataclass(frozen=True)
class DicomObject:
    """One object.

    Attributes:
        name: for its file: `film`, `report`, `heatmap-1`, `evidence` or `pdf`.
        dataset: complete, with its file meta information.
    """

    name: str
    dataset: Dataset

    def encode(self) -> bytes:
        """The bytes of a DICOM file."""
        buffer = BytesIO()
        self.dataset.save_as(buffer, enforce_file_format=True)
        return buffer.getvalue()


@dataclass(frozen=True)
class DicomStudy:
    """The objects of one opinion.

    Attributes:
        objects: the Structured Report first, of a new study after the film.
        notes: for the reader: that the study is new, why there is no segmentation.
    """

    objects: tuple[DicomObject, ...]
    notes: tuple[str, ...] = ()


def dicom_study(
    opinion: Opinion,
    film: Film,
    data: bytes,
    *,
    turned: int = 0,
    word: ReaderWord | None = None,
    comment: str = "",
    pdf: bytes | None = None,
) -> DicomStudy:
    """An opinion as DICOM objects, in new series of the film's study.

    Args:
        opinion: on one film.
        film: as the models saw it.
        data: the film's file. A picture, or a file that does not name its study, gets a new study
            of an anonymous patient.
        turned: degrees clockwise by which the film was turned after it was read: 0, 90, 180 or
            270. The segmentation is turned back onto the file's own pixels.
        word: what the reader makes of the answer; None without.
        comment: free text of the reader on the report; "" for none.
        pdf: the report, which is put into an object of its own; None for none.
    """
    tags = tags_of(data)
    source = new_study(film) if tags is None else Source(tags, turned=turned % 360)
    shown = _shown(opinion)
    found = [DicomObject("film", source.tags)] if source.new_study else []
    has_place = shown and source.is_film and opinion.label != NORMAL
    evidence = evidence_segments(shown, source) if has_place else None
    said = statements(opinion, source, word, comment)
    found.append(DicomObject("report", structured_report(opinion, source, said, evidence)))
    for number, dataset in enumerate(heatmaps(opinion, shown, film, source), 1):
        found.append(DicomObject(f"heatmap-{number}", dataset))
    if evidence:
        found.append(DicomObject("evidence", evidence[0]))
    if pdf is not None:
        found.append(DicomObject("pdf", encapsulated_pdf(pdf, source)))
    return DicomStudy(tuple(found), remarks(opinion, data))


def remarks(opinion: Opinion, data: bytes) -> tuple[str, ...]:
    """Notes on the objects: that their study is new, why nothing has a place.

    Args:
        opinion: on one film.
        data: the film's file.
    """
    tags = tags_of(data)
    found = [NEW_STUDY] if tags is None else []
    if not opinion.answered:
        found.append(f"{NO_PLACE}the gate stopped the film.")
    elif not opinion.sure:
        found.append(f"{NO_PLACE}the answer is not sure.")
    elif not _shown(opinion):
        found.append(f"{NO_PLACE}no map shows anything.")
    elif opinion.label == NORMAL:
        found.append("No segmentation: where no pneumonia is seen there is nothing to outline.")
    elif tags is not None and not Source(tags).is_film:
        found.append("No segmentation: by its tags the file is no radiograph of one frame.")
    return tuple(found)


def as_zip(objects: Iterable[DicomObject]) -> bytes:
    """The objects as files in a ZIP archive."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in objects:
            archive.writestr(f"{item.name}.dcm", item.encode())
    return buffer.getvalue()


def _shown(opinion: Opinion) -> list[tuple[ModelAnswer, Attribution]]:
    """The models that find the class of a sure answer likeliest, with a map that shows something.

    The map is scaled in no way.
    """
    if not opinion.shows_maps:
        return []
    pairs = [
        (answer, answer.attribution)
        for answer in opinion.models
        if answer.label == opinion.label and answer.attribution is not None
    ]
    return [(answer, found) for answer, found in pairs if display_scale(found).max() > 0]
