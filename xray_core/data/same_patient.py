"""Whether two DICOM files are of one patient, and when their films were taken.

The number of a patient leaves this module only as a code that is made with a secret of this
process: it can be compared in memory and means nothing anywhere else.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date

from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header
from xray_core.data.patient_age import STUDY_TAGS, date_of

_NUMBER_TAGS = ("PatientID", "IssuerOfPatientID", "PatientBirthDate")
_NOBODY = re.compile(r"0*|x+|anon.*|none|null|unknown|unnamed|no[ _-]?id|patient|test", re.I)
"""Numbers that anonymisers write, the same for all patients."""

_secret = secrets.token_bytes(16)


@dataclass(frozen=True)
class Visit:
    """Which patient a film is of, as far as its file says.

    Attributes:
        patient: the same code for the same patient, in this process; "" where it is not stated.
        taken: day of the film; None where it is not stated.
    """

    patient: str = ""
    taken: date | None = None

    def is_of(self, other: "Visit") -> bool:
        """Whether both files state the same patient."""
        return bool(self.patient) and self.patient == other.patient


def visit_of(data: bytes) -> Visit:
    """Patient and day of a film; empty for files that state none, such as pictures.

    Two files are of one patient where number, issuer and date of birth are the same.

    Args:
        data: the whole file; only its header is read.
    """
    if not looks_like_dicom(data):
        return Visit()
    with SILENT:
        header = read_header(data, (*_NUMBER_TAGS, *STUDY_TAGS))
        if header is None:
            return Visit()
        number, *rest = (_text(header.get(tag)) for tag in _NUMBER_TAGS)
        days = (date_of(_text(header.get(tag))) for tag in STUDY_TAGS)
        taken = next((day for day in days if day), None)
    if _NOBODY.fullmatch(number):
        return Visit("", taken)
    stated = "\0".join((number, *rest)).encode()
    return Visit(hashlib.blake2b(stated, key=_secret, digest_size=12).hexdigest(), taken)


def _text(value: object) -> str:
    return str(value).strip() if value is not None else ""
