"""Mean maps as pictures: over the mean film of the class, and all of them on one sheet."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.labels import label_title
from xray_core.explain.overlay import inferno, lay_over
from xray_core.lungs.boxes import Box
from xray_core.patterns.frame import mean_in_frame
from xray_core.patterns.means import MeanMap

PICTURE_PX = 192
UNIT = "times an even map"
_BACK, _TEXT, _MUTED = "#0E1116", "#E6EAF0", "#8B95A3"


def mean_film(films: UInt8Array, boxes: Sequence[Box | None]) -> Float32Array:
    """The mean of films, uint8 (film, side, side), in the common frame: what stands behind a map.

    Returns:
        float32 (192, 192) in [0, 1]; black without any film.
    """
    mean: Float32Array = np.clip(mean_in_frame(films, boxes, PICTURE_PX) / np.float32(255), 0, 1)
    return mean


def mean_lungs(lungs: NDArray[np.bool_], boxes: Sequence[Box | None]) -> Float32Array:
    """The mean outline of lungs (film, side, side), dim grey: for where films are not available."""
    mean = Image.fromarray(mean_in_frame(lungs, boxes, lungs.shape[1]))
    large = mean.resize((PICTURE_PX, PICTURE_PX), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(large, np.float32), 0, 1) * np.float32(0.3)


def top_of(means: Sequence[MeanMap | None]) -> float:
    """The greatest value of all mean maps, which all of them are drawn relative to."""
    return max((float(mean.values.max()) for mean in means if mean), default=0.0)


def mean_picture(back: Float32Array, mean: MeanMap | None, top: float) -> UInt8Array:
    """A mean map over a film: transparent at zero, full colour at `top`.

    Args:
        back: float32 (height, width) in [0, 1].
        mean: None draws the film alone.
        top: as `top_of` gives it.
    """
    values = np.zeros((1, 1), np.float32) if mean is None or top <= 0 else mean.values / top
    return lay_over(back, values.astype(np.float32))


def difference_picture(back: Float32Array, difference: Float32Array) -> tuple[UInt8Array, float]:
    """A difference of two mean maps over a film: orange where the first has more, blue the second.

    Returns:
        uint8 (height, width, 3), and the greatest difference, which has full colour.
    """
    top = float(np.abs(difference).max())
    scaled = difference / top if top > 0 else difference
    return lay_over(back, scaled.astype(np.float32), signed=True), top


def mean_sheet(
    rows: Mapping[str, Sequence[tuple[str, UInt8Array, int]]], top: float, title: str
) -> bytes:
    """Models in rows and classes in columns, with a colour bar, as PNG.

    Args:
        rows: name of a model -> (class, picture, films) in order; one or more models.
        top: value of full colour.
        title: above the pictures.
    """
    gap, head, line = 8, 30, 20
    side = PICTURE_PX
    columns = max(map(len, rows.values()))
    width = max(520, gap + columns * (side + gap))
    height = head + len(rows) * (line + side + line + gap) + 3 * line + 16
    sheet = Image.new("RGB", (width, height), _BACK)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    draw.text((gap, 8), title, fill=_TEXT, font=font)
    y = head
    for name, cells in rows.items():
        draw.text((gap, y), name, fill=_TEXT, font=font)
        for place, (label, picture, n) in enumerate(cells):
            x = gap + place * (side + gap)
            sheet.paste(Image.fromarray(picture).resize((side, side)), (x, y + line))
            words = f"{label_title(label)}, n = {n}"
            draw.text((x, y + line + side + 2), words, fill=_MUTED, font=font)
        y += line + side + line + gap
    bar = Image.fromarray(np.repeat(inferno()[None], 12, axis=0)).resize((width - 2 * gap, 12))
    sheet.paste(bar, (gap, y))
    draw.text((gap, y + 14), "0", fill=_TEXT, font=font)
    draw.text((width - gap, y + 14), f"{top:.1f} {UNIT}", fill=_TEXT, font=font, anchor="ra")
    note = "Mean Grad-CAM for the films' own label. Research only, not a diagnosis."
    draw.text((gap, y + 14 + line), note, fill=_MUTED, font=font)
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
