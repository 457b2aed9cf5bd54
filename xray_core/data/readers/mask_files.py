"""Which files of a data set are masks, and of which film: masks are never films.

COVID/images/1.png      COVID/masks/1.png            lungs of that film
Test/covid/images/1.png Test/covid/infection masks/1.png   the finding on it
covid/1.png             covid/1_mask.png  covid/mask_1.png
CXR_png/1.png           ManualMask/leftMask/1.png    one lung alone: no mask of the film's lungs
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from xray_core.data.readers.folder_names import PICTURES, folder_words, word_set

_MASK_WORD = re.compile(
    r".*masks?|segmentations?|segs?|annotations?|annots?|groundtruths?|contours?|lesions"
)
_MASK_NAMES = frozenset({"gt", "labels", "ground truth", "ground truths"})
_LESION_WORDS = frozenset({"infection", "infections", "lesion", "lesions"})
_FINDING_WORDS = word_set(  # in the name of the mask folder alone: below it they are classes
    "finding findings opacity opacities pathology consolidation abnormality pneumothorax nodule "
    "nodules"
)
_PART_WORDS = word_set(
    "left right heart hearts cardiac clavicle clavicles rib ribs bone bones mediastinum trachea "
    "spine aorta diaphragm tube tubes catheter catheters device devices box boxes"
)
_AFFIX = (
    r"(?:(?:left|right|lung|lungs|infection|lesion|finding|heart|manual|binary)[\W_]*)*"
    r"(?:masks?|lungmasks?|segmentations?|segmented|seg|annotations?|gt|contours?)"
)
_LAST = (  # what else is drawn from a film and lies beside it
    r"|lungs?|labels?|msk|pred(?:iction)?s?|overlay(?:ed|s)?|overlaid|heat[\W_]?maps?|grad[\W_]?cam|"
    r"bbox(?:es)?|thumb(?:nail)?s?"
)
_NAMED = re.compile(
    rf"(?P<film>.+?)[\W_]+(?P<last>{_AFFIX}{_LAST})[\W_]*\d*|(?P<first>{_AFFIX})[\W_]+(?P<other>.+)"
    rf"|(?P<alone>{_AFFIX})",
    re.IGNORECASE,
)

_Key = tuple[str, ...]


@dataclass(frozen=True)
class Division:
    """A data set's files as films and masks.

    Attributes:
        films: paths of all that are not masks.
        lungs: film -> mask of its lungs.
        lesions: film -> mask of the finding on it.
        orphans: files that are named as masks and lie beside films, but whose film isn't there.
        n_masks: masks of whatever kind.
    """

    films: list[str]
    lungs: dict[str, str] = field(default_factory=dict)
    lesions: dict[str, str] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)
    n_masks: int = 0


@functools.lru_cache(maxsize=4096)
def is_mask_folder(name: str) -> bool:
    """Whether a folder's name ends as that of a folder of masks: `lung masks`, `leftMask`."""
    words = list(folder_words(name))
    while len(words) > 1 and (words[-1] in PICTURES or words[-1].isdecimal()):
        words.pop()
    return bool(words) and (bool(_MASK_WORD.fullmatch(words[-1])) or " ".join(words) in _MASK_NAMES)


def divide_masks(paths: Iterable[str]) -> Division:
    """Separate films from masks, and give each film its masks where there is no doubt.

    Folders decide first, the nearest one that is named for pictures or for masks. Then names: a
    file `NAME_mask` beside the film `NAME`. A mask belongs to the film that has its folders but
    those for pictures and masks, and its stem; or, failing that, to the only film of that stem.
    """
    films: dict[str, _Key] = {}
    masks: dict[str, tuple[_Key, str]] = {}  # path -> key of the film; lungs, lesion or ""
    for path in paths:
        folders = _mask_folders(path)
        if folders:
            masks[path] = _mask_key(path), _kind(folders[0], folders[1:])
        else:
            films[path] = _key(path)
    orphans = _take_named_masks(films, masks)
    lungs, lesions = (
        _assign(films, {path: key for path, (key, kind) in masks.items() if kind == wanted})
        for wanted in ("lungs", "lesion")
    )
    return Division(list(films), lungs, lesions, orphans, len(masks) + len(orphans))


