"""Draw `docs/layers.jpg`, the layers of the shipped models, as the Compare page draws them.

`python -m docs.make_layers_picture` needs Playwright and Chromium, as the browser tests do.
"""

import io
import shutil
from html import escape
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from pages.ui.compare.layer_chart import layer_figure, layers_of, sweep_of
from xray_core.quality.layer_file import read_layers
from xray_core.runs.store import open_run

PICTURE = Path(__file__).resolve().parent / "layers.jpg"
MODELS = {"small_cnn": "Small CNN", "resnet50": "ResNet50", "xception": "Xception"}
WIDTH_PX = 1170
FONT = "'Source Sans 3', 'Source Sans Pro', 'DejaVu Sans', sans-serif"
STYLE = f"body {{ margin: 16px; font: 14px {FONT}; color: #1a2230 }} p {{ margin: 8px 0 }}"


def main() -> None:
    """Draw a chart for each model into one page, and take its picture."""
    parts = [part(name, title) for name, title in MODELS.items()]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": 900})
        page.set_content(f"<style>{STYLE}</style>" + "".join(parts))
        page.wait_for_function(f"document.querySelectorAll('.main-svg').length >= {len(parts)}")
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    picture.convert("RGB").save(PICTURE, quality=80, optimize=True, progressive=True)


def part(name: str, title: str) -> str:
    """Heading and chart of one model; the first brings Plotly along for all."""
    run = open_run(name)
    content = read_layers(run)
    if content is None:
        raise SystemExit(f"{name}: its layers were not measured")
    sweep = sweep_of(content)
    figure = layer_figure(sweep, layers_of(run, sweep))
    figure.update_layout(template="plotly_white", font={"family": FONT, "size": 12})
    figure.update_xaxes(showline=True, linecolor="#1a2230", tickangle=0, tickfont={"size": 11})
    script = "inline" if name == next(iter(MODELS)) else False
    chart = figure.to_html(
        full_html=False, include_plotlyjs=script, config={"displayModeBar": False}
    )
    return f"<p><b>{escape(title)}</b> · {escape(content['words'])}</p>{chart}"


if __name__ == "__main__":
    main()
