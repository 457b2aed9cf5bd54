import pickle

import pytest

from xray_core import errors
from xray_core.errors import DataError, ImageReadError, ImageTooLargeError, XrayError


def all_errors(kind: type[XrayError] = XrayError) -> list[type[XrayError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in all_errors(child))]


def test_the_three_parts_stand_in_one_line() -> None:
    error = ImageReadError("The file is cut off.", where="a.png", fix="Copy it again.")
    assert str(error) == "The file is cut off. | a.png | Copy it again."
    assert (error.what, error.where, error.fix) == (
        "The file is cut off.",
        "a.png",
        "Copy it again.",
    )


def test_absent_parts_leave_no_gap() -> None:
    assert str(XrayError("Nothing works.", fix="Try again.")) == "Nothing works. | Try again."
    assert str(XrayError("Nothing works.")) == "Nothing works."


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_comes_back_whole_from_a_worker_process(kind: type[XrayError]) -> None:
    error = pickle.loads(pickle.dumps(kind("what", where="where", fix="fix")))
    assert type(error) is kind
    assert (error.what, error.where, error.fix) == ("what", "where", "fix")


def test_the_tree_in_the_docstring_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    assert [kind.__name__ for kind in all_errors() if kind.__name__ not in drawn] == []
    assert len(all_errors()) == 18


def test_too_large_films_are_caught_as_unreadable_and_as_data_errors() -> None:
    assert issubclass(ImageTooLargeError, ImageReadError)
    assert issubclass(ImageReadError, DataError)
