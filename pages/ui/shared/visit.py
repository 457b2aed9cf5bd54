"""Keys of a session that belong to the visit as a whole, not to a page; see `session.py`."""

from pages.ui.shared.session_key import Key

LAST_PAGE = Key[str]("last_page", str)
"""Address of the page that was open last, other than Home; "" until one was."""