def _take_named_masks(films: dict[str, _Key], masks: dict[str, tuple[_Key, str]]) -> list[str]:
    """Move files that are named as the mask of a film beside them from films to masks.

    Returns:
        Files named so whose film isn't there; they are taken from the films, too.
    """
    names = {path: named for path, key in films.items() if (named := _named_mask(key[-1]))}
    if not names:
        return []
    keys = set(films.values())
    beside: dict[_Key, list[_Key]] = defaultdict(list)
    for path, key in films.items():
        if path not in names:
            beside[key[:-1]].append(key)
    orphans = []
    for path, (stem, affix) in names.items():
        folder = films[path][:-1]
        film = (*folder, stem) if stem else next(iter(beside[folder]), ())
        if film in keys and (stem or len(beside[folder]) == 1):
            masks[path] = film, _kind(affix)
        elif "mask" in affix:
            orphans.append(path)
        else:
            continue
        del films[path]
    return orphans


def _assign(films: dict[str, _Key], masks: dict[str, _Key]) -> dict[str, str]:
    """Film -> mask, where both are the only ones of their key, or else of their stem."""
    assigned: dict[str, str] = {}
    for by_stem in (False, True):
        film_keys = {path: key[-1:] if by_stem else key for path, key in films.items()}
        keys = {path: key[-1:] if by_stem else key for path, key in masks.items()}
        n_films, n_masks = Counter(film_keys.values()), Counter(keys.values())
        mask_at = {key: path for path, key in keys.items() if n_masks[key] == 1}
        for film, key in film_keys.items():
            if n_films[key] == 1 and key in mask_at:
                assigned.setdefault(film, mask_at[key])
    return assigned


def _mask_folders(path: str) -> tuple[str, ...]:
    """The folders from the one for masks down to the file; empty for a film."""
    folders = PurePosixPath(path).parts[:-1]
    for depth in range(len(folders) - 1, -1, -1):
        if is_mask_folder(folders[depth]):
            return folders[depth:]
        if _is_for_pictures(folders[depth]):
            return ()
    return ()


def _kind(name: str, below: Sequence[str] = ()) -> str:
    """Whether a mask shows the lungs or a finding; "" for one lung alone, the heart, or unknown."""
    own = set(folder_words(name))
    words = own.union(*map(folder_words, below))
    if words & _PART_WORDS:
        return ""
    if words & _LESION_WORDS or own & _FINDING_WORDS:
        return "lesion"
    return "lungs" if any("mask" in word or "lung" in word for word in own) else ""


@functools.lru_cache(maxsize=4096)
def _is_for_pictures(name: str) -> bool:
    return not PICTURES.isdisjoint(folder_words(name))


@functools.lru_cache(maxsize=4096)
def _is_plain(name: str) -> bool:
    return is_mask_folder(name) or PICTURES.issuperset(folder_words(name))


def _key(path: str) -> _Key:
    """The folders but those for pictures and masks, and the stem."""
    file = PurePosixPath(path)
    kept = (folder.casefold() for folder in file.parts[:-1] if not _is_plain(folder))
    return (*kept, file.stem.casefold())


def _mask_key(path: str) -> _Key:
    """The key of the film that a mask in a folder for masks belongs to."""
    key = _key(path)
    named = _named_mask(key[-1])
    return (*key[:-1], named[0]) if named and named[0] else key


def _named_mask(stem: str) -> tuple[str, str] | None:
    """The film's stem in the name of a mask, "" where it has none, and what says that it is one."""
    match = _NAMED.fullmatch(stem)
    if match is None:
        return None
    affix = match["last"] or match["first"] or match["alone"]
    return match["film"] or match["other"] or "", affix.casefold()
