"""What a visitor drew on a film, regions and annotations: what the browser sends, made safe."""

from collections.abc import Mapping, Sequence
from math import isfinite

from pages.ui.shared import session
from xray_core.data.decoding.images import Film
from xray_core.viewer.annotation import KINDS, Annotation
from xray_core.viewer.sent import Polygon

MAX_REGIONS = 12
MAX_CORNERS = 200
MAX_ANNOTATIONS = 60
MAX_LETTERS = 80


def drawn_regions(key: str, film: Film) -> tuple[Polygon, ...]:
    """What the visitor drew on this film in the viewer of that key.

    Args:
        key: of `film_viewer`.
        film: the film as it is shown there, before any change.

    Returns:
        Polygons of corners (x, y), as shares of the film's width and height; empty where nothing
        was drawn, or on another film.
    """
    return read_regions(_told(key, "edit"), film.id)


def marked_place(key: str, film: Film) -> tuple[float, float] | None:
    """Where the visitor clicked on this film in the viewer of that key; None without a click.

    Returns:
        (x, y) as shares of the film's width and height, in [0, 1].
    """
    mark = _told(key, "mark")
    if mark.get("film") != film.id:
        return None
    point = _polygon([mark.get("point")])
    return point[0] if point else None


def drawn_annotations(key: str, film: Film) -> tuple[Annotation, ...]:
    """The annotations of this film in the viewer of that key; empty for those of another.

    Args:
        key: of `film_viewer`.
        film: the film as it is shown there, before any change.
    """
    return read_annotations(_told(key, "inks"), film.id)


def _told(key: str, name: str) -> Mapping[str, object]:
    """What the viewer of that key sent under a name; empty where it sent nothing."""
    sent = session.widget(key).get()
    part = sent.get(name) if isinstance(sent, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def read_annotations(told: Mapping[str, object], wanted: str) -> tuple[Annotation, ...]:
    """The annotations of a message of the browser; what is none is left out.

    Args:
        told: `film`, the id of the film that was drawn on, and `inks`.
        wanted: id of the film that is shown.
    """
    inks = _of_film(told, "inks", wanted)[:MAX_ANNOTATIONS]
    return tuple(filter(None, map(_annotation, inks)))


def _annotation(ink: object) -> Annotation | None:
    if not isinstance(ink, Mapping) or ink.get("kind") not in KINDS:
        return None
    ends = _polygon([ink.get("from"), ink.get("to")])
    words = ink.get("words")
    if len(ends) != 2 or not isinstance(words, str):
        return None
    return Annotation(str(ink["kind"]), *ends, words[:MAX_LETTERS])


def read_regions(edit: Mapping[str, object], wanted: str) -> tuple[Polygon, ...]:
    """The polygons of a message of the browser; what is no polygon is left out.

    Args:
        edit: `film`, the id of the film that was drawn on, and `regions`.
        wanted: id of the film that is shown.
    """
    polygons = map(_polygon, _of_film(edit, "regions", wanted)[:MAX_REGIONS])
    return tuple(polygon for polygon in polygons if len(polygon) >= 3)


def _of_film(told: Mapping[str, object], name: str, wanted: str) -> Sequence[object]:
    """What a message holds under a name, where it is of the wanted film."""
    items = told.get(name)
    return items if told.get("film") == wanted and isinstance(items, Sequence) else ()


def _polygon(region: object) -> Polygon:
    if not isinstance(region, Sequence) or isinstance(region, str):
        return ()
    corners = []
    for corner in region[:MAX_CORNERS]:
        if not isinstance(corner, Sequence) or len(corner) != 2:
            return ()
        if not all(isinstance(share, int | float) and isfinite(share) for share in corner):
            return ()
        x, y = (min(max(float(share), 0.0), 1.0) for share in corner)
        corners.append((x, y))
    return tuple(corners)
