import hashlib
import os
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.data.conftest import WriteFilm
from xray_core.data.decoding.images import EVEN_GREY
from xray_core.data.records import NO_LABEL
from xray_core.data.scan import LOOKS_LIKE_A_MASK, scan
from xray_core.errors import DatasetError
from xray_core.settings import settings_of_environment

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def test_every_film_is_measured(folder: Path, cache: Path) -> None:
    manifest = scan(folder, cache_dir=cache)

    assert manifest.classes == ("normal", "covid")
    assert len(manifest.records) == 6
    first = manifest.records[0]
    assert (first.id, first.path, first.label) == ("films/covid/0.png", "covid/0.png", "covid")
    assert first.sha256 == hashlib.sha256((folder / "covid/0.png").read_bytes()).hexdigest()
    assert (first.width, first.height, len(first.phash), first.problem) == (64, 64, 64, "")
    assert manifest.path_of(first) == folder / "covid/0.png"


def test_a_bad_film_is_listed_and_stops_nothing(folder: Path, cache: Path) -> None:
    (folder / "covid/empty.png").write_bytes(b"")
    (folder / "covid/text.png").write_text("not a film")
    cut = (folder / "covid/0.png").read_bytes()
    (folder / "covid/cut.png").write_bytes(cut[: len(cut) // 2])

    manifest = scan(folder, cache_dir=cache)

    problems = {record.path: record.problem for record in manifest.problems}
    assert set(problems) == {"covid/empty.png", "covid/text.png", "covid/cut.png"}
    assert all(problems.values())
    assert len(manifest.usable.records) == 6
    assert not any(str(folder) in problem for problem in problems.values())


def draw_mask(*, soft: bool = False) -> Image.Image:
    """Two white lungs on black, 128 px; soft ones have grey edges."""
    mask = Image.new("L", (128, 128))
    for left in (18, 72):
        ImageDraw.Draw(mask).ellipse((left, 20, left + 38, 108), fill=255)
    return mask.resize((299, 299), Image.Resampling.BILINEAR) if soft else mask


def test_pictures_in_black_and_white_look_like_masks(folder: Path, cache: Path) -> None:
    draw_mask().save(folder / "covid/plain.png")
    draw_mask().point(lambda level: 127 * level // 255).save(folder / "covid/half.png")
    draw_mask().convert("1").save(folder / "covid/one bit.png")
    draw_mask(soft=True).save(folder / "covid/soft.png")
    draw_mask(soft=True).save(folder / "covid/coded.jpg", quality=60)

    manifest = scan(folder, cache_dir=cache)

    assert {
        Path(record.path).stem: record.problem for record in manifest.problems
    } == dict.fromkeys(("plain", "half", "one bit", "soft", "coded"), LOOKS_LIKE_A_MASK)
    assert len(manifest.usable.records) == 6


def test_a_film_with_wide_black_borders_is_no_mask(
    folder: Path, cache: Path, write_film: WriteFilm
) -> None:
    film = Image.open(folder / "covid/0.png")
    wide = Image.new("L", (160, 160))
    wide.paste(film, (48, 48))  # 84 % black
    wide.save(folder / "covid/wide.png")

    assert scan(folder, cache_dir=cache).problems == ()


def test_an_index_may_list_what_is_not_there(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "a.png", 1)
    write_film(tmp_path / "b.png", 2)
    (tmp_path / "index.csv").write_text(
        "path,label\na.png,covid\nb.png,\nlost.png,covid\n../a.png,covid\n,covid\n"
    )

    manifest = scan(tmp_path / "index.csv", cache_dir=tmp_path / "cache")

    assert [(record.path, record.problem) for record in manifest.records] == [
        ("a.png", ""),
        ("b.png", "no label"),
        ("lost.png", "file is missing"),
        ("../a.png", "row 5: the path is outside the data set's folder"),
        ("row 6", "row 6: the image path is empty"),
    ]


def test_a_pipe_or_device_is_a_problem_and_is_not_opened(folder: Path, cache: Path) -> None:
    os.mkfifo(folder / "covid/pipe.png")
    (folder / "covid/endless.png").symlink_to("/dev/zero")

    found = {record.path: record.problem for record in scan(folder, cache_dir=cache).problems}

    problem = "is a pipe or a device, not a file"
    assert found == {"covid/pipe.png": problem, "covid/endless.png": problem}


def test_progress_rises_to_the_end(folder: Path, cache: Path) -> None:
    seen: list[tuple[int, int]] = []

    scan(folder, cache_dir=cache, progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (6, 6)


def test_a_file_over_the_byte_limit_is_not_opened(
    folder: Path, cache: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "covid/big.png").write_bytes(b"\0" * 40_000)
    monkeypatch.setenv("XRAY_MAX_MEGABYTES", "0.03")
    settings_of_environment.cache_clear()
    try:
        (problem,) = scan(folder, cache_dir=cache).problems
    finally:
        monkeypatch.undo()
        settings_of_environment.cache_clear()

    assert problem.path == "covid/big.png"
    assert "limit" in problem.problem
    assert "big.png" not in opened


def test_the_name_is_that_of_the_folder_or_given(tmp_path: Path, write_film: WriteFilm) -> None:
    cache = tmp_path / "cache"
    write_film(tmp_path / "my set/a.png", 1)
    (tmp_path / "my set/index.csv").write_text("path,label\na.png,covid\n")

    for path in (tmp_path / "my set", tmp_path / "my set/index.csv"):
        assert scan(path, cache_dir=cache).records[0].id == "my set/a.png"
    assert scan(tmp_path / "my set", name="b", cache_dir=cache).records[0].id == "b/a.png"


def test_wrong_paths_are_clear_errors(tmp_path: Path, folder: Path, cache: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, message in (
        (tmp_path / "nowhere", "doesn't exist"),
        (tmp_path / "empty", "empty"),
    ):
        with pytest.raises(DatasetError, match=message) as caught:
            scan(path, cache_dir=cache)
        assert str(tmp_path) not in str(caught.value)
    with pytest.raises(DatasetError, match="No film was found as 'kermany'"):
        scan(folder, reader="kermany", cache_dir=cache)


def test_the_odd_films_are_listed_within_seconds(cache: Path) -> None:
    if not (SHARED / "hard").exists():
        pytest.skip("the odd folder are not on this machine")

    start = time.perf_counter()
    manifest = scan(SHARED / "hard", reader="class_folders", cache_dir=cache)

    assert time.perf_counter() - start < 15
    reasons = {record.path: record.problem for record in manifest.records}
    assert reasons["all_black.png"] == EVEN_GREY
    assert reasons["noise.png"] == "no label"
    assert len(reasons["truncated.jpg"]) > len("no label")
    assert len(reasons["zero_bytes.png"]) > len("no label")


def test_a_film_of_several_findings_is_a_problem_that_names_them(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for number, name in enumerate("abc"):
        write_film(tmp_path / f"{name}.png", number)
    (tmp_path / "index.csv").write_text(
        "path,label\na.png,Effusion|Cardiomegaly\nb.png,Cardiomegaly\nc.png,todo\n"
    )
    films = scan(tmp_path, cache_dir=tmp_path / "cache")
    assert films.classes == ("cardiomegaly",)
    assert [record.problem for record in films.problems] == [
        "several findings: cardiomegaly, effusion",
        NO_LABEL,
    ]


def test_a_film_of_several_findings_may_count_as_the_first(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    labels = ["Effusion|Cardiomegaly", "Hernia|COVID-19", "No finding|Hernia", "Hernia"]
    for number in range(len(labels)):
        write_film(tmp_path / f"{number}.png", number)
    lines = [f"{number}.png,{label}\n" for number, label in enumerate(labels)]
    (tmp_path / "index.csv").write_text("path,label\n" + "".join(lines))

    films = scan(tmp_path, cache_dir=tmp_path / ".cache", one_finding=True)

    assert [record.label for record in films.usable.records] == ["cardiomegaly", "covid", "hernia"]
    assert [record.problem for record in films.problems] == ["several findings: normal, hernia"]
    assert films.notes == ("films with several findings that count as the first of them alone: 2",)


def test_a_film_with_boxes_and_no_label_serves_maps_only(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for number, name in enumerate("abcd"):
        write_film(tmp_path / f"{name}.png", number)
    inside, outside = '"[[0.1, 0.2, 0.3, 0.4]]"', '"[[10, 10, 900, 900]]"'
    (tmp_path / "index.csv").write_text(
        f"path,label,boxes\na.png,covid,{inside}\nb.png,,{inside}\nc.png,,\nd.png,,{outside}\n"
    )

    films = scan(tmp_path, cache_dir=tmp_path / ".cache")

    assert [record.problem for record in films.records] == ["", "", NO_LABEL, NO_LABEL]
    assert [record.path for record in films.usable.records] == ["a.png"]
    assert [record.path for record in films.maps_only] == ["b.png"]
    assert [record.path for record in films.for_maps.records] == ["a.png", "b.png"]
    assert films.classes == ("covid",)
