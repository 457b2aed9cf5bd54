"""Names that hold markup are shown as they are: every page is read element by element."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1.element_tree import Block, Element

from pages.ui.shared.words import WORD_JOINER, chart_text, plain
from tests.pages.conftest import OpenPage
from xray_core.data.catalogue import add_dataset
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.reports.deck.basket import Item
from xray_core.reports.deck.content import Slide
from xray_core.runs.store import CONFIG, EPOCH_MAPS, PREDICTIONS, SCORES, Run, open_run
from xray_core.settings import Settings

HOSTILE = (
    "zq**b** <img src=x onerror=alert(1)> [a](javascript:alert) $x$ :red[x] :material/delete: %{x}"
)
AS_TEXT = {
    *("text", "selectbox", "multiselect", "arrow_data_frame", "bidi_component", "code"),
    *("text_input", "text_area"),
}
"""Elements that Streamlit fills with text, not with Markdown, but for their label and help."""
MARKUP_OF_THOSE = ("label", "help")


def strings_of(message: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a message of Streamlit, with the names of the fields that lead to it."""
    for field, value in message.ListFields():
        values = [value] if isinstance(value, str) or hasattr(value, "ListFields") else value
        if isinstance(values, (bool, int, float, bytes)):
            continue
        for item in values:
            if isinstance(item, str):
                yield f"{path}.{field.name}", item
            elif hasattr(item, "ListFields"):
                yield from strings_of(item, f"{path}.{field.name}")


def read_all(block: Block) -> Iterator[tuple[str, str, str]]:
    """Kind of element, path of the field, text."""
    for child in block.children.values():
        proto = child.proto
        if isinstance(child, Block):
            if proto is not None:
                yield from (("block", path, text) for path, text in strings_of(proto))
            yield from read_all(child)
        elif isinstance(child, Element):
            yield from ((child.type, path, text) for path, text in strings_of(proto))


def markup_in(kind: str, path: str, text: str) -> bool:
    """Whether a text would be read as markup where it stands."""
    field = path.rsplit(".", 1)[-1]
    if (kind in AS_TEXT and field not in MARKUP_OF_THOSE) or field in ("alt", "id", "key"):
        return False
    if kind == "plotly_chart":
        return "<img" in text or "%{x} " in text.replace("%{x:", "")
    if kind == "html":
        return "<img" in text
    return HOSTILE in text or "zq**b**" in text or " <img src" in text


@pytest.fixture
def hostile_run(own_run: Run, settings: Settings) -> Run:
    """A run whose last class and whose data set have such a name."""
    for name in (CONFIG, SCORES):
        path = own_run.path / name
        facts = path.read_text(encoding="utf-8").replace('"covid"', json.dumps(HOSTILE))
        path.write_text(facts, encoding="utf-8")
    path = own_run.path / CONFIG
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"datasets": [HOSTILE], "initialisation": HOSTILE}))
    table = pd.read_csv(own_run.path / PREDICTIONS, keep_default_na=False)
    table = table.rename(columns={"p_covid": f"p_{HOSTILE}"}).replace("covid", HOSTILE)
    table.to_csv(own_run.path / PREDICTIONS, index=False)
    (own_run.path / EPOCH_MAPS).unlink()  # it knows the class by its old name
    return open_run(own_run.id)


@pytest.fixture
def hostile_films(films_dir: Path, tmp_path: Path) -> str:
    """A data set of twelve films whose sources and patients, and itself, have such a name."""
    folder = tmp_path / "films"
    shutil.copytree(films_dir, folder)
    table = pd.read_csv(folder / "index.csv").iloc[::4]
    table["source"] = [f"{HOSTILE} {row % 2}" for row in range(len(table))]
    table["patient"] = [f"{HOSTILE} {row}" for row in range(len(table))]
    table.to_csv(folder / "index.csv", index=False)
    return add_dataset(folder / "index.csv", HOSTILE).name


@pytest.mark.usefixtures("no_shipped", "few_demo_films")
def test_names_from_files_are_text_on_every_page(
    open_page: OpenPage, hostile_run: Run, hostile_films: str
) -> None:
    page = open_page("home")
    seen: dict[str, int] = {}

    def look(name: str) -> None:
        assert not page.exception
        texts = list(read_all(page.main))
        seen[name] = sum("zq" in text for _, _, text in texts)
        assert [found for found in texts if markup_in(*found)] == []

    look("home")
    page.switch_page("pages/dataset.py").run()
    page.selectbox(key="dataset").set_value(hostile_films).run()
    look("dataset")
    page.session_state[f"tabs_{hostile_films}"] = "Balance and appearance"
    page.run()
    look("balance")
    page.switch_page("pages/explain.py").run()
    look("explain")
    page.switch_page("pages/second_opinion.py").run()
    film = encode_png(make_phantom("viral", 31).image)
    page.file_uploader[0].upload(f"{HOSTILE}.png", film, "image/png").run()
    look("film")
    page.file_uploader[0].upload(f"bad {HOSTILE}.png", b"Dear colleague", "image/png").run()
    look("no film")
    page.session_state["basket"] = (Item(1, Slide(HOSTILE, HOSTILE), HOSTILE),)
    for name in ("compare", "train", "patterns", "present"):
        page.switch_page(f"pages/{name}.py").run()
        look(name)
    assert min(seen.values()) > 0, seen


def test_text_is_escaped_for_each_place() -> None:
    shown = plain(HOSTILE)
    assert "**b**" not in shown
    assert shown.replace("\\", "").replace(WORD_JOINER, "") == HOSTILE
    assert chart_text(HOSTILE).count("&lt;img src=x onerror=alert(1)&gt;") == 1
    assert "%{" not in chart_text(HOSTILE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("0017.jpg", "0017.jpg"),
        ("a\n\n# b", "a \\# b"),
        ("    code", "code"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("www.evil.example", f"www{WORD_JOINER}.evil.example"),
        ("https://a.b", f"https\\:{WORD_JOINER}//a.b"),
        ("me@a.b", f"me{WORD_JOINER}@a.b"),
        (":smile:", f"\\:{WORD_JOINER}smile:"),
        ("a -> b", f"a -{WORD_JOINER}\\> b"),
        ("use --skip-bad at 12:30:45", "use --skip-bad at 12:30:45"),
        ("gnp.\u202efdp", "gnp.\ufffdfdp"),
    ],
)
def test_what_streamlit_would_read_is_taken_from_it(text: str, shown: str) -> None:
    assert plain(text) == shown
