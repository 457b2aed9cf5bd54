import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.explained import explained
from tests.foreign import SIDE_PX, build, given_to
from xray_core.cli import main
from xray_core.data.decoding.images import load_image, resize_image
from xray_core.data.phantom import write_phantoms
from xray_core.errors import (
    ClassIndexError,
    LayerNotFoundError,
    NetworkError,
    RunError,
    WeightsError,
)
from xray_core.jobs.queue import active_runs, can_resume, waiting_runs
from xray_core.runs.listing import list_runs
from xray_core.runs.loading import load_model
from xray_core.runs.register import ModelFacts, look_at_model, register_model
from xray_core.runs.store import MODEL, Run, open_run
from xray_core.runs.trash import restore_run, trash_run
from xray_core.settings import Settings

Capture = pytest.CaptureFixture[str]
CLASSES = ("normal", "viral", "covid")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of `.keras` files."""
    folder = tmp_path_factory.mktemp("brought")
    for shape in ("with_preprocessing", "nested_backbone", "nested_sequential"):
        build(shape).save(folder / f"{shape}.keras")
    (folder / "notes.keras").write_text("no model")
    return folder


@pytest.fixture
def own(files: Path, settings: Settings) -> Run:
    return register_model(files / "with_preprocessing.keras", "Ward 7", CLASSES)[0]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = write_phantoms(tmp_path_factory.mktemp("films") / "set", 8, 8, size_px=64)
    return sorted((index.parent / "images").rglob("*.png"))[0]


def test_a_registered_model_is_a_run_that_knows_its_name(own: Run) -> None:
    assert [run.id for run in list_runs() if not run.shipped] == [own.id]
    found = open_run(own.id)
    assert (found.title, found.origin, found.classes) == ("Ward 7", "custom model", CLASSES)
    assert (found.is_own, found.finished, found.image_size_px) == (True, False, SIDE_PX)
    assert found.config.scale == 255
    assert found.manifest().records == ()
    assert sorted(path.name for path in own.path.iterdir()) == [
        "config.json",
        "manifest.csv",
        MODEL,
    ]


@pytest.mark.parametrize(
    "shape",
    [
        "with_preprocessing",
        pytest.param("nested_backbone", marks=pytest.mark.long),
        pytest.param("nested_sequential", marks=pytest.mark.long),
    ],
)
def test_a_run_gives_the_answers_of_the_file(
    files: Path, film: Path, settings: Settings, shape: str
) -> None:
    classes = CLASSES[:2] if shape == "nested_sequential" else CLASSES
    run, adapted = register_model(files / f"{shape}.keras", "Ward 7", classes)
    films = resize_image(load_image(film).pixels, run.image_size_px)[None, ..., None]
    wanted = np.asarray(build(shape)(given_to(shape, films), training=False))
    for model in (load_model(open_run(run.id)), adapted.model):
        probabilities, maps = explained(model, films, "layer_cam")
        np.testing.assert_allclose(probabilities[:, -wanted.shape[1] :], wanted, atol=1e-5)
        assert np.isfinite(maps).all()


def test_the_layer_that_was_named_is_explained_ever_after(files: Path, settings: Settings) -> None:
    path = files / "nested_backbone.keras"
    run, _ = register_model(path, "Ward 7", CLASSES, layer="norm")
    assert load_model(run).target_layer == "norm"


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (WeightsError, {"path": "notes.keras"}),
        (WeightsError, {"path": "lost.keras"}),
        (ClassIndexError, {"classes": ("normal", "covid")}),
        (NetworkError, {"classes": ("normal", "covid", "covid")}),
        (NetworkError, {"classes": ("normal", "", "covid")}),
        (NetworkError, {"name": "  "}),
        (NetworkError, {"name": "two\nlines"}),
        (NetworkError, {"name": "long " * 20}),
        (LayerNotFoundError, {"layer": "nowhere"}),
        (NetworkError, {"image_size_px": 5}),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    files: Path, settings: Settings, kind: type[NetworkError], changes: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"path": "with_preprocessing.keras", "name": "a", "classes": CLASSES}
    asked |= changes
    asked["path"] = files / asked["path"]
    with pytest.raises(kind) as caught:
        register_model(**asked)
    assert caught.value.fix
    assert not settings.models_dir.exists() or not list(settings.models_dir.iterdir())


def test_a_disk_that_cannot_be_written_is_an_error_of_ours(
    files: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files / "nested_backbone.keras"
    (tmp_path / "a file").write_text("")
    with pytest.raises(RunError, match="Not a directory") as caught:
        register_model(path, "Ward 7", CLASSES, tmp_path / "a file")
    assert str(tmp_path) not in str(caught.value)

    def read_only(*_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("shutil.copyfile", read_only)
    with pytest.raises(RunError, match="Read-only file system"):
        register_model(path, "Ward 7", CLASSES)
    assert not list(settings.models_dir.iterdir())


def test_looking_at_a_file_tells_what_would_be_taken_and_writes_nothing(
    files: Path, settings: Settings
) -> None:
    facts = look_at_model(files / "with_preprocessing.keras")
    assert facts == ModelFacts(SIDE_PX, 3, 255, True, "softmax", "last", ("last",))
    facts = look_at_model(files / "nested_sequential.keras")
    assert (facts.n_classes, facts.ending) == (2, "sigmoid")
    assert (facts.scale, facts.scale_known) == (1, False)
    assert len(facts.layers) == 2
    assert facts.layers[-1] == facts.target_layer == "last"
    with pytest.raises(WeightsError):
        look_at_model(files / "notes.keras")
    assert not settings.models_dir.exists()


def test_whatever_a_graph_leads_to_is_an_error_of_ours(
    files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("xray_core.runs.register.adapt_network", fail)
    path = files / "nested_backbone.keras"
    for ask in (look_at_model, lambda path: register_model(path, "Ward 7", CLASSES)):
        with pytest.raises(NetworkError, match="could not be run: RuntimeError") as caught:
            ask(path)
        assert caught.value.where == path.name
    assert not list(settings.models_dir.iterdir())


def test_a_file_that_keras_cannot_build_is_named_as_people_call_it(
    files: Path, settings: Settings, tmp_path: Path
) -> None:
    broken = bytearray((files / "with_preprocessing.keras").read_bytes())
    start = broken.index(b"\x89HDF")
    broken[start : start + 64] = bytes(64)
    (tmp_path / "chest.keras").write_bytes(broken)
    with pytest.raises(WeightsError) as caught:
        register_model(tmp_path / "chest.keras", "Ward 7", CLASSES)
    assert caught.value.where == "chest.keras"
    assert not list(settings.models_dir.iterdir())


def test_a_file_that_was_changed_afterwards_is_refused(own: Run) -> None:
    own.weights_path.write_bytes(b"something else")
    with pytest.raises(WeightsError, match=r"not a \.keras file"):
        load_model(own)
    own.weights_path.unlink()
    with pytest.raises(WeightsError, match="no weights"):
        load_model(own)


def test_no_training_is_seen_in_it(own: Run) -> None:
    assert active_runs() == waiting_runs() == ()
    assert not can_resume(own)
    assert own.history().empty
    with pytest.raises(RunError):
        own.predictions()


def test_it_can_be_deleted_and_brought_back(own: Run) -> None:
    trash_run(own)
    assert own.id not in [run.id for run in list_runs()]
    assert load_model(restore_run(own.id)).target_layer == "last"


# --- the command line ---


@pytest.fixture
def registered(files: Path, tmp_path: Path, capsys: Capture) -> list[str]:
    """Options of a run that the command made."""
    words = ["--name", "Ward 7", "--classes", "Normal,Viral pneumonia,COVID-19"]
    folder = ["--models-dir", str(tmp_path / "there")]
    assert main(["register", str(files / "with_preprocessing.keras"), *words, *folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "films of 32 px, white is 255"
    assert lines[1] == "explained at layer last; the model ends in softmax"
    assert (tmp_path / "there" / lines[-1]).is_dir()
    return ["--run", lines[-1], *folder]


@pytest.mark.long
def test_register_predict_and_explain_work_in_a_row(
    registered: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert main(["predict", *registered, "--json", str(film)]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert list(answer["probabilities"]) == list(CLASSES)
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    out = tmp_path / "map.png"
    for more in (["--class", "covid"], ["--against", "normal", "--class", "covid"]):
        assert main(["explain", *registered, *more, "--out", str(out), str(film)]) == 0
        assert "Grad-CAM of Ward 7 (custom model) for covid" in capsys.readouterr().out
        assert out.read_bytes().startswith(b"\x89PNG")


def test_evaluate_on_films_says_that_they_may_have_been_seen(
    registered: list[str], film: Path, capsys: Capture
) -> None:
    folder = film.parents[2]
    assert main(["evaluate", *registered, "--data", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].endswith(", custom model")
    assert "it may have seen these" in shown


@pytest.mark.parametrize("command", ["evaluate", "resume", "export"])
def test_what_needs_a_training_is_refused_in_one_line(
    registered: list[str], tmp_path: Path, capsys: Capture, command: str
) -> None:
    words = ["--out", str(tmp_path / "out")] if command == "export" else []
    assert main([command, *registered, *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.long
def test_what_a_map_leaves_out_is_told_and_stored(
    film: Path, settings: Settings, tmp_path: Path, capsys: Capture
) -> None:
    import keras

    layers = keras.layers
    image = keras.Input((SIDE_PX, SIDE_PX, 1))
    ends = [
        layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3, name=name)(image))
        for name in ("left", "right")
    ]
    x = layers.Dense(2, activation="softmax")(layers.Concatenate()(ends))
    keras.Model(image, x).save(tmp_path / "two.keras")
    asked = ["register", str(tmp_path / "two.keras"), "--name", "Two", "--classes", "a,b"]
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    part = "The map shows a part: not every path from the film to the output runs through right."
    assert lines[2].startswith(f"note: {part}")
    assert "Occlusion" in lines[3]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["target_layer"], told["ending"]) == ("right", "softmax")
    assert tuple(told["map_notes"]) == open_run(told["run"]).config.map_notes
    assert told["map_notes"][0].startswith(part)
    for method, noted in (("grad_cam", True), ("occlusion", False)):
        more = ["--run", told["run"], "--method", method, "--out", str(tmp_path / "map.png")]
        assert main(["explain", *more, str(film)]) == 0
        assert (part in capsys.readouterr().out) == noted


def test_a_mistake_is_one_line(files: Path, settings: Settings, capsys: Capture) -> None:
    for file in ("notes.keras", "nested_backbone.keras"):
        assert main(["register", str(files / file), "--name", "a", "--classes", "a,b"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("error: ")
        assert str(files) not in line
