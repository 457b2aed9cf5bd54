from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.planted import CLASSES, FILM_PX, LEFT, UP, knowing, mover, planted
from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.quality import layer_report, measuring, sweep
from xray_core.quality.choice import LEAST_FILMS
from xray_core.quality.layer_file import read_layers, store_default, store_layers
from xray_core.quality.layer_report import measure_layers
from xray_core.quality.pairs import Pair
from xray_core.quality.report import read_report
from xray_core.quality.truth import split_for
from xray_core.runs.map_default import read_map_default
from xray_core.runs.store import EXPLAIN, LAYERS, Run

N_VAL, N_TEST, N_NORMAL = LEAST_FILMS + 2, 12, 11
EARLY, LAST = {"method": "grad_cam", "layer": "look"}, {"method": "grad_cam", "layer": "moved"}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("planted") / "ward"
    return planted(folder, train=3, val=N_VAL, test=N_TEST, normal=N_NORMAL)


@pytest.fixture
def run(make_run: Callable[..., Run], scanned: Manifest, monkeypatch: pytest.MonkeyPatch) -> Run:
    """It was trained on the training films and knows no others; its network is `mover`."""
    model = mover()
    monkeypatch.setattr(layer_report, "open_model", lambda _run: model)
    monkeypatch.setattr(sweep, "lungs_of_all", lambda films, _: (None,) * len(films.records))
    made = make_run(classes=list(CLASSES), image_size_px=FILM_PX)
    return knowing(made, scanned.where(lambda record: record.split == "train"))


def boxed(films: Manifest, move: Callable[[Any], tuple[Any, ...]], split: str) -> Manifest:
    """The same films; the boxes of one split are others."""
    records = (
        replace(record, boxes=move(record)) if record.split == split else record
        for record in films.records
    )
    return replace(films, records=tuple(records))


def row_of(content: Row, pair: Row) -> Row:
    return next(row for row in content["rows"] if pair.items() <= row.items())


def test_the_early_layer_that_sees_is_chosen_over_the_last_that_moves(
    run: Run, scanned: Manifest
) -> None:
    steps: list[tuple[int, int]] = []
    films = split_for(run, scanned)
    content = measure_layers(run, films, lambda *step: steps.append(step))
    assert content["chosen_by"] == "boxes"
    assert content["films"] == {
        "val": N_VAL,
        "test": N_TEST,
        "synthetic": 0,
        "normal": N_NORMAL,
        "faithfulness": 0,
    }
    assert content["chosen"] == EARLY == content["best"][0]
    assert content["before"] == LAST == content["best"][-1]
    early, last = row_of(content, EARLY), row_of(content, LAST)
    assert early["test"]["measures"]["hit_rate"]["value"] == 1
    assert early["test"]["measures"]["inside"]["chance"] == pytest.approx(1 / 64, abs=1e-4)
    assert last["val"]["measures"]["hit_rate"]["value"] == 0
    assert content["words"] == (
        f"Grad-CAM at look: peak in a radiologist's box in 1.00 of {N_TEST} test films, chance "
        f"0.02. Chosen on {N_VAL} validation films with boxes."
    )
    assert steps[-1] == (N_VAL + N_TEST + N_NORMAL, N_VAL + N_TEST + N_NORMAL)
    (group,) = [row for row in content["groups"] if EARLY.items() <= row.items()]
    assert (group["source"], group["films"], group["labelled_only"]) == ("ward", N_TEST, False)


def test_normal_films_show_a_map_from_the_probability_on_from_which_the_viewer_does(
    run: Run, scanned: Manifest
) -> None:
    """Without a square both logits are 0: probable, but nothing speaks for the class."""
    entries = measure_layers(run, split_for(run, scanned))["normal"]
    assert [(entry["class"], entry["source"]) for entry in entries] == [
        ("covid", ""),
        ("covid", "ward"),
    ]
    assert entries[0]["shown"]["value"] == 0
    assert entries[0]["shown"]["n"] == N_NORMAL


def test_test_films_only_report(run: Run, scanned: Manifest) -> None:
    """Where their boxes lie where the last layer puts the squares, the early one misses them."""

    def moved(record: Any) -> tuple[Any, ...]:
        return tuple((x - LEFT / 8, y - UP / 8, w, h) for x, y, w, h in record.boxes)

    content = measure_layers(run, split_for(run, boxed(scanned, moved, "test")))
    assert content["chosen"] == EARLY
    assert row_of(content, EARLY)["test"]["measures"]["hit_rate"]["value"] == 0
    assert row_of(content, LAST)["test"]["measures"]["hit_rate"]["value"] == 1


def test_films_that_the_run_was_trained_on_take_no_part(run: Run, scanned: Manifest) -> None:
    """Whatever their data set calls them."""
    known = {f"{place}.png" for place in (3, 4, 3 + N_VAL)}
    knowing(run, scanned.where(lambda record: Path(record.path).name in known))
    content = measure_layers(run, split_for(run, scanned))
    assert content["films"]["val"] == N_VAL - 2
    assert content["films"]["test"] == N_TEST - 1


