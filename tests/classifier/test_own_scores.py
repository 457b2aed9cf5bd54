from pathlib import Path

import numpy as np
import pytest

from tests.foreign import build
from xray_core.classifier.own_scores import score_own_model
from xray_core.cli import main
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation.evaluate import evaluate_run
from xray_core.explain.stored import read_maps
from xray_core.runs.export import export_run
from xray_core.runs.register import register_model
from xray_core.runs.store import PREDICTIONS, SCORES, TEST_MAPS, Run, open_run
from xray_core.settings import Settings

CLASSES = ("covid", "normal", "viral")


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return scan(write_phantoms(tmp_path_factory.mktemp("films") / "ward", 8, 8, size_px=64).parent)


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Run:
    build("flat_functional").save(tmp_path / "own.keras")
    return register_model(tmp_path / "own.keras", "Ward 7", CLASSES)[0]


def test_a_tested_model_has_the_scores_that_evaluate_gives_and_maps(
    own: Run, ward: Manifest
) -> None:
    seen: list[tuple[int, int]] = []
    wanted = evaluate_run(own, ward)
    kept = score_own_model(own, ward, lambda done, total: seen.append((done, total)))
    assert kept["confusion"] == wanted["confusion"]
    assert kept["tested_on"] == sorted(ward.roots)
    assert seen[-1] == (kept["n"], kept["n"])
    run = open_run(own.id)
    assert run.finished
    assert run.scores() == {name: value for name, value in kept.items() if name != "run"}
    table = run.predictions()
    assert set(table["split"]) == {"test"}
    assert evaluate_run(run)["confusion"] == wanted["confusion"]
    stored = read_maps(run.path / TEST_MAPS, CLASSES)
    assert stored is not None
    assert stored.film_ids == tuple(table["id"])
    np.testing.assert_allclose(stored.probabilities, table[[f"p_{c}" for c in CLASSES]], atol=1e-3)


def test_another_test_takes_the_place_of_the_first(own: Run, ward: Manifest) -> None:
    score_own_model(own, ward)
    again = score_own_model(own, ward, most=3)
    assert again["n"] == len(open_run(own.id).predictions()) == 3
    assert len(open_run(own.id).manifest().records) == 3


def test_what_cannot_be_tested_leaves_what_was_there(
    own: Run, ward: Manifest, tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DatasetError, match="No film has a label"):
        score_own_model(own, ward.where(lambda record: record.label == "bacterial"))
    with pytest.raises(RunError, match="trained here"):
        score_own_model(tiny_run, ward)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xray_core.classifier.own_scores.write_maps", full)
    with pytest.raises(RunError, match="No space left on device"):
        score_own_model(own, ward)
    assert not own.finished


def test_evaluate_keeps_on_demand(
    own: Run, ward: Manifest, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (folder,) = ward.roots.values()
    words = ["evaluate", "--run", own.id, "--data", str(folder)]
    assert main(words) == 0
    assert not own.finished
    assert main([*words, "--keep"]) == 0
    assert (own.path / SCORES).is_file()
    assert (own.path / PREDICTIONS).is_file()
    assert "it may have seen these" in capsys.readouterr().out
    with pytest.raises(RunError, match="not exported"):
        export_run(own, tmp_path / "out")
