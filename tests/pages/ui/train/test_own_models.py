import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.foreign import SIDE_PX, build
from tests.pages.conftest import OpenPage
from xray_core.runs.listing import list_runs
from xray_core.runs.register import register_model
from xray_core.runs.store import Run
from xray_core.settings import Settings

Upload = Callable[..., AppTest]


def section() -> None:
    """What the Train page has of it, alone."""
    from pages.ui.train.own_models import own_models
    from xray_core.runs.listing import list_runs

    own_models(tuple(run for run in list_runs() if run.is_own))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files as people bring them, and a hostile one."""
    import keras

    layers = keras.layers
    any_size = [keras.Input((None, None, 1)), layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()]
    models = {
        "told": build("with_preprocessing"),
        "untold": build("flat_sequential"),
        "one unit": build("nested_sequential"),
        "many": keras.Sequential([*any_size, layers.Dense(13)]),
    }
    folder = tmp_path_factory.mktemp("brought")
    found = {}
    for name, model in models.items():
        model.save(folder / "own.keras")
        found[name] = (folder / "own.keras").read_bytes()
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        code = {"module": "keras.layers", "class_name": "Lambda", "config": {}}
        archive.writestr("config.json", json.dumps(code))
        archive.writestr("model.weights.h5", b"")
    return found | {"hostile": hostile.getvalue()}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploads lie for a moment."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def upload(files: dict[str, bytes], temporary: Path) -> Upload:
    """Brings a file to the section, or to a page that shows it."""

    def bring(name: str, page: AppTest | None = None) -> AppTest:
        page = page or AppTest.from_function(section, default_timeout=90).run()
        page.file_uploader[0].upload("Ward [7].keras", files[name]).run()
        assert not page.exception
        assert not list(temporary.iterdir())
        return page

    return bring


def field(items: Any, label: str) -> Any:
    return next(item for item in items if item.label == label)


def said(page: AppTest) -> str:
    return "\n".join(item.value for item in (*page.markdown, *page.caption))


def add(page: AppTest, *classes: str) -> AppTest:
    for place, name in enumerate(classes):
        field(page.text_input, f"Class {place + 1}").set_value(name)
    page = field(page.button, "Add the model").click().run()
    assert not page.exception
    return page


def own() -> list[Run]:
    return [run for run in list_runs() if run.is_own]


def test_an_empty_section_says_what_may_be_brought() -> None:
    page = AppTest.from_function(section, default_timeout=90).run()
    assert not page.exception
    assert [item.value for item in page.subheader] == ["Your own model"]
    assert page.file_uploader[0].allowed_type == [".keras"]
    assert not page.button


def test_what_a_file_tells_is_shown_and_its_classes_are_not_guessed(upload: Upload) -> None:
    page = upload("told")
    assert not page.error
    assert field(page.text_input, "Name").value == "Ward [7]"
    assert field(page.number_input, "Film size, px").value == SIDE_PX
    assert field(page.selectbox, "Grey value of white").value == 255
    layer = field(page.selectbox, "Layer to explain")
    assert (layer.value, layer.options) == ("last", ["last"])
    classes = [item for item in page.text_input if item.label.startswith("Class")]
    assert [item.value for item in classes] == ["", "", ""]
    assert "3 answers (softmax)" in said(page)
    assert "is assumed" not in said(page)
    assert own() == []


@pytest.mark.long
@pytest.mark.usefixtures("few_demo_films", "no_shipped")
def test_what_was_corrected_is_taken_and_the_way_on_is_shown(
    open_page: OpenPage, upload: Upload, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.train.estimate.start_measuring", lambda _: None)
    page = upload("untold", open_page("train"))
    assert "The file does not state its grey values: 1 is assumed for white." in said(page)
    field(page.number_input, "Film size, px").set_value(40)
    field(page.selectbox, "Grey value of white").set_value(255)
    field(page.selectbox, "Layer to explain").set_value("first")
    page = add(page, "Normal", "Covid-19", "Lung opacity")
    assert not page.error
    assert not list(temporary.iterdir())
    (run,) = own()
    assert run.title == "Ward [7]"
    assert run.classes == ("normal", "covid", "lung_opacity")
    assert (run.image_size_px, run.config.scale) == (40, 255)
    assert run.config.target_layer == "first"

    assert page.success[0].value == "**Ward \\[7\\]** was added."
    links = [link.proto.label for link in page.get("page_link")]
    assert links == ["Explain films", "Second opinion"]
    assert page.file_uploader[0].value is None
    assert "Normal, COVID-19 and Lung opacity · 40 px · layer first" in said(page)


def test_a_hostile_file_is_refused_in_words(upload: Upload) -> None:
    page = upload("hostile")
    assert "which is code; it was not read" in page.error[0].value
    assert "Where: Ward \\_7\\_.keras" in page.error[0].value
    assert "What to do" in page.error[0].value
    assert not page.button
    assert own() == []


def test_classes_without_a_name_or_named_twice_are_refused(upload: Upload) -> None:
    page = upload("one unit")
    assert "0 stands for the first" in said(page)
    for names in (("Normal", ""), ("Covid", "COVID-19")):
        page = add(page, *names)
        assert "A class has no name, or two have the same" in page.error[0].value
    assert field(page.text_input, "Class 1").value == "Covid"
    assert own() == []


def test_a_wrong_number_of_classes_is_refused_and_so_is_a_model_without_size(
    upload: Upload, temporary: Path, settings: Settings
) -> None:
    page = upload("many")
    assert "enter the size it was trained with" in said(page)
    page.text_area[0].set_value("a, b, c")
    page = add(page)
    assert "films of any size" in page.error[0].value
    field(page.number_input, "Film size, px").set_value(SIDE_PX)
    page = add(page)
    assert "The network has 13 classes, not 3" in page.error[0].value
    assert not list(temporary.iterdir())
    assert not list(settings.models_dir.glob("*"))


def test_a_deleted_model_can_be_brought_back_while_it_is_kept(
    files: dict[str, bytes], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "own.keras").write_bytes(files["told"])
    run, _ = register_model(tmp_path / "own.keras", "Ward 7", ("a", "b", "c"))
    page = AppTest.from_function(section, default_timeout=90).run()
    page = page.button(key=f"delete_{run.id}").click().run()
    assert own() == []
    assert [item.label for item in page.button] == ["Undo"]
    page = page.button(key=f"undo_{run.id}").click().run()
    assert [found.id for found in own()] == [run.id]
    assert [item.label for item in page.button] == ["Rename", "Delete", "Test the model"]

    page = page.button(key=f"delete_{run.id}").click().run()
    (settings.models_dir / ".trash" / run.id).rename(tmp_path / "gone")
    page = page.button(key=f"undo_{run.id}").click().run()
    assert not page.exception
    assert "can't be brought back" in page.error[0].value
