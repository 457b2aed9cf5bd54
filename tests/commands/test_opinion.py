"""`opinion` from files to files; what it prints is what it writes."""

import csv
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.dicom_films import as_dicom
from xray_core.cli import main
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.runs.store import Run

FILM = make_phantom("covid", 77_001).image
RUN = ["--run", "small_cnn"]


@dataclass(frozen=True)
class Done:
    out: Path
    status: int
    entries: list[dict[str, Any]]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Two films of one name, one of them in an archive, one on its side, and one that is none."""
    folder = tmp_path_factory.mktemp("films")
    out = folder / "out"
    (folder / "film.png").write_bytes(encode_png(FILM))
    (folder / "side.png").write_bytes(encode_png(np.ascontiguousarray(np.rot90(FILM))))
    with zipfile.ZipFile(folder / "ward.zip", "w") as archive:
        archive.writestr("ward/film.png", encode_png(make_phantom("normal", 77_004).image))
        archive.writestr("ward/letter.png", b"Dear colleague")
    names = ("film.png", "missing.png", "ward.zip", "side.png")
    words = ["opinion", *(str(folder / name) for name in names), *RUN]
    formats = ["--pdf", "--html", "--csv", "--json", "--prevalence", "0.1", "--age-group", "adult"]
    with pytest.MonkeyPatch.context() as patch:
        printed: list[Any] = []
        patch.setattr("xray_core.commands.opinion.print_json", printed.extend)
        status = main([*words, *formats, "--out", str(out)])
    return Done(out, status, printed)


def test_an_error_of_one_file_stops_no_other_and_is_the_exit_status(done: Done) -> None:
    assert done.status == 2
    assert [bool(entry["error"]) for entry in done.entries] == [False, True, False, True, False]
    assert "letter.png" in done.entries[3]["error"]


def test_films_of_one_name_do_not_overwrite_each_other(done: Done) -> None:
    names = sorted(path.name for path in done.out.iterdir())
    assert names == [
        *("film-2.html", "film-2.json", "film-2.pdf", "film.html", "film.json", "film.pdf"),
        *("opinions.csv", "side.html", "side.json", "side.pdf"),
    ]


def test_what_is_written_as_json_is_what_is_printed(done: Done) -> None:
    written = json.loads((done.out / "film.json").read_text(encoding="utf-8"))
    assert done.entries[0] == done.entries[0] | written
    assert written["research_only"] == "Research only, not a diagnosis."
    assert written["frequencies"].startswith("Of 100 adults like this one, 10 with a pneumonia")
    assert written["patient"] is None


def test_the_table_has_a_row_for_each_film(done: Done) -> None:
    rows = list(csv.DictReader((done.out / "opinions.csv").read_text().splitlines()))
    gates = [row["gate"] for row in rows]
    assert gates == ["passed", "cannot be read", "passed", "cannot be read", "stopped"]
    assert rows[0]["p_covid"] == f"{done.entries[0]['mean']['covid']:.4f}"
    assert rows[4]["verdict"] == rows[4]["p_covid"] == ""


def test_the_window_of_a_file_is_chosen_by_its_name(
    tmp_path: Path, tiny_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    several: dict[str, Any] = {
        "WindowCenter": [2047.5, 3000],
        "WindowWidth": [4095, 6000],
        "WindowCenterWidthExplanation": ["NORMAL", "SOFT"],
    }
    (tmp_path / "a.dcm").write_bytes(as_dicom(**several))
    model = ["--run", tiny_run.id, "--models-dir", str(tiny_run.path.parent), "--json"]
    films = {}
    for name in ("normal", "soft", "lung"):
        main(["opinion", str(tmp_path / "a.dcm"), *model, "--window", name])
        (films[name],) = json.loads(capsys.readouterr().out)
    assert films["normal"]["film"] != films["soft"]["film"]
    assert "window 2: SOFT (3000 / 6000)" in films["lung"]["error"]


def test_reports_without_a_folder_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["opinion", str(tmp_path / "film.png"), *RUN, "--html"]) == 2
    assert "--out DIR" in capsys.readouterr().err


def test_what_is_done_stays_when_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xray_core.opinion import answer

    give = answer.give_opinion
    asked: list[Any] = []

    def once(*parts: Any, **options: Any) -> Any:
        if asked:
            raise KeyboardInterrupt
        asked.append(parts)
        return give(*parts, **options)

    monkeypatch.setattr(answer, "give_opinion", once)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(encode_png(FILM))
    words = ["opinion", str(tmp_path / "a.png"), str(tmp_path / "b.png"), *RUN]
    assert main([*words, "--out", str(tmp_path / "out"), "--json", "--csv"]) == 130
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "opinions.csv"]
