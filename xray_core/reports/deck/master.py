"""The master of PowerPoint slides: our colours and font, a title, an edge, room for the rest."""

import re
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches

from xray_core.reports.deck.themes import COLOURS, Theme

FONT = "Arial"
LEFT, RIGHT = Inches(0.55), Inches(12.783)
_TITLE_ONLY = 5
_TITLE = 1  # PP_PLACEHOLDER.TITLE


def make_master(presentation: Any, colours: Theme) -> Any:
    """Give a presentation one master with one layout, which is returned: a title and room below."""
    master = presentation.slide_master
    layout = presentation.slide_layouts[_TITLE_ONLY]
    for other in list(presentation.slide_layouts):
        if other is not layout and other.name != layout.name:
            presentation.slide_layouts.remove(other)
    _colour_theme(master, colours)
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = RGBColor.from_string(colours.back)
    for place in (master, layout):
        for shape in list(place.placeholders):
            if shape.placeholder_format.type != _TITLE:
                shape._element.getparent().remove(shape._element)
                continue
            shape.left, shape.top = LEFT, Inches(0.35)
            shape.width, shape.height = RIGHT - LEFT, Inches(0.85)
    _edge(master, presentation.slide_height, colours)
    _title_style(master, colours)
    return layout


def _colour_theme(master: Any, colours: Theme) -> None:
    """What somebody adds by hand looks like the rest: text, ground, accents and fonts."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = part.blob.decode("utf-8")
    named = {"dk1": colours.text, "lt1": colours.back, "dk2": colours.muted, "lt2": colours.panel}
    named |= {f"accent{place}": colour for place, colour in enumerate(COLOURS, 1)}
    for name, colour in named.items():
        inside = f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>'
        xml = re.sub(rf"<a:{name}>.*?</a:{name}>", inside, xml, flags=re.DOTALL)
    xml = re.sub(r'(<a:m(?:aj|in)orFont>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", xml)
    part._blob = re.sub(r'(<a:theme [^>]*name=")[^"]*', r"\g<1>ThoraxLens", xml).encode("utf-8")


def _edge(master: Any, height: int, colours: Theme) -> None:
    """A line of the accent at the left edge of every slide."""
    shapes = master.shapes
    element = shapes._spTree.add_autoshape(
        shapes._next_shape_id, "Edge", MSO_SHAPE.RECTANGLE.xml_value, 0, 0, Emu(82296), height
    )
    shape = next(item for item in shapes if item._element is element)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colours.accent)
    shape.line.fill.background()


def _title_style(master: Any, colours: Theme) -> None:
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    words = style.find("{*}defRPr")
    words.set("sz", "3000")
    words.set("b", "1")
    fill = words.find("{*}solidFill")
    fill.clear()
    fill.append(fill.makeelement(fill.tag.replace("solidFill", "srgbClr"), {"val": colours.text}))
    for font in words.findall("{*}latin"):
        font.set("typeface", FONT)
