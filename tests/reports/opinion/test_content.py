import pytest

from xray_core.reports.opinion.content import file_stem, unique_stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("film.dcm", "film"),
        ("IM000001", "IM000001"),
        ("ward/b\u202eed: 7?.png", "bed 7"),
        ("..", "film"),
        ("", "film"),
        ("Ωμέγα.png", "Ωμέγα"),
    ],
)
def test_files_are_named_after_the_film_as_any_system_allows(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_long_names_are_cut_between_letters() -> None:
    stem = file_stem("ж" * 300 + ".png")
    assert stem == "ж" * 40


def test_a_stem_that_is_taken_gets_a_number() -> None:
    assert unique_stem("film", []) == "film"
    assert unique_stem("film", ["Film", "film-2"]) == "film-3"
