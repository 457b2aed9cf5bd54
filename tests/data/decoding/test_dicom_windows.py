"""The windows and look-up tables that a DICOM file offers, and what each makes of the film."""

from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.data.decoding.dicom_files import STORED, film_dataset, save
from xray_core.data.decoding.dicom_windows import window_named, windows_in
from xray_core.data.decoding.images import decode_image
from xray_core.data.film_facts import facts_of
from xray_core.errors import ImageReadError

TWO = {
    "WindowCenter": [2000, 1500],
    "WindowWidth": [3800, 2400],
    "WindowCenterWidthExplanation": ["NORMAL", "SOFTER"],
}


def table(explanation: str) -> Dataset:
    item = Dataset()
    item.LUTDescriptor = [4096, 0, 12]
    item.LUTData = (np.linspace(0, 1, 4096) ** 0.5 * 4095).astype("<u2").tobytes()
    item["LUTData"].VR = "OW"
    item.LUTExplanation = explanation
    return item


def file(**elements: Any) -> bytes:
    return save(film_dataset(**elements))


def test_windows_and_tables_are_named_as_the_file_does() -> None:
    data = file(**TWO, VOILUTSequence=Sequence([table("BRIGHT")]))
    assert windows_in(data) == facts_of(data, "a.dcm").windows
    assert windows_in(data) == (
        ("lut 1", "BRIGHT"),
        ("window 1", "NORMAL (2000 / 3800)"),
        ("window 2", "SOFTER (1500 / 2400)"),
    )


def test_a_name_that_may_be_somebodys_is_left_out() -> None:
    assert windows_in(file(VOILUTSequence=Sequence([table("Doe^Jane")])))[0].name == "Table 1"


def test_a_file_without_windows_or_that_is_no_dicom_has_none() -> None:
    assert windows_in(file(WindowCenter=None, WindowWidth=None)) == ()
    assert windows_in(b"no dicom") == ()


def test_the_chosen_window_shows_the_film_and_makes_it_another_one() -> None:
    data = file(**TWO, VOILUTSequence=Sequence([table("BRIGHT")]))
    films = {key: decode_image(data, "a.dcm", window=key) for key in ("", "lut 1", "window 2")}
    assert np.allclose(films[""].pixels, (STORED / 4095) ** 0.5, atol=2e-3)
    assert np.array_equal(films["lut 1"].pixels, films[""].pixels)
    shown = np.clip((STORED - 300.0) / 2400, 0, 1)
    assert np.allclose(films["window 2"].pixels, shown, atol=1e-5)
    assert len({film.id for film in films.values()}) == 3


def test_a_chosen_window_that_hides_the_film_gives_way_and_says_so() -> None:
    narrow = TWO | {"WindowCenter": [2000, 300], "WindowWidth": [3800, 2]}
    film = decode_image(file(**narrow), "a.dcm", window="window 2")
    assert any("white or black" in warning for warning in film.warnings)


@pytest.mark.parametrize("wanted", ["window 2", "softer", " SOFT"])
def test_a_window_is_found_by_its_place_or_its_name(wanted: str) -> None:
    assert window_named(file(**TWO), "a.dcm", wanted) == "window 2"


def test_an_unknown_window_lists_those_of_the_file() -> None:
    with pytest.raises(ImageReadError, match="SOFTER") as error:
        window_named(file(**TWO), "a.dcm", "lung")
    assert "window 1: NORMAL (2000 / 3800)" in error.value.fix
    with pytest.raises(ImageReadError, match="It has none"):
        window_named(b"no dicom", "a.png", "lung")
