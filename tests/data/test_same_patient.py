"""Films of one patient find each other by their tags, and the tags stay where they are."""

from datetime import date

import pytest

from tests.data.test_film_facts import SECRET, dicom
from xray_core.data.same_patient import Visit, visit_of


def test_files_of_one_patient_are_known_and_dated_without_naming_the_patient() -> None:
    first = visit_of(dicom(StudyDate="20200601"))
    second = visit_of(dicom(StudyDate="20200831", PatientName="Doe^J"))
    assert first.is_of(second)
    assert (second.taken, first.taken) == (date(2020, 8, 31), date(2020, 6, 1))
    assert "4711" not in repr(first)
    assert SECRET not in repr(first)


@pytest.mark.parametrize(
    "tags", [{"PatientID": "4712"}, {"IssuerOfPatientID": "B"}, {"PatientBirthDate": "19700101"}]
)
def test_another_number_issuer_or_birth_is_another_patient(tags: dict[str, str]) -> None:
    assert not visit_of(dicom()).is_of(visit_of(dicom(**tags)))


@pytest.mark.parametrize("number", ["", "0000", "ANONYMOUS", "anon-4", "Unknown", "XXXX"])
def test_what_anonymisers_write_is_nobody(number: str) -> None:
    data = dicom(PatientID=number)
    assert visit_of(data).patient == ""
    assert not visit_of(data).is_of(visit_of(data))


def test_a_picture_and_damaged_bytes_state_nothing() -> None:
    assert visit_of(b"\x89PNG") == Visit()
    assert visit_of(bytes(128) + b"DICM\xff\xff") == Visit()
