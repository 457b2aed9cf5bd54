"""What leaves the page as DICOM, without a browser."""

import zipfile
from functools import partial
from io import BytesIO

import numpy as np
import pydicom

from pages.ui.opinion.exports import _written
from pages.ui.opinion.films import INVERT, OpinionFilm
from pages.ui.opinion.uploads import Upload
from tests.reports.dicom.conftest import WORD
from tests.reports.dicom.films import dicom_film, sure
from xray_core.data.decoding.images import content_id, read_film
from xray_core.opinion.gate import turn_upright
from xray_core.reports.opinion.content import opinion_report
from xray_core.reports.opinion.formats import dicom_zip


def test_the_segmentation_of_a_turned_and_inverted_film_lies_on_its_file() -> None:
    data = dicom_film()
    film = turn_upright(read_film(data), 270)
    item = OpinionFilm(Upload("a.dcm", data, content_id(data)), film, (90, INVERT, 180))
    assert item.turned == 270
    make = partial(opinion_report, opinion=sure(film, turned=270), source=data, word=WORD)
    content = _written(item, make, dicom_zip)
    assert isinstance(content, bytes)
    archive = zipfile.ZipFile(BytesIO(content))
    found = pydicom.dcmread(BytesIO(archive.read("evidence.dcm")))
    mask = found.pixel_array[0].astype(bool)
    rows, columns = np.nonzero(mask)
    assert (rows.min(), columns.min()) == (0, 0)
    assert rows.max() < 16
    assert columns.max() < 12
    assert WORD.comment.encode() in archive.read("report.dcm")
