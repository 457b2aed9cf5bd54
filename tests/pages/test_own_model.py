from pathlib import Path

import pytest

from tests.foreign import build
from tests.pages.conftest import OpenPage
from xray_core.data.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.runs.register import register_model
from xray_core.runs.store import Run
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
    assert "Ward *7* · own model" in page.multiselect[0].options[0]
    assert any("not known here" in caption.value for caption in page.caption)


def test_second_opinion_asks_it_beside_a_trained_one(
    open_page: OpenPage, brought: Run, own_run: Run
) -> None:
    page = open_page("second_opinion")
    page.file_uploader[0].upload("my film.png", FILM, "image/png").run()
    assert not page.exception
    assert not page.error
    assert set(page.multiselect[0].value) == {brought.id, own_run.id}


@pytest.mark.parametrize("name", ["home", "compare", "dataset"])
def test_pages_of_scores_and_films_leave_it_out(
    open_page: OpenPage, brought: Run, name: str
) -> None:
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert not any("Ward" in text.value for text in page.markdown)
