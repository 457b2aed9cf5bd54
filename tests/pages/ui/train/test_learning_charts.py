"""Learning curves: what is drawn from numbers that were worked out by hand."""

import pandas as pd
import pytest

from pages.ui.train.learning_charts import learning_curve, phase_starts, step_positions

HISTORY = pd.DataFrame(
    {
        "epoch": [1, 2, 3],
        "phase": ["head", "head", "fine-tuning"],
        "accuracy": [0.3, 0.5, 0.9],
        "val_accuracy": [0.4, 0.6, 0.7],
        "loss": [1.5, 1.1, 0.7],
        "val_loss": [1.2, 0.8, 0.9],
    }
)


def steps(*rows: tuple[int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["step", "epoch", "phase"]).assign(loss=0.5)


def test_the_kept_epoch_is_the_one_with_the_lowest_validation_loss() -> None:
    training, validation, best = learning_curve(HISTORY, "accuracy", "Accuracy").data
    assert list(training.y) == [0.3, 0.5, 0.9]
    assert list(validation.y) == [0.4, 0.6, 0.7]
    assert (best.x, best.y) == ((2,), (0.6,))


def test_the_beginning_of_a_phase_is_marked() -> None:
    (line,) = learning_curve(HISTORY, "loss", "Loss").layout.shapes
    assert line.x0 == 2
    (note,) = learning_curve(HISTORY, "loss", "Loss").layout.annotations
    assert note.text == "fine-tuning"


def test_a_phase_is_known_before_its_first_epoch_has_ended() -> None:
    assert phase_starts(HISTORY[:2]) == []
    assert phase_starts(HISTORY[:2], steps((9, 3, "fine-tuning"))) == [(2, "fine-tuning")]
    assert phase_starts(pd.DataFrame(), pd.DataFrame()) == []


def test_batches_are_a_line_behind_the_loss_alone() -> None:
    drawn = steps((1, 1, "training"), (2, 1, "training"))
    drawn["position"] = step_positions(drawn, 4)
    (batches,) = learning_curve(pd.DataFrame(), "loss", "Loss", drawn).data
    assert list(batches.x) == [0.25, 0.5], "before the end of the first epoch there is only this"
    assert learning_curve(pd.DataFrame(), "accuracy", "Accuracy", drawn).data == ()


def test_steps_stand_where_their_epoch_is() -> None:
    # Head: 2 steps per epoch; network: 8 steps per epoch, the last one still runs.
    table = steps(
        (1, 1, "head"),
        (2, 1, "head"),
        (3, 2, "head"),
        (5, 3, "fine-tuning"),
        (8, 3, "fine-tuning"),
        (13, 4, "fine-tuning"),
        (16, 4, "fine-tuning"),
    )
    assert step_positions(table).tolist() == pytest.approx(
        [0.5, 1.0, 1.5, 2.125, 2.5, 3.125, 3.5]
    ), "the last epoch takes its length from the one before"


def test_the_first_epoch_of_a_phase_takes_its_length_from_the_status() -> None:
    table = steps((1, 1, "head"), (3, 2, "fine-tuning"), (5, 2, "fine-tuning"))
    assert step_positions(table, 10).tolist() == pytest.approx([0.5, 1.1, 1.3])
    assert step_positions(table).tolist() == pytest.approx([0.5, 1 + 1 / 3, 2.0])


def test_one_epoch_far_off_does_not_flatten_the_others() -> None:
    assert learning_curve(HISTORY, "loss", "Loss").layout.yaxis.type is None
    far_off = learning_curve(HISTORY.assign(val_loss=[80.0, 0.8, 0.9]), "loss", "Loss")
    assert far_off.layout.yaxis.type == "log"
    assert far_off.layout.yaxis.title.text == "Loss (log scale)"
