"""Codes of what is said in DICOM: SNOMED CT and DICOM's own where they exist, else 99THORAXLENS."""

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from xray_core.data.labels import label_title

SCHEME = "99THORAXLENS"
"""Designator of the private coding scheme."""

MOST_MEANING = 64
"""Characters of a code's meaning, and of most names in DICOM."""

_CLASSES = {
    "normal": Code("17621005", "SCT", "Normal"),
    "bacterial": Code("53084003", "SCT", "Bacterial pneumonia"),
    "viral": Code("75570004", "SCT", "Viral pneumonia"),
    "covid": Code("840539006", "SCT", "COVID-19"),
    "pneumonia": Code("233604007", "SCT", "Pneumonia"),
    "lung_opacity": Code("112001", "DCM", "Opacity"),
}

YES, NO = codes.SCT.Yes, codes.SCT.No
INDETERMINATE = codes.SCT.Indeterminate
PROBABILITY = codes.DCM.Probability
LUNG = codes.SCT.Lung
CHEST_FILM = Code("399208008", "SCT", "Plain chest X-ray")
QUALITATIVE = Code("C0034375", "UMLS", "Qualitative Evaluations")
CONCLUSION, COMMENT = codes.DCM.Conclusion, codes.DCM.Comment


def own(value: str, meaning: str) -> Code:
    """A code of the private scheme."""
    return Code(value, SCHEME, meaning[:MOST_MEANING])


PROBABILITY_OF_ALL = own("PROBABILITY_ALL", "Probability among all classes of the model")
SPREAD = own("SPREAD", "Largest distance of two models (total variation)")
ANSWER = own("ANSWER", "Answer of the models together")
IN_SET = own("IN_SET", "In the set that holds the class in 90 % of films")
MET = own("MET", "Class met in training in this age group")
REASON = own("REASON", "Why the answer is not sure")
NOTE = own("NOTE", "Further note")
USE = own("USE", "Permitted use")
GATE = own("GATE", "Result of the gate before any answer")
GATE_FINDING = own("GATE_FINDING", "Finding of the gate")
READER = own("READER", "Reader's word on the answer")
READER_SENTENCE = own("READER_SENTENCE", "Answer as the reader leaves it")
READER_TIME = own("READER_TIME", "Time of the reader's assessment")
EVIDENCE = own("EVIDENCE", "Evidence of a classifier, no outline of a finding")


def class_code(label: str) -> Code:
    """The code of a class.

    >>> class_code("covid").value, class_code("cardiomegaly").scheme_designator
    ('840539006', '99THORAXLENS')
    """
    return _CLASSES.get(label) or own(label.upper(), label_title(label))


def word_code(word: str) -> Code:
    """The private code of a plain word, such as a kind of finding of the gate."""
    return own(word.upper(), word.replace("_", " ").capitalize())


def scheme() -> CodingSchemeIdentificationItem:
    """What the private scheme is, for objects that use it."""
    return CodingSchemeIdentificationItem(
        SCHEME, name="Private codes of ThoraxLens", responsible_organization="ThoraxLens"
    )
