"""Every state of a training in words."""

import pytest

from pages.ui.train.states import progress_words


@pytest.mark.parametrize(
    ("status", "words", "share"),
    [
        ({"state": "preparing", "phase": "starting"}, "Starting: the network", 0.0),
        (
            {"state": "preparing", "phase": "reading the films", "step": 30, "steps": 40},
            "Reading the films: 30 of 40",
            0.75,
        ),
        (
            {"state": "preparing", "phase": "computing features", "step": 10, "steps": 40},
            "Running every film through the network once: 10 of 40",
            0.25,
        ),
        (
            {"state": "training", "phase": "head", "epoch": 2, "epochs": 8, "eta_seconds": 5},
            "Training the last layer: epoch 2 of 8, about 5 s of this part left",
            1 / 8,
        ),
        (
            {
                "state": "training",
                "phase": "fine-tuning",
                "epoch": 8,
                "epochs": 8,
                "step": 5,
                "steps": 10,
                "eta_seconds": 300,
            },
            "Training the network: epoch 8 of 8, about 5 min left",
            7.5 / 8,
        ),
        ({"state": "evaluating"}, "Testing the best epoch", 1.0),
    ],
)
def test_words_and_share(status: dict[str, object], words: str, share: float) -> None:
    said, _, done = progress_words(status)
    assert said.startswith(words)
    assert done == pytest.approx(share)


def test_details_of_a_step() -> None:
    status = {
        "state": "training",
        "phase": "training",
        "step": 5,
        "steps": 1000,
        "films_per_second": 81.4,
        "metrics": {"loss": 0.5},
    }
    assert progress_words(status)[1] == "Step 5 of 1\u202f000 · 81 films/s · loss 0.500"
