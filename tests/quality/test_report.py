import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.data.records import Manifest, Record
from xray_core.errors import DatasetError, ExplainError, RunError
from xray_core.quality.measuring import Films, Measured, _place, measure_run, open_films
from xray_core.quality.pairs import Pair
from xray_core.quality.report import _agree, read_report, report, store_report
from xray_core.quality.thresholds import MEASURES
from xray_core.runs.store import REPORT, Run, open_run

pytestmark = pytest.mark.long

Row = dict[str, Any]
Map = NDArray[np.float32]
N = 6


@pytest.fixture(scope="module")
def steps() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def rows(tiny_run: Run, films: Manifest, steps: list[tuple[int, int]]) -> list[Row]:
    def progress(done: int, total: int) -> None:
        steps.append((done, total))

    methods = ("layer_cam", "saliency")
    return report([tiny_run], films, methods, n_films=N, progress=progress)[tiny_run.id]


@pytest.fixture
def own_run(tiny_run: Run, tmp_path: Path) -> Run:
    """A copy that may be written to."""
    shutil.copytree(tiny_run.path, tmp_path / tiny_run.id)
    return open_run(tmp_path / tiny_run.id)


def test_every_measure_has_interval_n_and_word(rows: list[Row]) -> None:
    assert [row["method"] for row in rows] == ["layer_cam", "saliency"]
    for row in rows:
        assert row["films"] == N
        assert row["seen"] == 0, "unseen films come first"
        assert row["manifest"]
        for name, entry in row["measures"].items():
            assert entry["low"] <= entry["value"] <= entry["high"], name
            assert 1 <= entry["n"] <= N - row["flat"]
            assert ("word" in entry) == (name in MEASURES)
            assert ("chance" in entry) == (name in MEASURES and MEASURES[name].by_chance)
        assert len(row["depths"]) == 5
        assert row["depths"][0]["layer"] == "logits"
        assert set(row["pairs"]) == {"rank", "structure"}
        assert {
            "deletion_gain",
            "repeatability",
            "randomisation",
            "lungs",
            "below",
            "border",
        } <= set(row["measures"])
        assert row["measures"]["agreement_methods"]["n"] == N - row["flat"]
        assert "agreement_models" not in row["measures"], "there is no other model"


def test_progress_ends_with_all_films(rows: list[Row], steps: list[tuple[int, int]]) -> None:
    total = N * (1 + 3 * 2)
    assert steps[-1] == (total, total)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_map_of_the_truth_finds_it_and_forgets_nothing(
    tiny_run: Run, films: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A method that draws the lesions, whatever the network says, and a network that is right."""
    from xray_core.explain.methods import METHODS, Method
    from xray_core.quality import measuring

    chosen = films.where(lambda record: record.label == "covid")
    chosen = Manifest(chosen.records[:3], chosen.roots)
    opened = open_films(chosen)
    truths = np.stack([np.asarray(lesion, np.float32) for lesion in opened.lesions])

    def draw(_model: Any, part: Any, columns: Any, _layer: str) -> tuple[Map, Map]:
        return np.zeros((len(part), 4), np.float32), truths[: len(part), None]

    right = np.eye(4, dtype=np.float32)[[tiny_run.classes.index("covid")] * 3]
    monkeypatch.setattr(measuring, "predict", lambda _model, _films: right)
    monkeypatch.setitem(METHODS, "truth", Method("truth", "Truth", "", draw))
    labels, found = measure_run(tiny_run, opened, [Pair("truth")])
    values = found[Pair("truth")].values
    assert labels == ("covid",) * 3
    assert values["hit_rate"].tolist() == [1, 1, 1]
    assert values["auprc"] == pytest.approx([1, 1, 1], abs=0.05)
    assert (values["iou"] > 0.8).all()
    assert (values["lungs"] > 0.9).all()
    assert (values["randomisation"] > 0).all(), "it stays the same when the network forgets"
    assert values["repeatability_noise"] == pytest.approx([1, 1, 1])


def test_boxes_without_label_are_the_truth_for_every_class_but_normal() -> None:
    labels = ("covid", "covid", "", "")
    explained = ("covid", "viral", "viral", "normal")
    records = tuple(Record(f"d/{n}", "d", f"{n}", label) for n, label in enumerate(labels))
    truth = np.zeros((8, 8), bool)
    truth[1, 1] = True
    maps = np.repeat(truth[None].astype(np.float32), 4, axis=0)
    measured = Measured(maps)
    films = Films(Manifest(records, {}), (None,) * 4, (truth,) * 4)
    _place(maps, measured, [*range(4)], explained, films)
    assert np.isfinite(measured.values["hit_rate"]).tolist() == [True, False, True, False]
    assert measured.values["hit_rate"][[0, 2]].tolist() == [1, 1]


def test_flat_maps_are_counted_and_measured_by_nothing(
    tiny_run: Run, films: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xray_core.explain.methods import METHODS, Method

    def nothing(_model: Any, part: Any, columns: Any, _layer: str) -> tuple[Map, Map]:
        return np.zeros((len(part), 4), np.float32), np.zeros((len(part), 1, 4, 4), np.float32)

    monkeypatch.setitem(METHODS, "nothing", Method("nothing", "Nothing", "", nothing))
    (row,) = report([tiny_run], films, ["nothing"], n_films=2)[tiny_run.id]
    assert row["flat"] == 2
    assert row["measures"] == {}


def test_models_agree_only_on_films_that_they_call_the_same() -> None:
    ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    one, other = Measured(np.stack([ramp] * 3)), Measured(np.stack([ramp * 2, ramp.T, ramp * 0]))
    _agree(
        {"a": {Pair("x"): one}, "b": {Pair("x"): other}},
        {"a": ("covid", "covid", "covid"), "b": ("covid", "viral", "covid")},
    )
    np.testing.assert_allclose(one.values["agreement_models"], [1, np.nan, 0], atol=1e-9)
    np.testing.assert_allclose(other.values["agreement_models"], [1, np.nan, np.nan])
    assert np.isnan(one.values["agreement_methods"]).all()


def test_rows_of_other_methods_and_films_stay(own_run: Run) -> None:
    def row(method: str, data: str, films: int) -> Row:
        return {"method": method, "data": data, "films": films, "measures": {}}

    store_report(own_run, [row("grad_cam", "a", 1), row("layer_cam", "a", 1)])
    store_report(own_run, [row("grad_cam", "a", 2), row("grad_cam", "b", 1)])
    found = [(item["method"], item["data"], item["films"]) for item in read_report(own_run)]
    assert found == [("layer_cam", "a", 1), ("grad_cam", "a", 2), ("grad_cam", "b", 1)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"rows": 3}', '{"rows": [3, {"method": "x"}]}'])
def test_a_damaged_report_is_named_and_can_be_written_anew(own_run: Run, text: str) -> None:
    (own_run.path / REPORT).parent.mkdir(exist_ok=True)
    (own_run.path / REPORT).write_text(text)
    with pytest.raises(RunError, match=r"report\.json"):
        read_report(own_run)
    store_report(own_run, [])
    assert read_report(own_run) == []


def test_mistakes_are_told_before_anything_is_measured(tiny_run: Run, films: Manifest) -> None:
    with pytest.raises(ExplainError, match="no method 'tea'"):
        report([tiny_run], films, ["tea"])
    with pytest.raises(DatasetError, match="No film can be measured"):
        report([tiny_run], Manifest((), films.roots), ["grad_cam"])
