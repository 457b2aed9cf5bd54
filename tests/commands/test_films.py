"""`scan`, `split`, `phantom`."""

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import printed_json
from xray_core.cli import main
from xray_core.data.records import film_code, read_manifest
from xray_core.runs.store import Run
from xray_core.settings import Settings

Capture = pytest.CaptureFixture[str]
CLASSES = ["normal", "bacterial", "viral", "covid"]


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
