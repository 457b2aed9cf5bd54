"""How long the viewer draws after a key, by its own clock: state, film, maps and words."""

from collections.abc import Iterator
from itertools import cycle, islice

from xray_core.benchmarks.app_window import Window

KEYS = ("ArrowDown", "c", "z", "l", "v", "+", "+", "i", "o", "o", "9", "0", "w", "w", "i", "z", "c")
"""Class, lines, places, window, zoom, greys, map on and off, turned, two maps, and back."""

_CANVAS = 'find(".viewer[data-ready=true] .stage canvas")'


def redraws(window: Window, count: int) -> Iterator[float]:
    """Milliseconds of each redraw.

    Args:
        window: with a film in the viewer.
        count: keys that are pressed, `KEYS` over and over.
    """
    stage = window.page.locator(".viewer[data-ready=true] .stage").last
    canvas = stage.locator("canvas").first
    stage.focus()
    for key in islice(cycle(KEYS), count):
        canvas.evaluate("canvas => delete canvas.dataset.redrawMs")
        window.page.keyboard.press(key)
        window.until(f"{_CANVAS}?.dataset.redrawMs")
        yield float(canvas.get_attribute("data-redraw-ms") or "nan")
