"""`predict`, `explain`, `maps`."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import printed_json
from tests.dicom_films import PATIENT, as_dicom
from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.evaluation.evaluate import predict_manifest
from xray_core.explain.methods import METHODS
from xray_core.explain.stored import read_maps
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import EXPLAIN, TEST_MAPS, Run, open_run

Capture = pytest.CaptureFixture[str]
CLASSES = ["normal", "bacterial", "viral", "covid"]


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
