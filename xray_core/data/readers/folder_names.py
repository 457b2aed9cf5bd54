"""What the name of a folder says: a class, or a split, patient, study, view or mere container.

    covid           class                     train_set, Testing  split
    P001, sub-12    patient                   study1, ST000001    study
    PA, frontal     view                      images_001, todo    container

A folder is not a class because it has pictures: only a name that is none of the others is a class.
"""

import functools
import re
from dataclasses import dataclass

from xray_core.data.labels import KNOWN_CLASSES, unify_label
from xray_core.data.readers.vocabulary import is_finding, unify_split, unify_view


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


PICTURES = word_set(
    "image images img imgs picture pictures photo photos film films png jpg jpeg tif tiff bmp "
    "dicom dcm cxr cxrs xray xrays radiograph radiographs"
)
"""Words of a folder that holds films beside one that holds masks."""

_CONTAINERS = PICTURES | word_set(
    "x ray rays chest thorax radiography raw original originals resized processed preprocessed "
    "data dataset datasets database set sets folder folders file files archive archives export "
    "exports download downloads upload uploads input inputs output outputs new old untitled all "
    "full small part parts fold folds split splits todo unlabeled unlabelled unsorted unassigned "
    "unclassified unknown undefined misc temp tmp copy backup patients subjects study studies "
    "series session sessions visit visits exam exams examination scan scans view views version "
    "frontal lateral pa ap posteroanterior anteroposterior supine portable erect upright "
    "augmented augmentation augmentations augment aug flipped rotated mirrored mask masks"
)
_DATA_SETS = word_set("data dataset datasets database set sets files")
_SOURCES = word_set(  # names of public data sets and of those who gave them
    "jsrt nih chestxray14 chestxray8 chestxray cxr8 cxr14 chexpert mimic rsna siim vindr "
    "vinbigdata padchest montgomery shenzhen chinaset qata openi bimcv cohen ieee8023 covidx "
    "covidgr kermany coronahack brixia sirm eurorad hannover tawsifur kaggle mendeley github"
)
_NUMBERED = word_set(  # not a class where a number or one letter follows
    "patient pat pt subject subj sub person pid case id mrn study series session ses visit exam "
    "scan acquisition day site hospital centre center clinic group batch volume vol disk disc cd "
    "image img view st se ser im v p s"
)
_PATIENT = re.compile(
    r"(?:patient|pat|pt|subject|subj|sub|person|pid|case|mrn|id)[\W_]*[a-z]?\d+|p[a-z]?[\W_]*\d+",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"(?:study|series|session|ses|visit|exam|scan|view|ser|st|se|s|im|img|image|v)[\W_]*[a-z]?\d+",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d[\W_]?(?:0\d|1[0-2])[\W_]?[0-3]\d")
_NUMBER = re.compile(r"\d[\d._-]*")  # counters, unique identifiers of DICOM
_CODE = re.compile(
    r"(?=.*\d)(?:[0-9a-f]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|[a-z]{1,3}[\W_]?\d{3,}"
    r"|[a-z]+[\W_]?\d{4,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FolderName:
    """What a folder's name says; "" for what it doesn't.

    Attributes:
        label: unified class.
        split: `train`, `val` or `test`.
        patient: the name itself where it is that of one patient.
        number: the name itself where it is a bare number or code, which may be a patient or a
            study, or a class that has no other name.
        view: `PA`, `AP` or `lateral`.
    """

    label: str = ""
    split: str = ""
    patient: str = ""
    number: str = ""
    view: str = ""


@functools.lru_cache(maxsize=4096)
def read_folder_name(name: str) -> FolderName:
    """What the name of a folder says."""
    label = unify_label(name)
    split = unify_split(name)
    if label in KNOWN_CLASSES:
        return FolderName(label)
    if not label or split or _STUDY.fullmatch(name) or _DATE.fullmatch(name):
        return FolderName(split=split)
    if _PATIENT.fullmatch(name):
        return FolderName(patient=name)
    if _NUMBER.fullmatch(name) or _CODE.fullmatch(name):
        return FolderName(number=name)
    return _read_words(name, label)


def folder_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `leftMask_2` -> ("left", "mask", "2")."""
    parted = re.sub(r"([a-z])(?=[A-Z])", r"\1 ", name)
    return tuple(re.findall(r"[^\W\d_]+|\d+", parted.casefold()))


def _read_words(name: str, label: str) -> FolderName:
    words = folder_words(name)
    split = next((found for word in words if (found := unify_split(word))), "")
    view = next(
        (unify_view(word) for word in words if word in _CONTAINERS and unify_view(word)), ""
    )
    passed = _CONTAINERS | _SOURCES
    rest = [word for word in words if word not in passed and not unify_split(word)]
    if not rest or _is_numbered(rest):
        return FolderName(split=split, view=view)
    known = unify_label(" ".join(rest))
    has_source = not _SOURCES.isdisjoint(words)
    if known in KNOWN_CLASSES or (has_source and is_finding(known)):  # `covid images`, `NIH edema`
        return FolderName(known, split)
    if words[-1] in _DATA_SETS or has_source:  # `Coronahack-Chest-XRay-Dataset`, `QaTa-COV19-v2`
        return FolderName(split=split)
    if split and (unify_split(words[0]) or unify_split(words[-1])):  # `tuberculosis_test`
        kept = words[1:] if unify_split(words[0]) else words[:-1]
        return FolderName("_".join(kept), split)
    return FolderName(label)


def _is_numbered(words: list[str]) -> bool:
    """Whether all words are numbers, or `site 2`, `hospital_A`."""
    counters = [word for word in words if word.isdecimal() or len(word) == 1]
    return all(word in _NUMBERED or word in counters for word in words) and bool(counters)
