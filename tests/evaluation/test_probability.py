import pytest

from xray_core.evaluation.probability import probability_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (1e-9, "<0.01"),
        (0.0049, "<0.01"),
        (0.005, "0.01"),
        (0.125, "0.13"),
        (0.994, "0.99"),
        (0.9951, ">0.99"),
        (1.0, "1.00"),
    ],
)
def test_a_probability_is_never_rounded_to_certainty(value: float, text: str) -> None:
    assert probability_text(value) == text
