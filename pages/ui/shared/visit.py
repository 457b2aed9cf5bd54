"""Keys of a session that belong to the visit as a whole, not to a page; see `session.py`."""

from pages.ui.shared.session_key import Key

LAST_PAGE = Key[str]("last_page", str)
"""Address of the page that was open last, other than Home; "" until one was."""

WATCHED = Key[set[str]]("watched_trainings", set)
"""Ids of the trainings that this visit has seen running."""

ENDED = Key[dict[str, str]]("ended_trainings", dict)
"""Run id -> that its training has ended, in words, until the Train page has said so."""
