from pathlib import Path

import pytest

from xray_core.data import catalogue
from xray_core.data.catalogue import (
    DEMO_NAME,
    add_dataset,
    forget_dataset,
    get_dataset,
    list_datasets,
    prepare,
)
from xray_core.errors import DatasetError
from xray_core.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "hospital"
    path.mkdir()
    (path / "index.csv").write_text("disease,image path\n")
    return path


def test_the_demo_films_are_always_there(settings: Settings) -> None:
    (demo,) = list_datasets()
    assert (demo.name, demo.is_demo) == (DEMO_NAME, True)
    assert "synthetic" in demo.title.lower()


def test_an_added_data_set_is_remembered_until_forgotten(settings: Settings, folder: Path) -> None:
    assert add_dataset(folder).name == "hospital"
    assert [dataset.name for dataset in list_datasets()] == [DEMO_NAME, "hospital"]
    assert get_dataset("hospital").path == folder
    forget_dataset("hospital")
    assert [dataset.name for dataset in list_datasets()] == [DEMO_NAME]
    assert (folder / "index.csv").is_file()


def test_adding_twice_changes_nothing(settings: Settings, folder: Path) -> None:
    assert add_dataset(folder) == add_dataset(folder)
    assert len(list_datasets()) == 2


def test_an_index_file_is_named_after_its_folder(settings: Settings, folder: Path) -> None:
    assert add_dataset(folder / "index.csv").name == "hospital"
    assert add_dataset(folder, "  second ").name == "second"


def test_a_name_cannot_mean_two_folders(settings: Settings, folder: Path, tmp_path: Path) -> None:
    add_dataset(folder)
    with pytest.raises(DatasetError) as caught:
        add_dataset(tmp_path, "hospital")
    assert caught.value.where == "hospital"
    with pytest.raises(DatasetError, match="taken"):
        add_dataset(folder, DEMO_NAME)


def test_a_folder_that_is_not_there_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        add_dataset(tmp_path / "nowhere")
    assert caught.value.where == "nowhere"


def test_an_unknown_name_lists_the_known_ones(settings: Settings, folder: Path) -> None:
    add_dataset(folder)
    with pytest.raises(DatasetError) as caught:
        get_dataset("clinic")
    assert caught.value.fix == f"Known here: {DEMO_NAME}, hospital."


@pytest.mark.parametrize("content", ["{", "[1]"])
def test_a_damaged_list_is_named(settings: Settings, content: str) -> None:
    settings.cache_dir.mkdir()
    (settings.cache_dir / "datasets.json").write_text(content)
    with pytest.raises(DatasetError, match="damaged"):
        list_datasets()


def test_the_demo_films_are_drawn_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "DEMO_COUNT", 4)
    index = prepare(get_dataset(DEMO_NAME))
    assert len(index.read_text(encoding="utf-8").splitlines()) == 5
    drawn = index.stat().st_mtime_ns
    assert prepare(get_dataset(DEMO_NAME)).stat().st_mtime_ns == drawn


def test_an_added_data_set_needs_no_preparation(settings: Settings, folder: Path) -> None:
    assert prepare(add_dataset(folder)) == folder
