"""The age of a patient by tags: units, dates, and what is no age."""

import pytest

from xray_core.data.patient_age import age_of


@pytest.mark.parametrize(
    ("text", "years", "group"),
    [
        ("034Y", 34, "adult"),
        ("018M", 1.5, "child"),
        ("017Y", 17, "child"),
        ("018Y", 18, "adult"),
        ("010D", 10 / 365.25, "child"),
        ("026W", 182 / 365.25, "child"),
        ("34y", 34, "adult"),
    ],
)
def test_an_age_is_read_in_every_unit(text: str, years: float, group: str) -> None:
    age = age_of({"PatientAge": text})
    assert age.years == pytest.approx(years)
    assert (age.group, age.source) == (group, "PatientAge")


@pytest.mark.parametrize("text", ["", "000Y", "999Y", "abc", "-01Y", "34 years", "1234Y"])
def test_what_is_no_age_is_unknown(text: str) -> None:
    assert age_of({"PatientAge": text}) == (None, "")


def test_a_number_without_a_unit_is_not_taken_for_years() -> None:
    assert age_of({"PatientAge": "51"}) == (None, "PatientAge has no unit")


@pytest.mark.parametrize(
    ("born", "taken", "group", "whole"),
    [
        ("20000615", "20180614", "child", 17),  # the day before the 18th birthday
        ("20000615", "20180615", "adult", 18),
        ("20000229", "20180228", "child", 17),
        ("20000229", "20180301", "adult", 18),
        ("1980.05.01", "20200501", "adult", 40),
    ],
)
def test_dates_give_the_age_to_the_day(born: str, taken: str, group: str, whole: int) -> None:
    age = age_of({"PatientBirthDate": born, "StudyDate": taken})
    assert age.group == group
    assert age.years is not None
    assert int(age.years) == whole


def test_the_date_of_the_acquisition_serves_where_the_study_has_none() -> None:
    tags = {"PatientBirthDate": "19700101", "StudyDate": "", "AcquisitionDate": "20200101"}
    assert age_of(tags).years == 50


@pytest.mark.parametrize(
    ("born", "taken"),
    [("19000101", "20100101"), ("20200101", "20200101"), ("20210101", "20200101"), ("x", "x")],
)
def test_dates_that_anonymisers_write_are_no_age(born: str, taken: str) -> None:
    assert age_of({"PatientBirthDate": born, "StudyDate": taken}).years is None


def test_tags_that_make_both_a_child_and_an_adult_are_not_used() -> None:
    tags = {"PatientAge": "034Y", "PatientBirthDate": "20150101", "StudyDate": "20200101"}
    age = age_of(tags)
    assert (age.years, age.group) == (None, "")
    assert "contradict" in age.source
