import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from tests.pages.dataset_page import cards
from tests.pages.reading import button
from xray_core.data.catalogue import DEMO_NAME, add_dataset
from xray_core.data.records import NO_LABEL
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("few_demo_films")


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
    page = button(page, "Rescan").click().run()
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
