import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from xray_core.data import download
from xray_core.data.catalogue import DEMO_NAME, add_dataset, get_dataset, list_datasets
from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.data.records import NO_LABEL
from xray_core.errors import DownloadError
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("few_demo_films")


@pytest.fixture
def clinic(films_dir: Path, tmp_path: Path) -> Path:
    """A data set of 48 films that a test may change."""
    return Path(shutil.copytree(films_dir, tmp_path / "clinic"))


@pytest.fixture
def open_dataset(open_page: OpenPage) -> Callable[[str], AppTest]:
    """Opens the page on a data set."""

    def open_named(name: str) -> AppTest:
        return open_page("dataset").selectbox(key="dataset").set_value(name).run()

    return open_named


def cards(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def button(page: AppTest, label: str) -> object:
    return next(item for item in page.button if item.label == label)


def draw_film(path: Path, label: str) -> None:
    Image.fromarray(to_uint8(make_phantom(label, 1, size_px=64).image)).save(path)


def fill_form(page: AppTest, path: str, name: str = "", reader: str = "") -> AppTest:
    page.text_input(key="add_dataset_path").set_value(path)
    page.text_input(key="add_dataset_name").set_value(name)
    page.selectbox(key="add_dataset_reader").set_value(reader)
    return button(page, "Add").click().run()  # type: ignore[attr-defined,no-any-return]


def test_demo_films_are_drawn_and_shown_at_once(open_page: OpenPage, settings: Settings) -> None:
    shutil.rmtree(settings.cache_dir / DEMO_NAME)
    page = open_page("dataset")
    assert not page.exception
    assert not page.error
    assert cards(page) == {
        "Films": "12",
        "Patients": "12",
        "Classes": "4",
        "Problems": "0",
        "Near-duplicates": "0",
        "Leaks": "–",
    }
    assert [tab.label for tab in page.tabs] == [
        "Films",
        "Balance and appearance",
        "Problems (0)",
        "Near-duplicates (0)",
        "Audit",
    ]
    assert page.caption[-1].value.startswith("Films 1 to 12 of 12")


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
    page = button(page, "Forget").click().run()  # type: ignore[attr-defined]
    assert page.selectbox(key="dataset").value == DEMO_NAME
    assert [dataset.name for dataset in list_datasets()] == [DEMO_NAME]
    page = button(page, "Undo").click().run()  # type: ignore[attr-defined]
    assert page.selectbox(key="dataset").value == "clinic"
    assert get_dataset("clinic").reader == "index_csv"
    assert "Undo" not in [item.label for item in page.button]


def test_demo_films_cannot_be_forgotten(open_page: OpenPage) -> None:
    assert button(open_page("dataset"), "Forget").disabled  # type: ignore[attr-defined]


def test_vanished_folder_is_an_error_in_words(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    add_dataset(clinic)
    shutil.rmtree(clinic)
    page = open_dataset("clinic")
    assert not page.exception
    assert "The data set doesn't exist" in page.error[0].value
    assert str(clinic.parent) not in page.error[0].value
    page = page.selectbox(key="dataset").set_value(DEMO_NAME).run()
    assert not page.error
    assert cards(page)["Films"] == "12"


def test_unreadable_film_is_listed_and_found_again_after_a_rescan(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    film = min(clinic.rglob("*.png"))
    whole = film.read_bytes()
    film.write_bytes(b"no film")
    add_dataset(clinic)
    page = open_dataset("clinic")
    assert (cards(page)["Films"], cards(page)["Problems"]) == ("47", "1")
    assert "Problems (1)" in [tab.label for tab in page.tabs]
    film.write_bytes(whole)
    page = button(page, "Rescan").click().run()  # type: ignore[attr-defined]
    assert (cards(page)["Films"], cards(page)["Problems"]) == ("48", "0")


def test_data_set_without_a_usable_film_says_why(
    open_dataset: Callable[[str], AppTest], tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    for label in ("normal", "covid"):
        (folder / label).mkdir(parents=True)
        (folder / label / "1.png").write_bytes(b"no film")
    add_dataset(folder)
    page = open_dataset("broken")
    assert not page.exception
    assert page.subheader[0].value == "No film of this data set can be used"
    assert page.dataframe[0].value["path"].tolist() == ["covid/1.png", "normal/1.png"]


def test_films_with_boxes_and_no_label_are_counted_and_shown_apart(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    index = clinic / "index.csv"
    header, *lines = index.read_text().splitlines()
    place = header.split(",").index("disease")
    cells = [line.split(",") for line in lines]
    for row in cells[:5]:
        row[place] = ""
    box = '"[[0.2, 0.2, 0.3, 0.3]]"'
    index.write_text("\n".join([f"{header},boxes", *(f"{','.join(row)},{box}" for row in cells)]))
    add_dataset(clinic)
    page = open_dataset("clinic")
    assert (cards(page)["Films"], cards(page)["Classes"], cards(page)["Problems"]) == (
        "43",
        "4",
        "0",
    )
    said = [caption.value for caption in page.caption]
    assert any("5 films with boxes and no label: for maps only." in words for words in said)
    assert any("of 43, in random order" in words for words in said)
    page.segmented_control(key="films_class").set_value(NO_LABEL).run()
    assert not page.exception
    assert any("of 5, in random order" in caption.value for caption in page.caption)


def test_data_set_of_boxes_alone_says_where_its_films_are(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    films = sorted(path.relative_to(clinic).as_posix() for path in clinic.rglob("*.png"))[:2]
    lines = [f'{film},,"[[0.2, 0.2, 0.3, 0.3]]"\n' for film in films]
    (clinic / "index.csv").write_text("path,label,boxes\n" + "".join(lines))
    add_dataset(clinic)
    page = open_dataset("clinic")
    assert not page.exception
    assert page.subheader[0].value == "No film of this data set has a label"


def test_same_film_in_two_own_splits_is_a_leak(
    open_dataset: Callable[[str], AppTest], clinic: Path, tmp_path: Path
) -> None:
    normal, other, covid = sorted(clinic.rglob("*.png"))[:3]
    folder = tmp_path / "split"
    for path, film in (
        ("train/normal/a.png", normal),
        ("train/covid/b.png", covid),
        ("test/normal/c.png", normal),
        ("test/covid/d.png", other),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(film, folder / path)
    add_dataset(folder)
    page = open_dataset("split")
    assert cards(page)["Leaks"] == "1"
    assert cards(page)["Near-duplicates"] == "1"
    assert "own split leaks" in page.warning[0].value
    assert "1 near-duplicate group lies in more than one split" in page.warning[0].value


def test_class_of_one_source_is_warned_of(
    open_dataset: Callable[[str], AppTest], clinic: Path
) -> None:
    films = sorted(path.relative_to(clinic).as_posix() for path in clinic.rglob("*.png"))
    rows = [
        f"{'covid' if i % 2 else 'normal'},{film},{'Madrid' if i % 2 else f'clinic {i % 4}'}"
        for i, film in enumerate(films)
    ]
    (clinic / "other.csv").write_text("\n".join(["disease,image path,source", *rows]))
    add_dataset(clinic / "other.csv", "confounded")
    page = open_dataset("confounded")
    assert "COVID-19" in page.warning[0].value
    assert "comes only from the source “Madrid”" in page.warning[0].value


def test_classes_filter_the_films(open_page: OpenPage) -> None:
    page = open_page("dataset")
    page.segmented_control(key="films_class").set_value("covid").run()
    assert page.caption[-1].value.startswith("Films 1 to 3 of 3")


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


def test_damaged_list_of_data_sets_is_an_error_in_words(
    open_page: OpenPage, settings: Settings
) -> None:
    path = settings.cache_dir / "datasets.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    page = open_page("home")
    page.session_state["inside_app"] = False  # as by the page's own address: through `app.py`
    page = page.switch_page("pages/dataset.py").run()
    assert not page.exception
    assert "The list of data sets is damaged" in page.error[0].value
