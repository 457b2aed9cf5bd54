"""The objects of one opinion, made once for all tests that read them."""

from datetime import UTC, datetime
from io import BytesIO

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.reports.dicom.films import PDF, dicom_film, sure
from xray_core.data.decoding.images import read_film
from xray_core.opinion.reader import ReaderWord
from xray_core.reports.dicom.objects import dicom_study

WORD = ReaderWord(
    "amended", "Adult. Θολερότητα.", datetime(2026, 5, 6, 7, 8, tzinfo=UTC), "Сравнить с прежним."
)


@pytest.fixture(scope="session")
def source_data() -> bytes:
    """A DX film."""
    return dicom_film("DX")


@pytest.fixture(scope="session")
def written(source_data: bytes) -> dict[str, Dataset]:
    """The objects of a sure answer to it, with assessment and PDF, read back by name."""
    film = read_film(source_data)
    study = dicom_study(sure(film), film, source_data, word=WORD, comment="Ward round.", pdf=PDF)
    assert study.notes == ()
    return {item.name: pydicom.dcmread(BytesIO(item.encode())) for item in study.objects}
