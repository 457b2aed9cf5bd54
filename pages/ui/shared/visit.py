"""Keys of a session that belong to the visit as a whole, not to a page; see `session.py`."""

from pages.ui.shared.dropped import DroppedFilms
from pages.ui.shared.session_key import Key, nothing

LAST_PAGE = Key[str]("last_page", str)
"""Address of the page that was open last, other than Home; "" until one was."""

WATCHED = Key[set[str]]("watched_trainings", set)
"""Ids of the trainings that this visit has seen running."""

ENDED = Key[dict[str, str]]("ended_trainings", dict)
"""Run id -> that its training has ended, in words, until the Train page has said so."""

DROPPED = Key[DroppedFilms | None]("dropped_films", nothing)
"""The films that were dropped onto the Dataset page."""

DROPS = Key[int]("drops", int)
"""How often films were dropped: each time, an empty uploader replaces the last."""

FULL_FILM = Key[tuple[str, str, int]]("full_film", lambda: ("", "", 0))
"""Id of the film whose pixels were looked at last, its picture in full size and its longer side."""
