"""That each kind is measured on what is there, with n and an interval."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.benchmarks import gate, gate_films
from xray_core.benchmarks.gate import bench_gate
from xray_core.data.phantom import make_phantom
from xray_core.opinion.gate import material


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "list_runs", tuple)
    monkeypatch.setattr(gate, "N_DRAWN", 3)
    monkeypatch.setattr(gate, "ROUNDS", 1)
    monkeypatch.setattr(gate, "TIMED_PX", 128)
    monkeypatch.setattr(gate_films, "SYNTHETIC", gate_films.SYNTHETIC[::8])


def test_without_data_synthetic_films_pass_and_planted_faults_are_found() -> None:
    rows = bench_gate()
    assert rows[-1]["milliseconds"] > 0
    found = {row["kind"]: row for row in rows[:-1]}
    assert found["frontal films"]["share"] == 1
    for kind in ("inverted", "mirrored", "turned 90", "turned 180", "turned 270", "documents"):
        assert found[kind]["share"] == 1, kind
        assert found[kind]["auroc"] == 1, kind
        assert found[kind]["low"] < 1, kind
    assert {row["source"] for row in rows[:-1]} == {"synthetic films", "drawn", "planted", ""}


def test_data_sets_and_tables_that_are_there_are_measured(films_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(films_dir)
    for folder in ("gate/nih_rotation", "hard"):
        (tmp_path / folder).mkdir(parents=True)
    greys = (255 * make_phantom("normal", 1).image).astype(np.uint8)
    Image.fromarray(np.rot90(greys)).save(tmp_path / "gate/nih_rotation/00009999_000.jpg")
    Image.fromarray(greys).save(tmp_path / "hard/upside_down.jpg")
    (tmp_path / "hard/text.jpg").write_text("no film")
    (tmp_path / "gate/index.csv").write_text(
        "path,kind\nnih_rotation/00009999_000.jpg,limb\n", encoding="utf-8"
    )
    rows = bench_gate(tmp_path, n_films=4)
    found = {(row["kind"], row.get("source")): row for row in rows}
    assert found["frontal films", "all"]["n"] > 0
    assert found["inverted", "planted"]["n"] <= 4
    turned = found["turned films", "nih_rotation"]
    assert (turned["n"], turned["share"]) == (1, 1)
    upright = found["files", "hard"]
    assert (upright["expected"], upright["n"], upright["share"]) == ("turned by 180", 1, 0)
