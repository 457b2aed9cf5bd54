"""Which model files are damaged: shown on every page, above its content."""

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui.shared.notices import error_words
from pages.ui.shared.words import count
from xray_core.errors import RunError
from xray_core.reports.damage import damage
from xray_core.runs.listing import list_damaged, list_runs
from xray_core.runs.store import (
    CALIBRATION,
    EXPLAIN,
    MANIFEST,
    MODEL,
    PREDICTIONS,
    SCORES,
    WEIGHTS,
    Run,
)

TO_COMPARE = frozenset({SCORES, PREDICTIONS})
TO_ANSWER = frozenset({CALIBRATION, EXPLAIN, MANIFEST})
TO_LOAD = frozenset({WEIGHTS, MODEL})


def damage_note(needed: frozenset[str] = frozenset()) -> None:
    """Each damaged file with what to do: those that the page needs open, the others folded.

    Args:
        needed: files without which a model is left out of the page.
    """
    found = [item for run in list_runs() for item in damage(run).items()]
    missed = [*list_damaged(), *(error for name, error in found if name in needed)]
    others = [error for name, error in found if name not in needed]
    if missed:
        st.error(_words(missed), icon=":material/error:")
    if others:
        words = "One more model file is" if missed else "One model file is"
        if len(others) > 1:
            words = f"{count(len(others))} {'more ' if missed else ''}model files are"
        with st.expander(f"{words} damaged", icon=":material/warning:"):
            st.markdown(_words(others))


def without(runs: Iterable[Run], needed: frozenset[str]) -> tuple[Run, ...]:
    """The runs whose needed files are intact; those that cannot be loaded come last."""
    whole = [run for run in runs if not damage(run).keys() & needed]
    return tuple(sorted(whole, key=lambda run: bool(damage(run).keys() & TO_LOAD)))


def _words(errors: Sequence[RunError]) -> str:
    return "\n\n".join(map(error_words, errors))
