"""The view by the tags: which one counts, and which is only the last resort."""

import pytest

from xray_core.data.film_view import view_of


@pytest.mark.parametrize(
    ("text", "view"),
    [
        *[("PA", "PA"), ("ap", "AP"), ("LL", "lateral"), ("LAT", "lateral"), ("RAO", "oblique")],
        *[("LLD", "decubitus"), ("POSTERO_ANTERIOR", ""), ("", ""), ("XX", "")],
    ],
)
def test_a_view_position_is_read(text: str, view: str) -> None:
    assert view_of({"ViewPosition": text})[0] == view


@pytest.mark.parametrize(
    ("code", "view"),
    [
        (("272479007", ""), "PA"),
        (("R-10206", ""), "AP"),
        (("399173006", "left lateral"), "lateral"),
        (("local", "antero-posterior oblique"), "oblique"),
        (("local", "Postero-anterior"), "PA"),
        (("local", "frontal"), "frontal"),
        (("local", "skyline"), ""),
    ],
)
def test_a_view_code_is_read_by_its_value_or_its_meaning(code: tuple[str, str], view: str) -> None:
    assert view_of({}, [code]) == (view, "ViewCodeSequence" if view else "")


def test_of_two_tags_that_contradict_the_one_that_is_not_frontal_counts() -> None:
    view, source = view_of({"ViewPosition": "PA"}, [("399067008", "lateral")])
    assert view == "lateral"
    assert source == "ViewCodeSequence, though ViewPosition says PA"
    assert view_of({"ViewPosition": "LL"}, [("272479007", "")])[0] == "lateral"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        *[("L\\F", "frontal"), ("R\\F", "frontal"), ("A\\F", "lateral"), ("P\\FL", "lateral")],
        *[("F\\L", "frontal"), ("L", ""), ("L\\P", ""), ("", ""), ("Q\\F", "")],
    ],
)
def test_the_directions_of_rows_and_columns_tell_frontal_from_lateral(text: str, view: str) -> None:
    assert view_of({"PatientOrientation": text})[0] == view


@pytest.mark.parametrize(
    ("text", "view"),
    [
        *[("Chest PA", "PA"), ("Thorax p.a.", "PA"), ("CHEST LAT", "lateral"), ("W034 AP", "AP")],
        *[("PA and lateral", ""), ("CHEST", ""), ("Papworth", ""), ("Thorax seitlich", "lateral")],
        *[("PA frontal", "PA"), ("AP oblique", "oblique")],
    ],
)
def test_the_free_text_of_the_series_counts_where_it_names_one_view(text: str, view: str) -> None:
    found, source = view_of({"SeriesDescription": text})
    assert found == view
    assert source == ("the free text of SeriesDescription" if view else "")


def test_the_free_text_never_overrules_a_tag() -> None:
    assert view_of({"ViewPosition": "AP", "SeriesDescription": "CHEST LATERAL"})[0] == "AP"
