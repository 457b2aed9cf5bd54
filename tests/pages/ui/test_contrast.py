"""Every pair of text and background that is set here reaches WCAG AA, in both themes.

Text needs 4.5:1; what is large, or no text, 3:1. https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

import re
import tomllib
from pathlib import Path

import plotly.colors
import pytest

from pages.ui.film import strip, viewer
from pages.ui.shared import theme
from pages.ui.shared.charts import DARK, DARK_FROM, LIGHT
from xray_core.settings import PROJECT_DIR
from xray_core.viewer.classes import CLASS_COLOURS, OTHER_COLOURS

Colour = tuple[float, float, float]

CONFIG = tomllib.loads((PROJECT_DIR / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES = {name: CONFIG["theme"][name] for name in ("light", "dark")}
VIEWER = viewer.CSS
STRIP = Path(strip.__file__).with_name("strip.css").read_text(encoding="utf-8")
CAPTION = 0.60
"""Streamlit's captions are the text's colour at this share."""


def colour(code: str) -> Colour:
    """Red, green and blue in [0, 1]."""
    if code.startswith("rgb"):
        red, green, blue = (float(part) / 255 for part in re.findall(r"[\d.]+", code)[:3])
    else:
        red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def mix(over: Colour, under: Colour, share: float) -> Colour:
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(over, under, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The ratio as WCAG defines it, from 1 to 21."""

    def luminance(of: Colour) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def percent(pattern: str, css: str) -> float:
    found = re.search(pattern, css)
    assert found, pattern
    return float(found[1]) / 100


def test_the_ratio_is_that_of_wcag() -> None:
    assert contrast(colour("#000000"), colour("#FFFFFF")) == pytest.approx(21)
    assert contrast(colour("#FFFFFF"), colour("#2FB5A8")) == pytest.approx(2.53, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_texts_and_controls_of_streamlit(name: str) -> None:
    tokens = {key: colour(code) for key, code in THEMES[name].items() if str(code).startswith("#")}
    text, primary, white = tokens["textColor"], tokens["primaryColor"], colour("#FFFFFF")
    assert contrast(white, primary) >= 4.5, "primary buttons and chosen values are white on it"
    for ground in (tokens["backgroundColor"], tokens["secondaryBackgroundColor"]):
        assert contrast(text, ground) >= 7
        assert contrast(mix(text, ground, CAPTION), ground) >= 4.5
        assert contrast(tokens["linkColor"], ground) >= 4.5
        assert contrast(primary, ground) >= 3, "marks, borders and switches"
        assert contrast(mix(text, ground, 0.72), ground) >= 4.5
    if "grayTextColor" in tokens:
        assert contrast(tokens["grayTextColor"], tokens["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_texts_and_controls_of_the_viewer_and_the_strip(name: str) -> None:
    tokens = {key: colour(code) for key, code in THEMES[name].items() if str(code).startswith("#")}
    text, panel = tokens["textColor"], tokens["secondaryBackgroundColor"]
    quiet = mix(text, panel, percent(r"--quiet: color-mix\(in srgb, var\(--text\) (\d+)%", VIEWER))
    lift = mix(text, panel, percent(r"--lift: color-mix\(in srgb, var\(--text\) (\d+)%", VIEWER))
    share = percent(r"--accent: color-mix\(in srgb, var\(--st-primary-color, #\w+\) (\d+)%", VIEWER)
    accent = mix(tokens["primaryColor"], text, share)
    for ground in (panel, lift):
        assert contrast(quiet, ground) >= 4.5
    assert contrast(accent, panel) >= 3
    assert contrast(accent, mix(accent, panel, 0.16)) >= 3, "a pressed icon"
    assert contrast(text, mix(accent, panel, 0.26)) >= 4.5, "a pressed button"
    for of_class in (*CLASS_COLOURS.values(), *OTHER_COLOURS):
        assert contrast(text, mix(colour(of_class), panel, 0.20)) >= 4.5, "the chosen class"
    note = re.search(r"\.strip \.note \{[^}]*opacity: ([\d.]+)", STRIP)
    assert note
    assert contrast(mix(text, panel, float(note[1])), panel) >= 4.5


def test_what_stands_on_black_in_every_theme() -> None:
    black = colour("#000000")
    named = dict(re.findall(r"--((?:quiet-)?on-black): (#\w{6})", VIEWER))
    assert set(named) == {"on-black", "quiet-on-black"}
    for code in (*named.values(), "#e0b35a"):
        assert contrast(colour(code), black) >= 4.5
        assert contrast(colour(code), colour("#20262e")) >= 4.5, "under the pointer"
    assert "color: #e0b35a" in VIEWER
    room = re.search(r"\.room \{\n  --accent: (#\w{6});", VIEWER)
    assert room
    assert contrast(colour(room[1]), black) >= 3, "what has the focus"
    for code in ("#e6eaf0", "#ffb454"):
        assert code in STRIP
        assert contrast(colour(code), colour("#0e1116")) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_lines_and_marks_of_charts(name: str) -> None:
    ground = colour(THEMES[name]["backgroundColor"])
    for code in (theme.ACCENT, theme.MUTED, theme.OUTLINE, *theme.RUN_COLOURS):
        assert contrast(colour(code), ground) >= 3, code
    assert theme.OUTLINE.lower() in STRIP
    assert theme.OUTLINE.lower() in VIEWER


def test_numbers_in_the_cells_of_a_heatmap() -> None:
    for step in range(101):
        share = step / 100
        cell = colour(plotly.colors.sample_colorscale("Cividis", [share])[0])
        assert contrast(colour(DARK if share > DARK_FROM else LIGHT), cell) >= 4.5, share


def test_chosen_tabs_and_segments_keep_the_colour_of_text() -> None:
    # on dark the accent carries white text, so it is too dark to be one itself
    for part in ("stTab", "stSliderThumbValue", 'role="radiogroup"'):
        assert re.search(rf"{part}[^{{}}]*{{color: inherit !important;}}", theme._STYLE), part


def test_no_page_gives_text_a_colour_of_its_own() -> None:
    own = re.compile(r"(?<![-\w])color: (?!inherit|color-mix)[#\w]")
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((PROJECT_DIR / "pages").rglob("*.py"))
        if path.name != "print_style.py"  # paper has no theme
        for line in path.read_text(encoding="utf-8").splitlines()
        if own.search(line)
    ]
    assert found == []
