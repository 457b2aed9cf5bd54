"""The states of a training in words."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.shared.words import count, duration
from xray_core.errors import RunError
from xray_core.runs.status import read_status
from xray_core.runs.store import Run

_GOING_ON = ("Running", "primary", "play_arrow")
OUTCOMES = {
    "finished": ("Finished", "green", "check"),
    "stopped": ("Stopped", "orange", "stop"),
    "failed": ("Failed", "red", "error"),
    "interrupted": ("Interrupted", "orange", "warning"),
    "damaged": ("Damaged", "red", "error"),
    "waiting": ("Waiting", "gray", "schedule"),
    "preparing": _GOING_ON,
    "training": _GOING_ON,
    "evaluating": _GOING_ON,
}
UNKNOWN_OUTCOME = ("No status", "gray", "help")
PHASES = {
    "head": "Training the last layer",
    "fine-tuning": "Training the network",
    "training": "Training the network",
}
_PREPARING = {
    "reading the films": "Reading the films",
    "computing features": "Running every film through the network once",
}


def state_of(run: Run) -> str:
    """The run's state; `damaged` where its status cannot be read."""
    try:
        return str(read_status(run.path).get("state", ""))
    except RunError:
        return "damaged"


def state_badge(state: str) -> None:
    """A state as word, icon and colour."""
    word, colour, icon = OUTCOMES.get(state, UNKNOWN_OUTCOME)
    st.badge(word, icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def progress_words(status: Mapping[str, Any]) -> tuple[str, str, float]:
    """The current activity in a few words, the details, and the share that is done.

    >>> progress_words({"state": "evaluating"})
    ('Testing the best epoch on films that it has not seen', '', 1.0)
    """
    step, steps = int(status.get("step", 0)), max(1, int(status.get("steps", 1)))
    phase = str(status.get("phase", ""))
    if status["state"] == "evaluating":
        return "Testing the best epoch on films that it has not seen", "", 1.0
    if status["state"] == "preparing":
        if phase not in _PREPARING or not step:
            return "Starting: the network and the films are being loaded", "", 0.0
        return f"{_PREPARING[phase]}: {count(step)} of {count(steps)}", "", min(1.0, step / steps)
    epoch, epochs = int(status.get("epoch", 1)), max(1, int(status.get("epochs", 1)))
    words = f"{PHASES.get(phase, PHASES['training'])}: epoch {epoch} of {epochs}"
    if status.get("eta_seconds"):
        # The time left for the head is known before that of the network.
        rest = " of this part" if phase == "head" else ""
        words += f", about {duration(status['eta_seconds'])}{rest} left"
    details = [f"Step {count(step)} of {count(steps)}"] if step else []
    if status.get("films_per_second"):
        details.append(f"{count(round(status['films_per_second']))} films/s")
    if loss := status.get("metrics", {}).get("loss"):
        details.append(f"loss {loss:.3f}")
    return words, " · ".join(details), min(1.0, (epoch - 1 + step / steps) / epochs)
