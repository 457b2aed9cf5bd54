"""The age of a patient by the tags of a film, and whether that makes a child."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

AgeGroup = Literal["", "adult", "child"]

ADULT_YEARS = 18
"""A child is under 18, as in the UN Convention on the Rights of the Child; others are adults."""

AGE_TAG = "PatientAge"
BIRTH_TAG = "PatientBirthDate"
STUDY_TAGS = ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate")
"""The dates of the film, the first that is usable counts."""

_MOST_YEARS = 120
_UNITS = {"D": 365.25, "W": 365.25 / 7, "M": 12.0, "Y": 1.0}  # in a year
_PLACEHOLDER = date(1900, 1, 1)  # what systems write where a date of birth must not be empty


class Age(NamedTuple):
    """Years, None where they are not known, and where they come from."""

    years: float | None = None
    source: str = ""

    @property
    def group(self) -> AgeGroup:
        """`child` under `ADULT_YEARS`, else `adult`; "" where the age is not known."""
        if self.years is None:
            return ""
        return "child" if self.years < ADULT_YEARS else "adult"


def age_of(tags: Mapping[str, str]) -> Age:
    """The age by `PatientAge`, else by the dates of birth and of the film.

    Where the two fall on different sides of `ADULT_YEARS`, neither is used. A number without a unit
    is not taken for years. An age of 0 years, a birth on 1 January 1900 and one on the day of the
    film are what anonymisers write: none is taken for an age.

    >>> age_of({"PatientAge": "018M"}).years
    1.5

    Args:
        tags: the elements named above as text, as DICOM writes them (`034Y`, `19870421`); any may
            be missing.
    """
    stated, reckoned = _stated(tags.get(AGE_TAG, "")), _by_dates(tags)
    if stated.group and reckoned.group and stated.group != reckoned.group:
        return Age(None, "PatientAge and the dates contradict each other")
    return stated if stated.years is not None or not reckoned.source else reckoned


def _stated(text: str) -> Age:
    if re.fullmatch(r"\d{1,3}", text.strip()):
        return Age(None, "PatientAge has no unit")
    found = re.fullmatch(r"(\d{1,3})\s*([DWMY])", text.strip().upper())
    if not found or (int(found[1]), found[2]) == (0, "Y"):
        return Age()
    years = int(found[1]) / _UNITS[found[2]]
    return Age(years, AGE_TAG) if years <= _MOST_YEARS else Age()


def _by_dates(tags: Mapping[str, str]) -> Age:
    born = date_of(tags.get(BIRTH_TAG, ""))
    taken = next((day for tag in STUDY_TAGS if (day := date_of(tags.get(tag, "")))), None)
    if not born or not taken or born <= _PLACEHOLDER or born >= taken:
        return Age()
    birthday = _birthday(born, taken.year)
    if birthday > taken:
        birthday = _birthday(born, taken.year - 1)
    years = birthday.year - born.year + min((taken - birthday).days / 365.25, 0.999)
    return Age(years, "the dates of birth and of the film") if years <= _MOST_YEARS else Age()


def _birthday(born: date, year: int) -> date:
    """In that year; for 29 February, 1 March where there is none."""
    return date(year, born.month, 1) + timedelta(born.day - 1)


def date_of(text: str) -> date | None:
    """A day as DICOM writes it (`19870421`); None for what is no day."""
    found = re.fullmatch(r"(\d{4})[.\-]?(\d{2})[.\-]?(\d{2})", text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
