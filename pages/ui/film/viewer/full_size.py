"""The film in the size of its file: sent once a visitor looks at its pixels, one film a session."""

from collections.abc import Callable, Mapping

from pages.ui.shared import session
from xray_core.data.decoding.images import Film
from xray_core.viewer.layers import FULL_PX, full_url


def full_size(key: str, film: Film, full: Callable[[], Film] | None) -> dict[str, object]:
    """What the browser needs of a film beyond its small picture, ready for JSON.

    Args:
        key: of the viewer.
        film: that is shown there.
        full: gives it in the size of its file; None where there are no more pixels.

    Returns:
        `full_px`, up to which it may ask for more; and the picture that is sent in place of the
        small one, with its longer side, where it did.
    """
    if full is None:
        return {}
    sent = session.widget(key).get()
    if not isinstance(sent, Mapping) or sent.get("detail") != film.id:
        return {"full_px": FULL_PX}
    known, url, side = session.FULL_FILM.get()
    if known != film.id:
        url, side = full_url(full().pixels)
        session.FULL_FILM.put((film.id, url, side))
    return {"full_px": FULL_PX, "film": url, "shown_px": side}
