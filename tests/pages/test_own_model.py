import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared.words import plain
from tests.foreign import build
from tests.pages.conftest import OpenPage
from xray_core.classifier.own_scores import score_own_model
from xray_core.data.catalogue import DEMO_NAME
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.data.scan import scan
from xray_core.runs.register import register_model
from xray_core.runs.store import Run, open_run
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("no_shipped", "few_demo_films")
FILM = encode_png(make_phantom("viral", 31).image)


@pytest.fixture
def brought(settings: Settings, tmp_path: Path) -> Run:
    """A model that somebody brought; nothing was trained on this machine."""
    build("nested_backbone").save(tmp_path / "own.keras")
    run, _ = register_model(tmp_path / "own.keras", "Ward *7*", ("normal", "viral", "covid"))
    return run


def test_explain_shows_where_a_model_that_was_brought_looks(
    open_page: OpenPage, brought: Run
) -> None:
    page = open_page("explain")
    assert not page.exception
    assert not page.error
    assert page.multiselect[0].value == [brought.id]
    assert "Ward *7* · custom model" in page.multiselect[0].options[0]
    assert any("not known which films" in caption.value for caption in page.caption)


def test_second_opinion_asks_it_beside_a_trained_one(
    open_page: OpenPage, brought: Run, own_run: Run
) -> None:
    page = open_page("second_opinion")
    page.file_uploader[0].upload("my film.png", FILM, "image/png").run()
    assert not page.exception
    assert not page.error
    assert set(page.multiselect[0].value) == {brought.id, own_run.id}
    drawn = "\n".join(str(item.proto) for item in page.get("html"))
    assert "Ward *7*" in drawn
    assert "not one of its answers" in drawn
    assert any("knows other classes" in caption.value for caption in page.caption)


def texts(page: AppTest) -> str:
    return "\n".join(str(item.value) for item in (*page.markdown, *page.caption))


@pytest.mark.parametrize("name", ["home", "compare"])
def test_pages_of_scores_say_that_it_was_not_tested_and_what_to_do(
    open_page: OpenPage, brought: Run, name: str
) -> None:
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert "Not tested yet: Ward \\*7\\*. Test on a data set" in texts(page)


@pytest.mark.long
def test_it_is_tested_from_the_page_and_stands_on_home_compare_and_patterns(
    open_page: OpenPage, brought: Run
) -> None:
    page = open_page("train")
    assert "not tested yet" in texts(page)
    next(item for item in page.button if item.label == "Test the model").click().run()
    assert not page.exception
    assert not page.error
    scores = open_run(brought.id).scores()
    assert scores["tested_on"] == [DEMO_NAME]
    assert f"of {plain(DEMO_NAME)}" in texts(page)
    assert "macro-F1" in texts(open_page("home"))
    compare = open_page("compare")
    assert not compare.exception
    assert not compare.error
    assert compare.multiselect[0].value == [brought.id]
    row = compare.dataframe[0].value.iloc[0]
    assert (row["Trained on"], row["Training time"]) == ("not known here", "–")
    assert "may have seen them" in texts(compare)
    patterns = open_page("patterns")
    assert not patterns.exception
    assert not patterns.error
    assert "What stands out" in [item.value for item in patterns.subheader]


def test_a_test_that_finds_no_film_of_its_classes_says_so(
    open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    build("nested_backbone").save(tmp_path / "own.keras")
    run, _ = register_model(tmp_path / "own.keras", "Elsewhere", ("one", "two", "three"))
    page = open_page("train")
    next(item for item in page.button if item.label == "Test the model").click().run()
    assert not page.exception
    assert "No film has a label that the model knows" in page.error[0].value
    assert not open_run(run.id).finished


HOSTILE = "[x](http://h) <img src=x onerror=e> $x$ :red[y]"


@pytest.mark.long
def test_the_name_of_a_model_is_never_read_as_markdown_or_html(
    open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    build("nested_backbone").save(tmp_path / "own.keras")
    run, _ = register_model(tmp_path / "own.keras", HOSTILE, ("normal", "viral", "covid"))
    score_own_model(run, scan(settings.cache_dir / DEMO_NAME, name=DEMO_NAME))
    register_model(tmp_path / "own.keras", f"{HOSTILE}!", ("normal", "viral", "covid"))
    shown = 0
    for name in ("home", "compare", "second_opinion"):
        page = open_page(name)
        if name == "second_opinion":
            page.file_uploader[0].upload("my film.png", FILM, "image/png").run()
        assert not page.exception
        assert not page.error
        for kind in ("markdown", "caption", "title", "subheader", "warning", "info", "success"):
            for item in page.get(kind):
                text = str(getattr(item, "value", ""))
                shown += "onerror" in text
                assert not re.search(r"(?<!\\)(<img|\[x\]|\$x\$|:red\[y)", text), (name, text)
    assert shown >= 4
