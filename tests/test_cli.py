import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.dicom_films import PATIENT, as_dicom
from xray_core import __version__
from xray_core.cli import COMMANDS, main
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest, film_code, read_manifest
from xray_core.evaluation.evaluate import predict_manifest
from xray_core.explain.methods import METHODS
from xray_core.explain.stored import read_maps
from xray_core.networks.registry import NETWORKS
from xray_core.opinion.gate.result import GateResult
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.status import read_status
from xray_core.runs.store import EXPLAIN, LOG, TEST_MAPS, WEIGHTS, Run, open_run
from xray_core.settings import PROJECT_DIR, Settings

Capture = pytest.CaptureFixture[str]
AGAINST = ["explain", "{run}", "--against", "covid"]
CLASSES = ["normal", "bacterial", "viral", "covid"]


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The films are tiny drawings, which the gate may stop by their looks."""
    monkeypatch.setattr("xray_core.opinion.gate.check", lambda film, facts: GateResult())


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """`train` takes over the signals of its process; here that is pytest's."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def film(films_dir: Path) -> Path:
    """A synthetic film with signs of COVID-19."""
    return sorted((films_dir / "images" / "covid").iterdir())[0]


@pytest.fixture
def run_words(tiny_run: Run) -> list[str]:
    return ["--run", tiny_run.id, "--models-dir", str(tiny_run.path.parent)]


@pytest.fixture
def refused(capsys: Capture) -> Callable[..., str]:
    """Runs a command that must end with status 2 and one line; gives the line."""

    def run(*words: str | Path) -> str:
        try:
            status = main([str(word) for word in words])
        except SystemExit as stop:  # the parser ends this way
            status = int(stop.code or 0)
        shown = capsys.readouterr()
        assert status == 2
        assert shown.out == ""
        lines = shown.err.splitlines()
        assert len(lines) == 1, shown.err
        assert lines[0].startswith("error: ")
        return lines[0]

    return run


