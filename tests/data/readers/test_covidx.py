from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers.covidx import READER

WriteFilm = Callable[..., Path]


def test_both_lists_are_read_with_their_splits(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "train/a b.png", 1)
    write_film(tmp_path / "test/c.jpg", 2)
    (tmp_path / "train_COVIDx9A.txt").write_text("p1 a b.png COVID-19 cohen\n")
    (tmp_path / "test_COVIDx9A.txt").write_text("2 c.jpg normal rsna\n")

    test, train = READER.read(tmp_path, "d")

    assert (test.path, test.label, test.split) == ("test/c.jpg", "normal", "test")
    assert (train.path, train.label, train.split) == ("train/a b.png", "covid", "train")
    assert (train.patient, train.source) == ("p1", "cohen")


def test_a_negative_film_is_not_called_normal(tmp_path: Path, write_film: WriteFilm) -> None:
    (tmp_path / "train.txt").write_text("1 a.png positive bimcv\n2 b.png negative rsna\n")

    assert [record.label for record in READER.read(tmp_path, "d")] == ["covid", "no_covid"]


def test_a_line_of_another_form_is_a_problem(tmp_path: Path) -> None:
    lines = [f"{number} {number}.png normal rsna\n" for number in range(25)]
    (tmp_path / "train.txt").write_text("".join(lines) + "what is this\n")

    last = READER.read(tmp_path, "d")[-1]

    assert last.problem == "train.txt, line 26: not 'patient file class source'"
