"""Data sets that are added to the Dataset page, and removed from it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from tests.pages.dataset_page import cards, draw_film, fill_form
from tests.pages.reading import button
from xray_core.data import download
from xray_core.data.catalogue import DEMO_NAME, add_dataset, get_dataset, list_datasets
from xray_core.errors import DownloadError

pytestmark = pytest.mark.usefixtures("few_demo_films")


def test_folder_is_added_and_chosen(open_page: OpenPage, clinic: Path) -> None:
    page = fill_form(open_page("dataset"), str(clinic), " Ward 3 ")
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="dataset").value == "Ward 3"
    assert cards(page)["Films"] == "48"
    assert get_dataset("Ward 3").path == clinic
    assert [item.value for item in page.success] == ["**Ward 3** was added and is shown below."]
    panels = [item for item in page.expander if item.label == "Add a data set"]
    assert [panel.proto.expanded for panel in panels] == [False]
    page.run()
    assert not page.success


def test_reader_that_was_chosen_is_kept(open_page: OpenPage, clinic: Path) -> None:
    page = fill_form(open_page("dataset"), str(clinic), reader="index_csv")
    assert get_dataset("clinic").reader == "index_csv"
    assert cards(page)["Films"] == "48"
    assert cards(page)["Patients"] == "48"


def test_reader_that_was_chosen_reads_the_films(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    add_dataset(clinic, reader="class_folders")
    assert cards(open_dataset("clinic"))["Patients"] == "unknown", "only the table names them"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "No path was given"),
        ("EMPTY/at/all", "There is no such file or folder"),
        ("EMPTY/" + "a" * 300, "There is no such file or folder"),
        ("/nowhere/at/all", "This app does not open that path"),
        ("EMPTY", "No data set was recognised"),
    ],
)
def test_path_that_is_no_data_set_is_explained(
    open_page: OpenPage, tmp_path: Path, path: str, words: str
) -> None:
    (tmp_path / "nothing").mkdir()
    page = fill_form(open_page("dataset"), path.replace("EMPTY", str(tmp_path / "nothing")))
    assert not page.exception
    assert words in page.error[0].value
    assert "What to do" in page.error[0].value
    assert [dataset.name for dataset in list_datasets()] == [DEMO_NAME]
    assert cards(page)["Films"] == "12", "the rest of the page still works"


def test_table_that_cannot_be_used_is_named_with_its_reason(
    open_page: OpenPage, tmp_path: Path
) -> None:
    folder = tmp_path / "ward"
    for label in ("covid", "normal"):
        (folder / label).mkdir(parents=True)
        draw_film(folder / label / "1.png", label)
    (folder / "labels.csv").write_text("covid/1.png,COVID\nnormal/1.png,Normal\n")
    page = fill_form(open_page("dataset"), str(folder))
    assert not page.exception
    assert "labels.csv: The table has no header line" in page.error[0].value.replace("\\", "")
    page = fill_form(page, str(folder), reader="class_folders")
    assert not page.error
    assert cards(page)["Films"] == "2"


def test_films_of_several_findings_may_count_as_the_first(
    open_page: OpenPage, tmp_path: Path
) -> None:
    folder = tmp_path / "ward"
    folder.mkdir()
    draw_film(folder / "1.png", "covid")
    draw_film(folder / "2.png", "normal")
    (folder / "index.csv").write_text("path,label\n1.png,Hernia|COVID\n2.png,Normal\n")
    page = fill_form(open_page("dataset"), str(folder), "apart")
    assert cards(page)["Problems"] == "1"
    page.checkbox(key="add_dataset_one_finding").check()
    page = fill_form(page, str(folder), "first")
    assert cards(page)["Films"] == "2"
    assert any("ilms with several findings" in item.value for item in page.caption)
    assert get_dataset("first").one_finding


def test_forgotten_data_set_can_be_brought_back(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    add_dataset(clinic, reader="index_csv")
    page = open_dataset("clinic")
    page = button(page, "Forget").click().run()
    assert page.selectbox(key="dataset").value == DEMO_NAME
    assert [dataset.name for dataset in list_datasets()] == [DEMO_NAME]
    page = button(page, "Undo").click().run()
    assert page.selectbox(key="dataset").value == "clinic"
    assert get_dataset("clinic").reader == "index_csv"
    assert "Undo" not in [item.label for item in page.button]


def test_demo_films_cannot_be_forgotten(open_page: OpenPage) -> None:
    assert button(open_page("dataset"), "Forget").disabled


def test_download_needs_consent_and_a_folder(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, clinic: Path, tmp_path: Path
) -> None:
    asked = []

    def fetch(key: str, target: Path, progress: Callable[[int, int], None]) -> Path:
        asked.append((key, target))
        progress(1, 0)
        progress(1, 2)
        return clinic

    monkeypatch.setattr(download, "download", fetch)
    page = open_page("dataset")
    assert "Licence" in "".join(item.value for item in page.markdown)
    assert page.button(key="download").disabled
    page.checkbox(key="accept_radiography").check().run()
    assert page.button(key="download").disabled
    page.text_input(key="download_folder").set_value(str(tmp_path)).run()
    page = page.button(key="download").click().run()
    assert not page.exception
    assert asked == [("radiography", tmp_path)]
    assert page.selectbox(key="dataset").value == "clinic"
    assert cards(page)["Films"] == "48"


def test_download_that_fails_gives_the_manual_steps(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(key: str, target: Path, progress: Callable[[int, int], None]) -> Path:
        source = download.SOURCES[key]
        raise DownloadError(
            "It could not be fetched.", where=source.page, fix=source.manual_steps(target)
        )

    monkeypatch.setattr(download, "download", refuse)
    page = open_page("dataset")
    page.text_input(key="download_folder").set_value(str(tmp_path))
    page.checkbox(key="accept_radiography").check().run()
    page = page.button(key="download").click().run()
    assert not page.exception
    assert "By hand" in page.error[0].value
    assert cards(page)["Films"] == "12", "the rest of the page still works"