def as_process(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xray_core", *map(str, words)],
        cwd=PROJECT_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def printed_json(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


# --- data ---


def test_scan_counts_films_by_class(films_dir: Path, capsys: Capture) -> None:
    assert main(["scan", str(films_dir), "--json"]) == 0
    assert printed_json(capsys) == {
        "records": 48,
        "classes": dict.fromkeys(CLASSES, 12),
        "boxes": 0,
        "maps_only": 0,
        "label_basis": {"film": 48},
        "notes": [],
        "problems": [],
    }
    assert main(["scan", str(films_dir / "index.csv")]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "48 records, 0 with problems"
    assert shown[4].split() == ["12", "COVID-19"]


def test_films_with_boxes_and_no_label_are_counted_and_not_divided(
    films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = Path(shutil.copytree(films_dir, tmp_path / "boxed"))
    lines = (folder / "index.csv").read_text().splitlines()
    place = lines[0].split(",").index("disease")
    boxed = [f"{lines[0]},boxes"]
    for number, line in enumerate(lines[1:]):
        cells = line.split(",")
        cells[place] = "" if number % 12 == 0 else cells[place]
        boxed.append(",".join(cells) + ',"[[0.2, 0.2, 0.3, 0.3]]"')
    (folder / "index.csv").write_text("\n".join(boxed) + "\n")

    assert main(["scan", str(folder), "--json"]) == 0
    found = printed_json(capsys)
    assert (found["maps_only"], found["boxes"], found["problems"]) == (4, 48, [])
    assert sum(found["classes"].values()) == 44
    assert main(["scan", str(folder)]) == 0
    assert "       4 of them without label: for maps only" in capsys.readouterr().out.splitlines()
    assert main(["split", str(folder), "--out", str(tmp_path / "m.csv"), "--json"]) == 0
    shown = capsys.readouterr()
    assert "left out: 4 with boxes and no label, for maps only" in shown.err
    splits = json.loads(shown.out)["splits"]
    assert sum(sum(counts.values()) for counts in splits.values()) == 44
    assert "" not in splits["train"]


def test_scan_lists_what_cannot_be_read(
    tmp_path: Path, film: Path, capsys: Capture, settings: Settings
) -> None:
    folder = tmp_path / "set" / "normal"
    folder.mkdir(parents=True)
    (folder / "good.png").write_bytes(film.read_bytes())
    (folder / "broken.png").write_bytes(film.read_bytes()[:700])
    out = tmp_path / "manifest.csv"
    assert main(["scan", str(tmp_path / "set"), "--json", "--out", str(out)]) == 0
    found = printed_json(capsys)
    assert (found["records"], found["classes"]) == (2, {"normal": 1})
    ((path, problem),) = [(item["path"], item["problem"]) for item in found["problems"]]
    assert path == "normal/broken.png"
    assert problem
    assert len(read_manifest(out).records) == 2


def test_split_divides_and_writes_the_table(
    films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "table.csv"
    assert main(["split", str(films_dir), "--out", str(out), "--json"]) == 0
    table = printed_json(capsys)["splits"]
    assert list(table) == ["train", "val", "test"]
    assert sum(sum(counts.values()) for counts in table.values()) == 48
    assert all(count >= 1 for counts in table.values() for count in counts.values())
    written = read_manifest(out)
    for name, counts in table.items():
        assert len(written.split(name).records) == sum(counts.values())


def test_split_says_where_altered_copies_may_leak_and_names_none(
    tmp_path: Path, capsys: Capture
) -> None:
    for label in ("covid", "normal"):
        (tmp_path / "ward" / label).mkdir(parents=True)
        for number in range(6):
            noise = np.random.default_rng((label == "covid", number)).integers(0, 256, (64, 64))
            path = tmp_path / f"ward/{label}/aug_{number}_{1000 + number}.png"
            Image.fromarray(noise.astype(np.uint8)).save(path)

    assert main(["split", str(tmp_path / "ward"), "--out", str(tmp_path / "table.csv")]) == 0

    said = capsys.readouterr().err
    assert "named as altered copies of unknown films: 12; copies of one film may be in" in said
    assert "aug_" not in said


def test_split_takes_over_the_division_of_a_run(
    films_dir: Path, tiny_run: Run, tmp_path: Path, capsys: Capture
) -> None:
    moved, out = tmp_path / "moved", tmp_path / "table.csv"
    shutil.copytree(films_dir, moved)
    assert main(["split", str(moved), "--split-of", str(tiny_run.path), "--out", str(out)]) == 0
    earlier = {record.id: record.split for record in tiny_run.manifest().records}
    divided = read_manifest(out).records
    assert {film_code(record): record.split for record in divided} == earlier
    words = ["split", str(moved), "--split-of", str(tiny_run.path), "--out", str(out)]
    assert main([*words, "--keep-val", "0.5"]) == 0
    fewer = Counter(record.split for record in read_manifest(out).records)
    before = Counter(earlier.values())
    assert 0 < fewer["val"] < before["val"]
    assert fewer["test"] == before["test"]
    assert main([*words, "--keep-val", "2"]) == 2
    assert "above 0 and at most 1" in capsys.readouterr().err
    assert main(["split", str(moved), "--keep-val", "0.5", "--out", str(out)]) == 2
    assert "Name the earlier run with --split-of" in capsys.readouterr().err
    assert main(["split", str(moved), "--split-of", "nobody", "--out", str(out)]) == 2
    assert "There is no such run. | nobody" in capsys.readouterr().err


def test_phantom_draws_films_and_prints_their_index(tmp_path: Path, capsys: Capture) -> None:
    words = ["phantom", "--count", "4", "--seed", "9", "--image-size", "64", "--out", str(tmp_path)]
    assert main(words) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "index.csv")
    assert len(list((tmp_path / "images").rglob("*.png"))) == 4


# --- a run ---


def test_evaluate_gives_every_score_with_n_and_interval(
    run_words: list[str], tiny_run: Run, capsys: Capture
) -> None:
    assert main(["evaluate", *run_words, "--json"]) == 0
    scores = printed_json(capsys)
    assert scores["run"] == tiny_run.id
    for name in ("accuracy", "macro_f1", "balanced_accuracy", "auc_macro"):
        assert {"value", "low", "high", "n", "interval"} <= set(scores[name])
        assert scores[name] == tiny_run.scores()[name]
    assert list(scores["per_class"]) == CLASSES

    assert main(["evaluate", *run_words]) == 0
    shown = capsys.readouterr().out
    assert f"{scores['accuracy']['value']:.3f} (" in shown
    assert "(no interval: a class has fewer than 10 patients with the class" in shown
    assert "source synthetic" in shown


def test_evaluate_on_a_data_set_leaves_out_what_was_seen(
    run_words: list[str], films_dir: Path, films: Manifest, capsys: Capture
) -> None:
    assert main(["evaluate", *run_words, "--data", str(films_dir), "--json"]) == 0
    scores = printed_json(capsys)
    n_test = len(films.split("test").records)
    assert (scores["n"], scores["n_left_out"]) == (n_test, 48 - n_test)


def test_evaluate_takes_several_data_sets(
    run_words: list[str], films_dir: Path, films: Manifest, tmp_path: Path, capsys: Capture
) -> None:
    write_phantoms(tmp_path / "others", 3, seed=99, size_px=64)
    words = ["evaluate", *run_words, "--data", str(films_dir), "--data", str(tmp_path / "others")]
    assert main([*words, "--json"]) == 0
    assert printed_json(capsys)["n"] == len(films.split("test").records) + 3


def test_evaluate_gives_scores_without_films_whose_reading_denies_their_label(
    run_words: list[str], films_dir: Path, films: Manifest, tmp_path: Path, capsys: Capture
) -> None:
    denied = [film.path for film in films.split("test").records if film.label == "covid"][:1]
    readings = tmp_path / "readings.csv"
    readings.write_text(f"path,reading\n{films_dir.name}/{denied[0]},negative\n")
    words = ["evaluate", *run_words, "--readings", str(readings)]
    assert main([*words, "--data", str(films_dir), "--json"]) == 0
    scores = printed_json(capsys)
    without = scores["without_denied"]
    assert (without["n_denied"], without["n"]) == (1, scores["n"] - 1)
    assert main([*words, "--data", str(films_dir)]) == 0
    shown = capsys.readouterr().out
    assert "without the 1 films whose reading denies their label:" in shown
    assert "normal or covid          accuracy" in shown
    assert "specificity at 90 % sensitivity" in shown
    assert main(words) == 2
    assert "Add --data, or omit --readings" in capsys.readouterr().err


def test_mistakes_tells_what_models_get_wrong_at_once(
    run_words: list[str], tiny_run: Run, tmp_path: Path, capsys: Capture
) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(tiny_run.path, twin)
    words = ["mistakes", *run_words, "--run", str(twin)]
    assert main([*words, "--json"]) == 0
    found = printed_json(capsys)
    confusion = np.array(tiny_run.scores()["confusion"])
    n_wrong = int(confusion.sum() - np.trace(confusion))
    assert found["n"] == confusion.sum()
    assert found["wrong"] == {tiny_run.id: n_wrong, "twin": n_wrong}
    assert len(found["films"]) == n_wrong > 0
    assert set(found["films"][0]) == {"id", "label", "source", "answer", "probability"}

    assert main(words) == 0
    assert f"{n_wrong:6}  all are wrong and agree" in capsys.readouterr().out
    assert main(["mistakes", *run_words]) == 2
    assert "two models or more" in capsys.readouterr().err
    assert main(["mistakes", *run_words, "--run", "small_cnn"]) == 2
    assert "not tested on the same films" in capsys.readouterr().err


@pytest.mark.usefixtures("open_gate")
def test_predict_gives_what_the_evaluation_gives(
    run_words: list[str], tiny_run: Run, film: Path, films: Manifest, capsys: Capture
) -> None:
    assert main(["predict", *run_words, "--json", str(film)]) == 0
    (answer,) = printed_json(capsys)
    assert list(answer) == [
        *("file", "run", "probabilities", "scope"),
        *("notes", "warnings", "error", "gate"),
    ]
    assert (answer["file"], answer["run"], answer["error"]) == (film.as_posix(), tiny_run.id, None)
    assert list(answer["probabilities"]) == CLASSES
    same = films.where(lambda record: record.path.endswith(film.name))
    table = predict_manifest(tiny_run, same)
    for label, value in answer["probabilities"].items():
        assert value == pytest.approx(table.loc[0, f"p_{label}"], abs=5e-4)


@pytest.mark.usefixtures("open_gate")
def test_predict_tells_warnings_from_harmless_notes(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    files = []
    for mode in ("RGB", "1"):
        files.append(str(tmp_path / f"{mode}.png"))
        Image.open(film).convert(mode).save(files[-1])
    assert main(["predict", *run_words, "--json", *files]) == 0
    harmless, grave = printed_json(capsys)
    assert (harmless["notes"], harmless["warnings"]) == (["RGB image turned to grey"], [])
    assert grave["warnings"] == grave["notes"] == ["1 bit per pixel, only black and white"]
    assert main(["predict", *run_words, *files]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "    how it was read: RGB image turned to grey"
    assert lines[3] == "    WARNING, look at the film: 1 bit per pixel, only black and white"


def test_an_even_grey_gets_no_probabilities(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    even = tmp_path / "even.png"
    Image.new("L", (64, 64), 77).save(even)
    assert main(["predict", *run_words, "--json", str(even), str(film)]) == 2
    refused, answered = printed_json(capsys)
    assert refused["probabilities"] is None
    assert "one even grey: nothing to judge" in refused["error"]
    assert answered["probabilities"]


def test_one_bad_file_among_good_ones_is_told_in_its_place(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    bad = tmp_path / "notes.png"
    bad.write_text("no film")
    files = [str(film), str(bad), str(tmp_path / "lost.png"), str(film)]
    assert main(["predict", *run_words, "--json", *files]) == 2
    answers = printed_json(capsys)
    assert [answer["error"] is None for answer in answers] == [True, False, False, True]
    assert [answer["probabilities"] is None for answer in answers] == [False, True, True, False]
    assert "notes.png" in answers[1]["error"]
    assert answers[0]["probabilities"] == answers[3]["probabilities"]

    assert main(["predict", *run_words, *files]) == 2
    shown = capsys.readouterr()
    answered = [line for line in shown.out.splitlines() if not line.startswith(" ")]
    assert len(answered) == 2, "what the gate noted stands indented below"
    assert [line[:7] for line in shown.err.splitlines()] == ["error: ", "error: ", "Researc"]


def test_explain_writes_the_overlay_and_the_raw_map(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    out, raw = tmp_path / "map.png", tmp_path / "map.npy"
    words = ["explain", *run_words, "--method", "grad_cam", "--class", "Covid-19"]
    assert main([*words, "--out", str(out), "--raw", str(raw), str(film)]) == 0
    assert "Grad-CAM of Small CNN (random initialisation) for covid" in capsys.readouterr().out
    assert Image.open(out).format == "PNG"
    values = np.load(raw)
    assert values.shape == (4, 4)
    assert values.min() >= 0


def test_explain_takes_a_layer_and_says_which(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    raw, words = tmp_path / "map.npy", ["explain", *run_words, "--method", "layer_cam_product"]
    words += ["--layer", "stage3_relu2+input of average", "--class", "covid", "--raw", str(raw)]
    words += ["--out", str(tmp_path / "map.png"), str(film)]
    assert main(words) == 0
    shown = "LayerCAM product at stage3_relu2+input of average of Small CNN"
    assert shown in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["layer"] == "stage3_relu2+input of average"
    assert (answer["method"], answer["class"]) == ("layer_cam_product", "covid")
    assert np.load(raw).shape == (16, 16)
    assert main([*words, "--layer", "nowhere"]) == 2
    assert "Choose one of: stage2_relu1, stage3_relu2" in capsys.readouterr().err


@pytest.mark.usefixtures("open_gate")
def test_explain_says_how_the_film_was_read(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    drawing = tmp_path / "drawing.png"
    Image.open(film).convert("1").save(drawing)
    assert main(["explain", *run_words, str(drawing), "--out", str(tmp_path / "out.png")]) == 0
    warning = "    WARNING, look at the film: 1 bit per pixel, only black and white"
    assert warning in capsys.readouterr().out.splitlines()


def test_explain_says_where_the_evidence_lies(
    run_words: list[str], films_dir: Path, film: Path, tmp_path: Path, capsys: Capture
) -> None:
    words = ["explain", *run_words, "--out", str(tmp_path / "map.png")]
    mask = films_dir / "masks" / film.relative_to(films_dir / "images")
    assert main([*words, "--lungs", str(mask), str(film)]) == 0
    assert "outside the lungs" in capsys.readouterr().out
    assert main([*words, str(film)]) == 0
    assert "in the corners" in capsys.readouterr().out


def test_maps_keeps_those_of_all_test_films(
    tiny_run: Run, films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    run = open_run(shutil.copytree(tiny_run.path, tmp_path / "copy"))
    trained = read_maps(run.path / TEST_MAPS, run.classes)
    (run.path / TEST_MAPS).unlink()
    assert main(["maps", "--run", str(run.path), "--data", str(films_dir)]) == 0
    computed = read_maps(run.path / TEST_MAPS, run.classes)
    assert trained is not None
    assert computed is not None
    assert f"{len(computed.film_ids)} films" in capsys.readouterr().out
    assert computed.film_ids == trained.film_ids
    np.testing.assert_allclose(computed.evidence, trained.evidence, rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_explain_knows_every_method(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture, method: str
) -> None:
    out, raw = tmp_path / "map.png", tmp_path / "map.npy"
    words = ["explain", *run_words, "--method", method, "--class", "covid", "--raw", str(raw)]
    assert main([*words, "--out", str(out), str(film)]) == 0
    place = " at stage4_relu2+stage5_relu2" if METHODS[method].fused else ""
    assert f"{METHODS[method].title}{place} of Small CNN" in capsys.readouterr().out
    assert Image.open(out).format == "PNG"
    assert np.load(raw).ndim == 2


def test_explain_holds_one_class_against_another(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    maps = []
    for label, against in (("Covid-19", "normal"), ("normal", "covid")):
        raw = tmp_path / f"{against}.npy"
        words = ["explain", *run_words, "--class", label, "--against", against, "--raw", str(raw)]
        assert main([*words, "--out", str(tmp_path / "map.png"), str(film)]) == 0
        maps.append(np.load(raw))
    assert "for normal against covid (" in capsys.readouterr().out
    assert np.ptp(maps[0]) > 0
    np.testing.assert_array_equal(maps[0], -maps[1])


def test_a_run_whose_own_maps_cannot_be_subtracted_compares_classes_by_grad_cam(
    tiny_run: Run, film: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / tiny_run.id
    shutil.copytree(tiny_run.path, folder)
    layers, measured = "stage4_relu2+stage5_relu2", MeasuredOn(40, "clinic")
    write_map_default(
        folder / EXPLAIN, MapDefault("layer_cam_product", layers, measured, None, "measured")
    )
    words = ["explain", "--run", str(folder), "--class", "covid", "--json"]
    words += ["--out", str(tmp_path / "map.png"), str(film)]
    assert main(words) == 0
    assert printed_json(capsys)["method"] == "layer_cam_product"
    assert main([*words, "--against", "viral"]) == 0
    answer = printed_json(capsys)
    assert (answer["method"], answer["against"]) == ("grad_cam", "viral")


def test_explain_without_a_class_takes_the_likeliest(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert main(["predict", *run_words, "--json", str(film)]) == 0
    probabilities = printed_json(capsys)[0]["probabilities"]
    likeliest = max(probabilities, key=probabilities.get)
    assert main(["explain", *run_words, "--out", str(tmp_path / "map.png"), str(film)]) == 0
    shown = re.search(rf"for {likeliest} \((0\.\d\d)\)", capsys.readouterr().out)
    assert shown, likeliest
    # rounded once from the value that `predict` rounds to four digits
    assert float(shown.group(1)) == pytest.approx(probabilities[likeliest], abs=0.00505)


def test_export_writes_a_run_that_predicts(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "deep" / "pocket"
    assert main(["export", *run_words, "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert main(["predict", "--run", str(out), "--json", str(film)]) == 0
    assert printed_json(capsys)[0]["run"] == "pocket"


@pytest.mark.slow
def test_train_prints_the_run_id_last_and_keeps_a_log(
    films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    words = ["train", "--data", str(films_dir), "--network", "small_cnn", "--epochs", "1"]
    words += ["--image-size", "32", "--batch-size", "8", "--no-augment", "--seed", "2"]
    assert main([*words, "--models-dir", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    run = open_run(lines[-1], tmp_path)
    assert run.finished
    assert read_status(run.path)["state"] == "finished"
    assert (run.config.content["augment"], run.config.seed, run.image_size_px) == (False, 2, 32)
    assert (run.path / LOG).read_text(encoding="utf-8").splitlines() == lines[:-1]


# --- mistakes ---


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "COMMAND"),
        (["dream"], "dream"),
        (["scan"], "path"),
        (["scan", "{tmp}/nowhere"], "nowhere"),
        (["scan", "{tmp}"], "empty"),
        (["scan", "{films}", "--reader", "tarot"], "tarot"),
        (["split", "{tmp}/nowhere"], "nowhere"),
        (["train", "--network", "small_cnn"], "--data"),
        (["train", "--data", "{films}", "--network", "alexnet"], "alexnet"),
        (["train", "--data", "{tmp}/nowhere", "--network", "small_cnn"], "nowhere"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--epochs", "0"], "epochs=0"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--epochs", "few"], "few"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--image-size", "50"], "48"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--seed", "-1"], "seed=-1"),
        (
            ["train", "--data", "{films}", "--data", "{films}", "--network", "small_cnn"],
            "two data sets",
        ),
        (["evaluate", "--run", "lost"], "lost"),
        (["predict", "--run", "lost", "{film}"], "lost"),
        (["predict", "{run}"], "FILE"),
        (["evaluate", "{run}", "--data", "{tmp}/nowhere"], "nowhere"),
        (["explain", "--run", "lost", "--out", "{tmp}/a.png", "{film}"], "lost"),
        (["explain", "{run}", "--class", "zoster", "--out", "{tmp}/a.png", "{film}"], "zoster"),
        (["explain", "{run}", "--against", "zoster", "--out", "{tmp}/a.png", "{film}"], "zoster"),
        ([*AGAINST, "--class", "covid", "--out", "{tmp}/a.png", "{film}"], "with itself"),
        ([*AGAINST, "--method", "saliency", "--out", "{tmp}/a.png", "{film}"], "for which class"),
        (["explain", "{run}", "--method", "tea", "--out", "{tmp}/a.png", "{film}"], "'tea'"),
        (["explain", "{run}", "--out", "{tmp}/a.png", "{tmp}/lost.png"], "lost.png"),
        (["explain", "{run}", "--opacity", "7", "--out", "{tmp}/a.png", "{film}"], "7"),
        (["explain", "{run}", "--opacity", "nan", "--out", "{tmp}/a.png", "{film}"], "nan"),
        (["explain-report", "--run", "lost", "--data", "{films}"], "lost"),
        (["explain-report", "{run}", "--data", "{films}", "--method", "tea"], "'tea'"),
        (["explain-report", "{run}", "--data", "{films}", "--films", "0"], "0 is not"),
        (["explain-report", "{run}", "--data", "{tmp}/nowhere"], "nowhere"),
        (["phantom", "--count", "0", "--out", "{tmp}"], "count 0"),
        (["phantom", "--seed", "-4", "--out", "{tmp}"], "-4"),
        (["phantom", "--image-size", "8", "--out", "{tmp}"], "8 px"),
        (["phantom", "--shortcut", "zoster", "--out", "{tmp}"], "zoster"),
        (["export", "--run", "lost", "--out", "{tmp}/out"], "lost"),
        (["download", "everything", "--out", "{tmp}"], "everything"),
        (["bench", "patience"], "patience"),
        (["bench", "explain", "--network", "alexnet"], "alexnet"),
        (["bench", "explain", "--method", "tea"], "'tea'"),
        (["bench", "data", "--method", "grad_cam"], "bench data --method"),
        (["bench", "lungs", "--network", "small_cnn"], "bench lungs --network"),
        (["bench", "explain", "--films", "4"], "bench explain --films"),
        (["resume", "--run", "lost"], "lost"),
        (["resume", "{run}"], "nothing to resume"),
        (["estimate", "--network", "alexnet"], "alexnet"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--weights", "lost.h5"], "lost"),
        (["bench", "data", "--data", "{tmp}/nowhere"], "nowhere"),
    ],
    ids=lambda value: "-" if isinstance(value, str) else " ".join(value)[:60],
)
def test_a_mistake_is_one_line_and_status_two(
    refused: Callable[..., str],
    words: list[str],
    part: str,
    films_dir: Path,
    film: Path,
    tmp_path: Path,
    tiny_run: Run,
) -> None:
    names = {"tmp": tmp_path, "films": films_dir, "film": film}
    filled = [word.format(**names, run="{run}") for word in words]
    if "{run}" in filled:
        filled[filled.index("{run}") : filled.index("{run}") + 1] = ["--run", str(tiny_run.path)]
    assert part.lower() in refused(*filled).lower()


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "{films}", "--out", "{tmp}/no/such/folder/a.csv"],
        ["split", "{films}", "--out", "{tmp}/no/such/folder/a.csv"],
        ["explain", "--run", "{run}", "--out", "{tmp}/no/such/folder/a.png", "{film}"],
        ["explain", "--run", "{run}", "--out", "{tmp}/a.png", "{film}"],
        ["present", "--run", "{run}", "--out", "{tmp}/no/such/folder/a.pptx"],
        ["phantom", "--count", "1", "--image-size", "64", "--out", "{tmp}/taken"],
        ["export", "--run", "{run}", "--out", "{tmp}/taken"],
        ["export", "--run", "{run}", "--out", "{run}"],
        ["train", "--data", "{films}", "--network", "small_cnn", "--models-dir", "{tmp}/taken"],
    ],
    ids=lambda words: f"{words[0]} to {words[-1] if words[0] != 'explain' else words[4]}",
)
def test_where_nothing_can_be_written_one_line_says_so(
    refused: Callable[..., str],
    words: list[str],
    films_dir: Path,
    film: Path,
    tmp_path: Path,
    tiny_run: Run,
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    (tmp_path / "a.png").mkdir()
    names = {"tmp": tmp_path, "films": films_dir, "film": film, "run": tiny_run.path}
    assert "permissions" in refused(*(word.format(**names) for word in words))


@pytest.mark.parametrize("command", ["scan", "split", "train", "evaluate", "maps"])
def test_the_reader_can_be_named_wherever_films_are_read(
    command: str, refused: Callable[..., str], run_words: list[str], films_dir: Path
) -> None:
    words = {
        "scan": [str(films_dir)],
        "split": [str(films_dir)],
        "train": ["--network", "small_cnn", "--data", str(films_dir)],
    }.get(command, [*run_words, "--data", str(films_dir)])

    assert "No reader is named 'karmany'" in refused(command, *words, "--reader", "karmany")


def test_the_run_itself_is_not_harmed_by_exporting_onto_it(tiny_run: Run) -> None:
    assert main(["export", "--run", str(tiny_run.path), "--out", str(tiny_run.path)]) == 2
    assert tiny_run.finished
    assert "epochs" in read_status(tiny_run.path)


def test_a_run_in_its_first_epoch_cannot_predict(
    refused: Callable[..., str], make_run: Callable[..., Run], film: Path
) -> None:
    run = make_run(classes=[])
    assert "has no weights" in refused("predict", "--run", run.id, film)
    assert "no predictions" in refused("evaluate", "--run", run.id)
    assert "has not finished" in refused("export", "--run", run.id, "--out", run.path / "copy")


def test_damaged_weights_are_one_line(
    refused: Callable[..., str], make_run: Callable[..., Run], film: Path
) -> None:
    run = make_run()
    (run.path / WEIGHTS).write_bytes(b"PK\x03\x04 and then nothing")
    assert WEIGHTS in refused("predict", "--run", run.id, film)


def test_a_wrong_variable_is_one_line(
    refused: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    films_dir: Path,
) -> None:
    from xray_core.settings import settings_of_environment

    monkeypatch.setenv("XRAY_MAX_MEGABYTES", "lots")
    settings_of_environment.cache_clear()
    assert "XRAY_MAX_MEGABYTES=lots" in refused("scan", films_dir)


def test_a_licence_is_shown_before_anything_is_fetched(capsys: Capture, tmp_path: Path) -> None:
    from xray_core.data.download import SOURCES

    for name, source in SOURCES.items():
        assert main(["download", name, "--out", str(tmp_path)]) == 2
        shown = capsys.readouterr()
        assert source.licence in shown.err
        assert shown.err.splitlines()[-1].startswith("error: The licence has not been accepted.")
    assert list(tmp_path.iterdir()) == []


# --- as a process ---


NAMES = [function.__name__.replace("_", "-") for function in COMMANDS]


@pytest.mark.parametrize("command", NAMES)
def test_every_command_explains_itself(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: python -m xray_core {command}")
    assert len(shown.splitlines()) > 4


def test_help_names_every_command_and_the_version_is_told(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in NAMES if name not in shown] == []
    assert "Research only" in shown
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


def test_every_network_can_be_named(refused: Callable[..., str], tmp_path: Path) -> None:
    for name in NETWORKS:
        assert "nowhere" in refused("train", "--data", tmp_path / "nowhere", "--network", name)


@pytest.mark.slow
def test_json_stands_alone_on_standard_output(tiny_run: Run, film: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_text("no film")
    result = as_process("predict", "--run", tiny_run.path, "--json", film, tmp_path / "bad.png")
    assert result.returncode == 2
    answers = json.loads(result.stdout)
    assert [answer["error"] is None for answer in answers] == [True, False]
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(films_dir: Path) -> None:
    words = [sys.executable, "-m", "xray_core", "scan", str(films_dir), "--json"]
    process = subprocess.Popen(
        words, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0, errors
    assert errors == ""


@pytest.mark.slow
def test_a_mistake_is_one_line_of_a_process(tmp_path: Path) -> None:
    result = as_process("scan", tmp_path / "nowhere", "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: The data set doesn't exist. | nowhere | ")
    assert len(result.stderr.splitlines()) == 1


def test_the_queue_tells_what_waits(capsys: Capture, tmp_path: Path) -> None:
    assert main(["queue", "--models-dir", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"active": [], "waiting": []}
    assert main(["queue", "--models-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == "nothing is running and nothing is waiting"


def test_predict_answers_no_noise_unless_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    words = ["predict", "--run", "small_cnn", "--json", str(tmp_path / "noise.png")]
    assert main(words) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert (answer["error"], answer["probabilities"]) == (None, None)
    assert answer["gate"]["findings"][0]["kind"] == "not_chest"
    assert main([*words, "--answer-anyway"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["gate"]["overridden"]
    assert answer["probabilities"]


def test_predict_stops_what_the_tags_of_a_file_say_is_lateral(
    tmp_path: Path, run_words: list[str], capsys: Capture
) -> None:
    path = tmp_path / "IM0001"
    path.write_bytes(as_dicom(ViewPosition="LL", BodyPartExamined="CHEST"))
    assert main(["predict", *run_words, "--json", str(path)]) == 0
    shown = capsys.readouterr()
    (answer,) = json.loads(shown.out)
    assert answer["probabilities"] is None
    assert [item["kind"] for item in answer["gate"]["findings"]] == ["lateral"]
    assert not [word for word in PATIENT.values() if word in shown.out + shown.err]
    out = tmp_path / "map.png"
    assert main(["explain", *run_words, "--json", "--out", str(out), str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["gate"]["findings"][0]["kind"] == "lateral"
    assert not out.exists()


def test_predict_answers_the_films_of_an_archive_one_by_one(
    tmp_path: Path, run_words: list[str], capsys: Capture, open_gate: None, film: Path
) -> None:
    path = tmp_path / "films.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(film, "a/one.png")
        archive.write(film, "a/again.png")
        archive.writestr("b/two.png", b"no film")
        archive.writestr("letter.txt", "Dear colleague")
    assert main(["predict", *run_words, "--json", str(path), str(film)]) == 2
    shown = capsys.readouterr()
    answers = json.loads(shown.out)
    names = [answer["file"].removeprefix(f"{tmp_path.as_posix()}/") for answer in answers]
    assert names[:2] == ["films.zip/a/one.png", "films.zip/b/two.png"]
    assert "not an image" in answers[1]["error"]
    assert answers[0]["probabilities"] == answers[2]["probabilities"] is not None
    assert "films.zip: left out: 1 file that is no film, 1 copy" in shown.err
