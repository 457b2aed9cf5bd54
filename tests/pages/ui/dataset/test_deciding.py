"""A film is left out of a data set by a click, and taken in again."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from xray_core.data.catalogue import add_dataset
from xray_core.data.decisions import DECISIONS, LEFT_OUT, read_decisions
from xray_core.data.scan import scan
from xray_core.settings import Settings


@pytest.fixture
def clinic(films_dir: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(films_dir, tmp_path / "clinic"))
    add_dataset(folder)
    return folder


def first_film() -> None:
    """A page with the enlarged first film of the data set."""
    from functools import partial

    from pages.ui.dataset.deciding import FILMS_TAB, decided_line, leave_out_button
    from pages.ui.shared.film_dialog import film_dialog
    from pages.ui.shared.manifests import manifest_of

    manifest = manifest_of("clinic")
    decided_line(manifest, FILMS_TAB)
    record = manifest.records[0]
    film_dialog(manifest, record, partial(leave_out_button, manifest, record, FILMS_TAB))


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [item for item in page.button if item.label == label]
    page = button.click().run()
    assert not page.exception
    return page


def test_an_enlarged_film_is_left_out_and_taken_in_again(clinic: Path) -> None:
    page = AppTest.from_function(first_film, default_timeout=60).run()
    assert not page.exception
    page = press(page, "Leave out of this data set")
    (decision,) = read_decisions(clinic).values()
    assert (decision.decision, bool(decision.sha256)) == ("leave out", True)
    assert scan(clinic).records[0].problem == LEFT_OUT
    page = press(page, "Include it again")
    assert not (clinic / DECISIONS).exists()
    page = press(page, "Undo")
    assert scan(clinic).records[0].problem == LEFT_OUT


def test_a_read_only_app_offers_no_decision(clinic: Path, settings: Settings) -> None:
    assert clinic.is_dir()
    object.__setattr__(settings, "read_only", True)
    page = AppTest.from_function(first_film, default_timeout=60).run()
    assert not page.exception
    assert not page.button
