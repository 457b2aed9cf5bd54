import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.film.place import place_words, zone_figure, zone_table
from xray_core.explain.attribution import Attribution
from xray_core.explain.zones import Place
from xray_core.lungs.zones import ZONES

VALUES = np.ones((4, 4), np.float32)
SHARES = dict(zip(ZONES, (0.01, 0.02, 0.27, 0.03, 0.05, 0.41), strict=True))


def words(probability: float, place: Place | None) -> str:
    return place_words(
        Attribution(VALUES, "grad_cam", "covid", probability), "Grad-CAM of Xception", place
    )


def test_the_sentence_names_method_model_class_and_zones() -> None:
    assert words(0.83, Place(0.1, 0.2, 0.88, 0.05, SHARES)) == (
        "Grad-CAM of Xception for COVID-19 (0.83) rests mostly on the left lower zone (41 %) and "
        "the right lower zone (27 %); 12 % lies outside the lungs."
    )


def test_without_a_mask_corners_and_border_are_told() -> None:
    assert " has 30 % of its evidence in the corners" in words(
        0.83, Place(0.3, 0.2, None, None, {})
    )


def test_a_class_that_was_ruled_out_is_not_placed() -> None:
    expected = "COVID-19 is too unlikely according to Xception (0.04) to show where."
    assert words(0.04, None) == expected


def test_a_flat_map_is_said_to_be_flat() -> None:
    assert "no evidence for COVID-19" in words(0.5, None)


def test_the_picture_has_the_patients_right_lung_on_the_left() -> None:
    figure = zone_figure(Place(0.1, 0.2, 0.88, 0.05, SHARES))
    drawn = {(mark.x, mark.y): mark.text for mark in figure.layout.annotations}
    assert drawn["patient's right", "lower"] == "27 %"
    assert drawn["patient's left", "lower"] == "41 %"
    assert drawn["patient's right", "upper"] == "1 %"
    assert list(figure.data[0].x) == ["patient's right", "patient's left"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_the_table_has_share_and_opacity_of_each_zone() -> None:
    opacity = dict(zip(ZONES, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), strict=True))
    lines = zone_table(Place(0.1, 0.2, 0.88, 0.05, SHARES), opacity).splitlines()
    assert lines[4] == "| right lower | 27 % | 30 % |"
    assert lines[7] == "| left lower | 41 % | 60 % |"
    assert lines[8:] == [
        "| outside the lungs | 12 % | |",
        "| below the diaphragm | 5 % | |",
        "| in the corners | 10 % | |",
        "| along the border | 20 % | |",
    ]


@pytest.mark.parametrize(("reach", "warned"), [(4, True), (20, False)])
def test_evidence_in_the_corners_is_warned_of(reach: int, warned: bool) -> None:
    def script(reach: int) -> None:
        import numpy as np

        from pages.ui.film.place import place_panel
        from xray_core.explain.attribution import Attribution

        values = np.zeros((20, 20), np.float32)
        values[:reach, :reach] = 1
        values[-1, -1] = 0.5  # never flat
        item = Attribution(values, "grad_cam", "covid", 0.9)
        place_panel(item, "Grad-CAM of Xception", np.zeros((20, 20), np.float32), None, "test")

    page = AppTest.from_function(script, kwargs={"reach": reach}).run()
    assert not page.exception
    assert bool(page.warning) is warned
    assert "lungs were not found" in page.caption[0].value
