"""Free text of data sets as facts of a record; what isn't understood stays empty."""

import functools
import re

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
_AGES = {
    "adult": "adult adults",
    "child": "child children infant infants pediatric paediatric",
}
ADULT_YEARS = 18


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
