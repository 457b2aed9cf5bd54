"""Free text of data sets as facts of a record; what isn't understood stays empty."""

import functools
import re
from collections.abc import Iterable

from xray_core.data.labels import KNOWN_CLASSES, order_labels, unify_label


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLANKS = _words(
    "nan na n/a n.a. n.a <na> none null nil nat - -- --- ? ?? . #n/a #na #value! #ref! unknown "
    "unspecified"
)
_BLANK_LABELS = _words("todo tbd unlabeled unlabelled unassigned undefined missing").union(
    ("to do", "not available", "no label")
)
_BLANK_PATIENTS = _words(
    "anonymous anonymized anonymised anonym anon deidentified de-identified redacted removed"
)
_SPLITS = {
    "train": "train training",
    "val": "val valid validation dev",
    "test": "test testing",
}
_VIEWS = {
    "PA": "pa posteroanterior",
    "AP": "ap anteroposterior apsupine aperect apsemierect supine",
    "lateral": "lateral lat l ll rl leftlateral rightlateral",
}
_SLICES = _words("axial coronal sagittal")
_OTHER_MODALITIES = _words(
    "ct cts ctscan computedtomography hrct cbct mr mri mrt us ultrasound pt pet petct nm"
)
_AGES = {
    "adult": "adult adults",
    "child": "child children infant infants pediatric paediatric",
}
ADULT_YEARS = 18


SEVERAL = "|"
"""Between the classes of a record that several findings were listed for."""

_PARENTS = {  # finding -> the wider ones that it is a kind of
    "covid": "viral pneumonia",
    "viral": "pneumonia",
    "bacterial": "pneumonia",
    "fungal": "pneumonia",
    "lipoid": "pneumonia",
    "aspiration": "pneumonia",
    "pneumonia": "consolidation lung_opacity opacity",
    "consolidation": "lung_opacity opacity",
    "edema": "lung_opacity",
    "atelectasis": "lung_opacity",
    "lung_lesion": "lung_opacity",
    "cardiomegaly": "enlarged_cardiomediastinum",
}
_FINDINGS = _words(
    "atelectasis cardiomegaly effusion infiltration infiltrate mass nodule pneumonia pneumothorax "
    "consolidation edema oedema emphysema fibrosis pleural_thickening hernia lung_lesion fracture "
    "lung_opacity opacity enlarged_cardiomediastinum pleural_effusion pleural_other "
    "aortic_enlargement calcification ild nodule_mass other_lesion pulmonary_fibrosis "
    "tuberculosis ards copd bronchitis bronchiectasis"
).union(KNOWN_CLASSES, _PARENTS)
_LIST = re.compile(r"\[([^\[\]]*)\]")  # as Python or JSON write one: `['pneumonia', 'infiltrates']`
_LISTED = re.compile(r"[|;\n]")  # separates findings wherever one of them is known
_WORDED = re.compile(r"[,&+]|\band\b|\bwith\b")  # may be part of a name: all must be known


def _lookup(table: dict[str, str]) -> dict[str, str]:
    return {word: fact for fact, words in table.items() for word in words.split()}


_SPLIT_OF, _VIEW_OF, _AGE_OF = _lookup(_SPLITS), _lookup(_VIEWS), _lookup(_AGES)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


@functools.lru_cache(maxsize=1024)
def unify_split(text: str) -> str:
    """`train`, `val`, `test` or "": `Training` -> `train`, `valid` -> `val`."""
    return _SPLIT_OF.get(_key(text), "")


@functools.lru_cache(maxsize=1024)
def unify_view(text: str) -> str:
    """`PA`, `AP`, `lateral` or "": `postero-anterior` -> `PA`, `AP Supine` -> `AP`."""
    return _VIEW_OF.get(_key(text), "")


@functools.lru_cache(maxsize=1024)
def unify_age_group(text: str) -> str:
    """`adult`, `child` or "", from a word or an age: `Paediatric`, `58`, `034Y`, `006M`."""
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(y|m|w|d)?\w*", text.strip().casefold()):
        years = float(match[1]) if match[2] in (None, "y") else 0.0
        return "adult" if years >= ADULT_YEARS else "child"
    return _AGE_OF.get(_key(text), "")


