"""The Dataset page in tests: its figures, buttons and form."""

from pathlib import Path

from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pages.reading import button
from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom


def cards(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def draw_film(path: Path, label: str) -> None:
    Image.fromarray(to_uint8(make_phantom(label, 1, size_px=64).image)).save(path)


def fill_form(page: AppTest, path: str, name: str = "", reader: str = "") -> AppTest:
    page.text_input(key="add_dataset_path").set_value(path)
    page.text_input(key="add_dataset_name").set_value(name)
    page.selectbox(key="add_dataset_reader").set_value(reader)
    return button(page, "Add").click().run()  # type: ignore[no-any-return]
