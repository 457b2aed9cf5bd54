import subprocess
import sys

import pytest

from pages.ui.shared import session, visit
from pages.ui.shared.places import PLACES
from tests.pages.conftest import OpenPage
from xray_core.explain.demo import store_demo_maps
from xray_core.runs.store import Run
from xray_core.settings import PROJECT_DIR


def words_of(app: object) -> str:
    """All Markdown and captions of a page."""
    return "\n".join(item.value for item in (*app.markdown, *app.caption))  # type: ignore[attr-defined]


def test_home_names_data_sets_and_models(open_page: OpenPage, own_run: Run) -> None:
    store_demo_maps(own_run)
    home = open_page("home")
    assert not home.exception
    assert not home.error
    assert home.title[0].value == "See what a chest X-ray classifier sees"
    assert "Demo films (synthetic)" in words_of(home)
    assert "Small CNN · random initialisation" in words_of(home)


@pytest.mark.usefixtures("no_shipped")
def test_home_without_a_model_says_how_to_get_one(open_page: OpenPage) -> None:
    home = open_page("home")
    assert not home.exception
    assert any("no trained model" in notice.value for notice in home.info)


@pytest.mark.usefixtures("no_shipped")
def test_a_film_dropped_on_home_is_there_on_second_opinion(open_page: OpenPage) -> None:
    home = open_page("home")
    home.file_uploader[0].upload("mine.png", b"film", "image/png").run()
    assert not home.exception
    assert home.title[0].value == "Second opinion"
    assert [file.name for file in home.session_state[session.OPINION_FILES.name]] == ["mine.png"]


@pytest.mark.usefixtures("no_shipped")
def test_home_names_what_each_page_answers_and_the_last_work(
    open_page: OpenPage, own_run: Run
) -> None:
    home = open_page("home")
    assert all(place.answers in words_of(home) for place in PLACES)
    assert "Trained: Small CNN" in words_of(home)
    assert "came from" not in words_of(home)
    home.session_state[visit.LAST_PAGE.name] = "present"  # `app.py` does, which is bypassed here
    home.run()
    assert "The page you came from" in words_of(home)


@pytest.mark.slow
def test_home_opens_without_tensorflow(own_run: Run) -> None:
    store_demo_maps(own_run)
    program = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        f"app = AppTest.from_file({str(PROJECT_DIR / 'app.py')!r}, default_timeout=60).run();"
        "assert not app.exception and not app.error and app.title;"
        "sys.exit('tensorflow was imported' if 'tensorflow' in sys.modules else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