def not_a_radiograph(modality: str, view: str) -> str:
    """Why a picture is not a radiograph, according to its table; "" for nothing against it."""
    words = set(re.split(r"[\W_]+", view.casefold()))
    if _key(modality) not in _OTHER_MODALITIES and not words & _SLICES:
        return ""
    return f"not a radiograph: modality {modality or 'unknown'}, view {view or 'unknown'}"


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or one of `nan`, `N/A`, `none`, `null`, `-`, `?` ..."""
    key = text.strip().casefold()
    return not key or key in _BLANKS


def unify_patient(text: str) -> str:
    """A patient id; "" where the cell only says that there is none."""
    key = _without_point(text.strip())
    return "" if is_blank(key) or key.casefold() in _BLANK_PATIENTS else key


def _without_point(text: str) -> str:
    """A whole number as such: tables that have blanks make `12.0` of `12`."""
    whole, _, rest = text.partition(".")
    return whole if whole.isdecimal() and rest and not rest.strip("0") else text


def unify_fact(text: str) -> str:
    """Free text; "" where the cell only says that there is none."""
    return "" if is_blank(text) else text.strip()


@functools.lru_cache(maxsize=4096)
def unify_finding(text: str, *, joined_by: str = "") -> str:
    """The class that a cell of findings stands for.

    Several findings (`Cardiomegaly|Effusion`) are separated where their names are known. Of a path
    of findings (`Pneumonia/Viral/COVID-19`) the most specific known part counts, as long as each
    known part is a kind of the one before; else they are several findings, too.

    Args:
        text: the cell.
        joined_by: what separates findings in this data set, known or not; "" only known ones.

    Returns:
        A class as `unify_label` gives it; several ones in their fixed order with `SEVERAL`
        between; "" where the cell says nothing.
    """
    if _says_nothing(text):
        return ""
    text = _without_point(text.strip())
    whole = unify_label(text)
    if whole in _FINDINGS:
        return whole
    listed = _LIST.fullmatch(text)
    if listed or (joined_by and joined_by in text):
        parts = listed[1].split(",") if listed else text.split(joined_by)
        return join_findings(unify_finding(part.strip(" '\"")) for part in parts)
    for joint, enough in ((_LISTED, any), (_WORDED, all)):
        parts = [part for part in joint.split(text.casefold()) if not is_blank(part)]
        if len(parts) < 2 and "".join(parts).strip() != text.casefold().strip():
            return unify_finding("".join(parts))  # the other parts say nothing
        found = [_along_path(part) for part in parts]
        if len(parts) > 1 and enough(found):
            return join_findings(map(unify_finding, parts))
    return _along_path(text) or whole


def is_finding(label: str) -> bool:
    """Whether a class is one of the findings that are known by name, or normal."""
    return label in _FINDINGS


def join_findings(labels: Iterable[str]) -> str:
    """Several classes as the label of one record: each once, in their fixed order."""
    parts = {part for label in labels for part in label.split(SEVERAL)}
    return SEVERAL.join(order_labels(parts))


def without_wider(labels: Iterable[str]) -> set[str]:
    """Findings without those of which another one is a kind: no `lung_opacity` beside `edema`."""
    found = set(labels)
    return found - {wider for label in found for wider in _wider(label)}


def _along_path(text: str) -> str:
    """The most specific known finding of `A/B/C`; several where one isn't a kind of the last."""
    known = [label for part in text.split("/") if (label := unify_label(part)) in _FINDINGS]
    return join_findings(without_wider(known))


def _wider(label: str) -> set[str]:
    wider: set[str] = set()
    for parent in _PARENTS.get(label, "").split():
        wider |= {parent} | _wider(parent)
    return wider


def _says_nothing(text: str) -> bool:
    return is_blank(text) or text.strip().casefold() in _BLANK_LABELS
