import json
from pathlib import Path

import numpy as np
import pytest

from xray_core.benchmarks import fuzz
from xray_core.benchmarks.fuzz import FAILURES, bench_fuzz, make_file
from xray_core.benchmarks.mutations import SEEDS, with_right_sums
from xray_core.cli import main
from xray_core.data.decoding.images import decode_image

LEVELS = np.tile(np.arange(96, dtype=np.uint8) * 2, (80, 1))


@pytest.mark.parametrize("kind", SEEDS)
def test_the_undamaged_file_of_every_kind_is_the_film(kind: str) -> None:
    film = decode_image(SEEDS[kind](LEVELS), kind)
    assert film.pixels.shape == LEVELS.shape
    assert np.abs(film.pixels / film.pixels.max() - LEVELS / 190).mean() < 0.03


def test_fifty_damaged_files_of_each_kind_are_films_or_clear_errors() -> None:
    rows = bench_fuzz(count=50, seed=1)
    assert [row["kind"] for row in rows] == list(SEEDS)
    for row in rows:
        assert {name: row[name] for name in FAILURES} == dict.fromkeys(FAILURES, 0), row
        assert row["n"] == row["films"] + row["errors"] == 50
        assert row["errors"] > 5
    assert sum(row["films"] for row in rows) > 100


def test_kind_number_and_seed_make_a_file_again() -> None:
    assert make_file("jpeg", 3, 5) == make_file("jpeg", 3, 5)
    files = {
        make_file(kind, number, seed) for kind in SEEDS for number in (0, 1) for seed in (0, 1)
    }
    assert len(files) == 4 * len(SEEDS)


def test_checksums_of_a_png_are_made_right() -> None:
    data = SEEDS["png"](LEVELS)
    damaged = bytearray(data)
    damaged[16:20] = (95).to_bytes(4, "big")  # the width
    assert with_right_sums(data) == data
    assert with_right_sums(bytes(damaged))[29:33] != data[29:33]


def test_deaths_hangs_and_odd_exceptions_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "SEEDS", {"png": SEEDS["png"]})
    monkeypatch.setattr(fuzz, "PATIENCE", 1)
    monkeypatch.setattr(
        fuzz,
        "_CHILD",
        "import json, os, sys, time\n"
        "say = lambda *words: print(json.dumps(words), flush=True)\n"
        "does = [lambda: say('films', ''), lambda: os._exit(11), lambda: time.sleep(60),\n"
        "        lambda: say('unexpected', 'KeyError'), lambda: say('not_finite', 'nan')]\n"
        "[do() for do in does[int(sys.argv[1]):]]",
    )
    (row,) = bench_fuzz(count=5, limit_s=1.0)
    assert [row[name] for name in ("n", "films", *FAILURES)] == [5, 1, 1, 1, 1, 1]
    assert [item["number"] for item in row["examples"]] == [1, 2, 3, 4]
    assert main(["bench", "fuzz", "--count", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["films"] == 1


def test_failures_end_the_command_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(fuzz, "SEEDS", {"png": SEEDS["png"]})
    monkeypatch.setattr(fuzz, "_CHILD", "import os; os._exit(11)")
    assert main(["bench", "fuzz", "--count", "2", "--seed", "4"]) == 1
    assert "deaths 2" in capsys.readouterr().out