def test_without_boxes_faithfulness_chooses_and_it_is_said(run: Run, scanned: Manifest) -> None:
    none = boxed(boxed(scanned, lambda _: (), "val"), lambda _: (), "test")
    content = measure_layers(run, split_for(run, none))
    assert content["chosen_by"] == "faithfulness"
    assert content["chosen"]["layer"] == "look", "hiding what it shows takes the class away"
    assert len(content["gains"]) == 3 * 2, "three methods of one layer at two layers"
    assert "Too few validation films have boxes: chosen by faithfulness" in content["words"]
    assert "no test film with boxes" in content["words"]


def test_without_validation_films_nothing_is_chosen_and_it_is_said(
    run: Run, scanned: Manifest
) -> None:
    test = scanned.where(lambda record: record.split == "test")
    content = measure_layers(run, split_for(run, test))
    assert (content["chosen_by"], content["chosen"]) == ("nothing", None)
    assert content["best"] == [LAST]
    assert "stay those of Grad-CAM at moved" in content["words"]
    assert row_of(content, EARLY)["test"]["measures"]["hit_rate"]["value"] == 1


@pytest.mark.long
def test_what_was_found_is_kept_and_damage_is_named(run: Run, scanned: Manifest) -> None:
    assert read_layers(run) is None
    content = measure_layers(run, split_for(run, scanned))
    store_layers(run, content)
    assert read_layers(run) == content
    kept = (run.path / LAYERS).read_text(encoding="utf-8")
    for secret in (str(scanned.roots["ward"]), ".png", "ward:p"):
        assert secret not in kept
    (run.path / LAYERS).write_text('{"rows": 3}')
    with pytest.raises(RunError, match=r"layers\.json"):
        read_layers(run)


@pytest.mark.long
def test_what_was_chosen_becomes_the_default_of_the_run(run: Run, scanned: Manifest) -> None:
    content = measure_layers(run, split_for(run, scanned))
    default = store_default(run, content)
    assert default is not None
    assert read_map_default(run.path / EXPLAIN) == default
    assert {"method": default.method, "layer": default.layer} == EARLY
    assert default.words == content["words"]
    assert (default.chosen_on.films, default.chosen_on.peak_in_box) == (N_VAL, 1)
    assert default.reported_on is not None
    assert (default.reported_on.films, default.reported_on.source) == (N_TEST, "ward")


def test_what_is_stored_is_printed_as_a_table(
    run: Run, scanned: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["explain-report", "--run", run.id, "--stored"]
    assert main(words) == 2
    assert "explain-report --layers" in capsys.readouterr().err
    store_layers(run, measure_layers(run, split_for(run, scanned)))
    assert main(words) == 0
    head, _, first, *rest = capsys.readouterr().out.splitlines()
    assert head.startswith("| model | map | films | peak in a box |")
    assert first.startswith(f"| Small CNN | Grad-CAM at look | {N_TEST} with boxes | 1.00 (")
    none = "0.00 (0.00 to 0.26), 0.00"
    assert rest[-1] == f"| Small CNN | COVID-19 | {none} | {none} |"


@pytest.mark.long
def test_the_best_pairs_can_be_measured_anew_alone(
    run: Run,
    scanned: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = measure_layers(run, split_for(run, scanned))
    monkeypatch.setattr(measuring, "open_model", lambda _run: mover())
    monkeypatch.setattr(measuring, "lungs_of_all", lambda films, _: (None,) * len(films.records))
    words = ["explain-report", "--run", run.id, "--data", str(scanned.roots["ward"]), "--best"]
    assert main(words) == 2
    assert "explain-report --layers" in capsys.readouterr().err
    store_layers(run, content)
    assert main([*words, "--films", "2"]) == 0
    assert f"{run.id}, grad_cam at look: 2 films" in capsys.readouterr().out
    assert [Pair.of(row) for row in read_report(run)] == [Pair(**pair) for pair in content["best"]]


def test_where_nothing_was_chosen_the_default_stays(run: Run, scanned: Manifest) -> None:
    test = scanned.where(lambda record: record.split == "test")
    assert store_default(run, measure_layers(run, split_for(run, test))) is None
    assert not (run.path / EXPLAIN).exists()


def test_a_default_by_faithfulness_says_so(run: Run, scanned: Manifest) -> None:
    none = boxed(scanned, lambda _: (), "val")
    default = store_default(run, measure_layers(run, split_for(run, none)))
    assert default is not None
    assert (default.chosen_on.by, default.chosen_on.peak_in_box) == ("faithfulness", None)
    assert default.reported_on is not None
    assert default.reported_on.peak_in_box == 1
