"""One film under several labels."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from xray_core.data.conflicts import describe_lookalikes, mark_conflicts
from xray_core.data.records import Manifest, Record, combine_manifests
from xray_core.data.scan import scan

WriteFilm = Callable[..., Path]


def film(name: str, label: str, content: str, *, dataset: str = "d", phash: str = "") -> Record:
    return Record(
        id=f"{dataset}/{name}",
        dataset=dataset,
        path=name,
        label=label,
        sha256=content,
        phash=phash,
        width=64,
        height=64,
    )


def test_a_film_under_two_class_folders_is_a_problem_that_names_both(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "sets/covid/0.png", 1)
    write_film(tmp_path / "sets/covid/1.png", 2)
    write_film(tmp_path / "sets/normal/8.png", 3)
    write_film(tmp_path / "sets/normal/9.png", 1)

    manifest = scan(tmp_path / "sets", cache_dir=tmp_path / "cache")

    problem = "the same film lies under several labels: covid, normal (covid/0.png, normal/9.png)"
    assert {record.path: record.problem for record in manifest.problems} == {
        "covid/0.png": problem,
        "normal/9.png": problem,
    }
    assert [record.path for record in manifest.usable.records] == ["covid/1.png", "normal/8.png"]


def test_another_coding_of_the_same_film_makes_no_difference(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    path = write_film(tmp_path / "sets/covid/0.png", 1)
    (tmp_path / "sets/normal").mkdir()
    Image.open(path).save(tmp_path / "sets/normal/9.bmp")

    manifest = scan(tmp_path / "sets", cache_dir=tmp_path / "cache")

    assert len(manifest.problems) == 2


def test_films_of_one_label_or_none_are_no_conflict() -> None:
    films = (
        film("a", "covid", "1"),
        film("b", "covid", "1"),
        film("c", "", "1"),
        film("d", "normal", "", phash=""),
        film("e", "viral", "", phash=""),
    )
    assert mark_conflicts(films) == films


def test_every_label_has_a_place_and_long_lists_are_cut() -> None:
    films = [film(f"covid/{n}", "covid", "1") for n in range(5)] + [film("viral/0", "viral", "1")]

    (problem,) = {record.problem for record in mark_conflicts(films)}

    assert problem == (
        "the same film lies under several labels: covid, viral "
        "(covid/0, viral/0, covid/1, covid/2 and 2 more)"
    )


def test_two_data_sets_that_label_a_film_differently_name_both() -> None:
    one = Manifest((film("a", "covid", "1", dataset="x"),), {"x": Path()})
    two = Manifest((film("b", "normal", "1", dataset="y"),), {"y": Path()})

    problems = [record.problem for record in combine_manifests([one, two]).records]

    assert problems == ["the same film lies under several labels: covid, normal (x/a, y/b)"] * 2


def test_dicom_files_of_one_look_are_only_noted() -> None:
    """Their identity says that they are two films; whoever labelled them should look."""
    films = (
        film("covid/IM0", "covid", "1", phash="aa"),
        film("covid/IM1", "covid", "2", phash="aa"),
        film("normal/IM0.dcm", "normal", "3", phash="aa"),
        film("normal/IM1", "normal", "4", phash="bb"),
    )
    assert mark_conflicts(films) == films
    assert describe_lookalikes(films) == "3 films look exactly like one with another label"
    assert describe_lookalikes(films[:2]) == ""


def test_a_film_for_maps_only_contradicts_no_label() -> None:
    same = [film("a.png", "covid", "one", phash="ff"), film("b.png", "", "one", phash="ff")]
    assert not any(record.problem for record in mark_conflicts(same))
    assert describe_lookalikes(same) == ""
