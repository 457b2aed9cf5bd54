"""Damaged side files: each is named, and the whole runs are shown on every page.

All damage is done at once, a run each, so that every page is opened once.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.pages.conftest import OpenPage
from xray_core import cli
from xray_core.runs import store
from xray_core.runs.listing import list_damaged, list_runs
from xray_core.runs.store import Run, open_run
from xray_core.settings import Settings

Damage = Callable[[Path], object]


def rewrite(**changes: object) -> Damage:
    """Other values under some keys of a JSON file; None as a key's new value is `null`."""

    def damage(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return damage


def text(content: str) -> Damage:
    return lambda path: path.write_text(content)


def column(name: str, value: object) -> Damage:
    """One column of a table filled with a value; None takes it away."""

    def damage(path: Path) -> None:
        table = pd.read_csv(path)
        table = table.drop(columns=name) if value is None else table.assign(**{name: value})  # type: ignore[arg-type]
        table.to_csv(path, index=False)

    return damage


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def rubbish(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 4)


def link_in_a_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def fewer_maps(path: Path) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    np.savez(path, **arrays | {"maps": arrays["maps"][:1]})


NO_SCORE = {"value": "0.8", "low": None, "high": None, "n": 4}
KINDS: tuple[tuple[str, str, Damage], ...] = (
    ("config-null", store.CONFIG, text("null")),
    ("config-cut", store.CONFIG, cut),
    ("config-types", store.CONFIG, rewrite(classes="abc")),
    ("config-size", store.CONFIG, rewrite(image_size_px="64")),
    ("config-created", store.CONFIG, rewrite(created=5)),
    ("config-folder", store.CONFIG, folder),
    ("config-rubbish", store.CONFIG, rubbish),
    ("status-list", store.STATUS, text("[]")),
    ("status-state", store.STATUS, text('{"state": {"a": 1}}')),
    ("status-unknown", store.STATUS, text('{"state": "asleep"}')),
    ("status-error", store.STATUS, text('{"state": "failed", "error": "no"}')),
    ("status-warnings", store.STATUS, rewrite(warnings=7)),
    ("history-empty", store.HISTORY, text("")),
    ("history-columns", store.HISTORY, column("val_loss", None)),
    ("history-words", store.HISTORY, column("loss", "high")),
    ("history-nan", store.HISTORY, column("val_accuracy", "nan")),
    ("history-rubbish", store.HISTORY, rubbish),
    ("history-folder", store.HISTORY, folder),
    ("steps-columns", store.STEPS, column("step", None)),
    ("steps-words", store.STEPS, column("epoch", "first")),
    ("predictions-cut", store.PREDICTIONS, text("id,label\n1,covid\n")),
    ("predictions-words", store.PREDICTIONS, column("p_covid", "yes")),
    ("predictions-sum", store.PREDICTIONS, column("p_covid", 0.9)),
    ("predictions-empty", store.PREDICTIONS, text("")),
    ("predictions-rows", store.PREDICTIONS, lambda path: pd.read_csv(path)[:2].to_csv(path)),
    ("scores-null", store.SCORES, text("null")),
    ("scores-nan", store.SCORES, rewrite(minutes=float("nan"))),
    ("scores-list", store.SCORES, rewrite(per_class=[])),
    ("scores-word", store.SCORES, rewrite(macro_f1=NO_SCORE)),
    ("scores-confusion", store.SCORES, rewrite(confusion=[[1, 2]])),
    ("scores-circle", store.SCORES, link_in_a_circle),
    ("calibration-list", store.CALIBRATION, text("[]")),
    ("calibration-nan", store.CALIBRATION, text('{"factor": NaN, "shifts": [0, 0, 0, 0]}')),
    ("calibration-few", store.CALIBRATION, text('{"factor": 1, "shifts": [0], "n": 3}')),
    ("environment-cut", store.ENVIRONMENT, cut),
    ("manifest-columns", store.MANIFEST, column("label", None)),
    ("manifest-words", store.MANIFEST, column("width", "wide")),
    ("manifest-rubbish", store.MANIFEST, rubbish),
    ("report-rows", store.REPORT, text('{"rows": {"a": 1}}')),
    ("report-measure", store.REPORT, text(
        '{"rows": [{"method": "m", "data": "d", "films": 2, "measures": {"lungs": {"value": 1}}}]}'
    )),
    ("demo-rubbish", store.DEMO_MAPS, rubbish),
    ("epochs-rows", store.EPOCH_MAPS, fewer_maps),
    ("maps-rubbish", store.TEST_MAPS, rubbish),
    ("weights-cut", store.WEIGHTS, cut),
)  # fmt: skip
TO_ANSWER = (store.CONFIG, store.CALIBRATION, store.MANIFEST)
UNFIT = {
    "compare": (store.CONFIG, store.SCORES, store.PREDICTIONS),
    **dict.fromkeys(("explain", "second_opinion", "patterns"), TO_ANSWER),
}
PAGES = ("home", "explain", "second_opinion", "compare", "patterns", "dataset", "train")


def run_of(place: int) -> str:
    return f"2026-01-01T0000{place:02d}Z-small_cnn-{place:04x}"


@pytest.fixture(scope="module")
def damaged_models(tmp_path_factory: pytest.TempPathFactory, tiny_run: Run) -> Path:
    """A run for every kind of damage, and a whole one."""
    models = tmp_path_factory.mktemp("damaged")
    for place, (_, name, damage) in enumerate(KINDS):
        path = models / run_of(place)
        shutil.copytree(tiny_run.path, path)
        (path / name).parent.mkdir(exist_ok=True)
        damage(path / name)
    shutil.copytree(tiny_run.path, models / tiny_run.id)
    return models


@pytest.fixture
def damaged_runs(settings: Settings, damaged_models: Path) -> dict[str, str]:
    """Run id -> its damaged file."""
    object.__setattr__(settings, "models_dir", damaged_models)
    return {run_of(place): name for place, (_, name, _) in enumerate(KINDS)}


@pytest.mark.usefixtures("no_shipped", "few_demo_films")
@pytest.mark.long
def test_every_damaged_file_is_named_on_every_page_and_whole_runs_are_shown(
    open_page: OpenPage, damaged_runs: dict[str, str], tiny_run: Run
) -> None:
    for name in PAGES:
        page = open_page(name)
        assert not page.exception, name
        shown = [item.value.replace("\\", "") for item in (*page.error, *page.markdown)]
        told = [words for block in shown for words in block.split("\n\n")]
        assert not [words for words in told if "Something went wrong" in words], name
        for run_id, file in damaged_runs.items():
            named = [words for words in told if run_id in words and Path(file).name in words]
            assert named, f"{name} says nothing of {file} of {run_id}"
            assert "What to do: " in named[0]
        if name == "train":
            assert f"delete_{tiny_run.id}" in {button.key for button in page.button}
        elif name == "home":
            assert "macro-F1" in " ".join(line.value for line in page.markdown)
        elif name != "dataset":
            # A scores.json that is no file makes a run that has not finished.
            fit = [f for kind, f, _ in KINDS if f not in UNFIT[name] and kind != "scores-circle"]
            assert len(page.multiselect[0].options) == len(fit) + 1, name


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name, _ in KINDS])
def test_a_command_names_the_damaged_file_or_needs_none(
    damaged_runs: dict[str, str], capsys: pytest.CaptureFixture[str], kind: str, name: str
) -> None:
    place = [own for own, _, _ in KINDS].index(kind)
    status = cli.main(["evaluate", "--run", run_of(place), "--json"])
    told = capsys.readouterr().err
    if name in (store.CONFIG, store.PREDICTIONS, store.CALIBRATION, store.MANIFEST):
        assert status == 2
        assert Path(name).name in told
        assert run_of(place) in told
    else:
        assert status == 0, told


def test_whole_runs_are_opened_beside_damaged_ones(
    damaged_runs: dict[str, str], tiny_run: Run
) -> None:
    ids = {run.id for run in list_runs()}
    unopened = {error.where for error in list_damaged()}
    assert {tiny_run.id, *damaged_runs} <= ids | unopened
    assert not ids & unopened
    assert unopened == {run_id for run_id, name in damaged_runs.items() if name == store.CONFIG}
    assert open_run(tiny_run.id).scores()["n"] == tiny_run.scores()["n"]


def test_shipped_models_are_whole() -> None:
    from xray_core.reports.damage import damage

    folders = sorted(Settings.shipped_dir.glob(f"*/{store.CONFIG}"))
    found: dict[str, Any] = {path.parent.name: damage(open_run(path.parent)) for path in folders}
    assert found == {name: {} for name in found}
    assert {"small_cnn", "resnet50", "xception"} <= found.keys()
