import pytest
from streamlit.testing.v1 import AppTest


def script(values: list[float], agreement: float | None = None) -> None:
    import streamlit as st

    from pages.ui.film.trust import trust_strip
    from xray_core.quality.trust import Reading

    def measure() -> list[Reading]:
        st.session_state["asked"] = st.session_state.get("asked", 0) + 1
        return [Reading("deletion_gain", -0.1)]

    readings = [Reading("repeatability", value) for value in values]
    if agreement is not None:
        readings.append(Reading("agreement_models", agreement))
    trust_strip(readings, measure, "test")


def strip(*values: float) -> AppTest:
    page = AppTest.from_function(script, default_timeout=60, kwargs={"values": list(values)}).run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("value", "word"), [(0.9, "good"), (0.6, "doubtful"), (0.2, "poor")])
def test_every_line_has_icon_word_number_and_explanation(value: float, word: str) -> None:
    (line,) = strip(value).markdown
    assert f" {word}]" in line.value
    assert ":material/" in line.value
    assert f"Repeatability: {value:.2f}" in line.value
    assert "How alike the map stays" in line.help
    assert "Koo and Li" in line.help


def test_a_doubtful_map_says_so_on_top() -> None:
    assert not strip(0.9).warning
    assert "Read this map with care" in strip(0.9, 0.6).warning[0].value
    assert "Do not rely on this map" in strip(0.2, 0.6).warning[0].value


def test_how_far_models_agree_is_a_fact_and_no_verdict() -> None:
    given = {"values": [0.9], "agreement": 0.1}
    page = AppTest.from_function(script, default_timeout=60, kwargs=given).run()
    assert page.markdown[1].value.endswith("all models · Agreement of models: 0.10")
    assert not page.warning


def test_more_passes_only_when_they_are_asked_for() -> None:
    page = strip(0.9)
    assert "asked" not in page.session_state
    page.toggle[0].set_value(True).run()
    assert page.session_state["asked"] == 1
    assert "Deletion: -0.10" in page.markdown[1].value
    assert "Do not rely on this map alone. Poor: Deletion." in page.warning[0].value


def test_a_map_that_is_not_shown_has_no_strip() -> None:
    page = strip()
    assert not page.markdown
    assert not page.toggle
