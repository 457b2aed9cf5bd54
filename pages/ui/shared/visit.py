"""Keys of a session that all pages share; `session.py` lists those of each page."""

from pathlib import Path

from pages.ui.shared.session_key import Key
from xray_core.data.records import Manifest

LAST_PAGE = Key[str]("last_page", str)
"""Address of the page that was open last, other than Home; "" until one was."""

WATCHED = Key[set[str]]("watched_trainings", set)
"""Ids of the trainings that this visit has seen running."""

ENDED = Key[dict[str, str]]("ended_trainings", dict)
"""Run id -> that its training has ended, in words, until the Train page has said so."""

INSIDE_APP = Key[bool]("inside_app", bool)
"""Whether the page was opened by `app.py`."""

KEPT = Key[dict[str, object]]("kept", dict)
"""Values of widgets and views of components by their key, while their page is left."""

ANSWERED = Key[dict[str, int]]("answered", dict)
"""Key of a component -> the number of its last request that was answered."""

MANIFESTS = Key[dict[str, Manifest]]("manifests", dict)
"""Name of a listed data set -> its films."""

MANIFESTS_AT = Key[dict[Path, Manifest]]("manifests_at", dict)
"""Path that a training was started on -> its films."""

FOUND = Key[dict[tuple[object, ...], object]]("of_session", dict)
"""What was computed from films on demand, the oldest first."""

METHOD_SECONDS = Key[dict[tuple[str, str], tuple[int, float]]]("method_seconds", dict)
"""Run and method -> how often its maps of one film were made, and the least seconds it took."""

DATASET = Key[str]("dataset", str)
"""Name of the data set that is chosen (widget)."""

DATASET_BEFORE = Key[str]("kept_dataset", str)
"""Name of the data set that was chosen last, on whichever page."""
