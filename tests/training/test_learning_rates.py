import pytest

from xray_core.training.learning_rates import WARM_UP_STEPS, cosine, plateau


def test_the_cosine_is_that_of_keras() -> None:
    import keras

    theirs = keras.optimizers.schedules.CosineDecay(
        0.2 / 20, 400, alpha=0.01, warmup_target=0.2, warmup_steps=WARM_UP_STEPS
    )
    ours = cosine(0.2, 500)
    for step in (0, 1, 50, 99, 100, 101, 300, 499, 500, 900):
        assert ours(step, []) == pytest.approx(float(theirs(step)), rel=1e-5)


def test_a_short_training_warms_up_for_a_third_of_it() -> None:
    rate = cosine(1.0, 9)
    rates = [rate(step, []) for step in range(9)]
    assert max(rates) == rates[3] == 1.0
    assert rates[0] == pytest.approx(0.05)
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert cosine(1.0, 1)(0, []) == 1.0


@pytest.mark.parametrize(
    ("losses", "rate"),
    [
        ([], 1.0),
        ([0.5, 0.6], 1.0),
        ([0.5, 0.6, 0.6], 0.25),
        ([0.5, 0.6, 0.6, 0.6], 0.25),
        ([0.5, 0.6, 0.6, 0.6, 0.6], 0.0625),
        ([0.5, 0.6, 0.4, 0.6], 1.0),
    ],
)
def test_the_rate_falls_at_a_plateau(losses: list[float], rate: float) -> None:
    assert plateau(1.0)(7, losses) == rate
