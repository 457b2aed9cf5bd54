"""How much time and memory a training will need, before it starts."""

import psutil
import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.words import count, duration, size
from xray_core.jobs.estimate import SLOWER, Estimate, estimate
from xray_core.jobs.speeds import forget_speed, measuring_state, start_measuring, stored_speed
from xray_core.training.config import TrainingConfig

POLL_SECONDS = 1.5
LONG_SECONDS = 2 * 3600

Counts = tuple[int, int, int]

_HOW_MADE = (
    "The shorter time follows from a few steps measured here, if the training stops as early as it "
    "can. The longer one assumes all epochs, every network compiled anew, films that are slow to "
    f"read, and a machine {SLOWER} times slower than when it was measured."
)


def estimate_line(config: TrainingConfig, counts: Counts, *, busy: bool) -> None:
    """How long it takes and how much memory it needs; measured first where not yet done.

    Args:
        config: the settings.
        counts: films to train on, to validate with and to test with.
        busy: a training is running, and measuring would disturb it.
    """
    state = measuring_state(config)
    if state == "new" and not busy:
        start_measuring(config)
        state = "measuring"
    waits = state == "measuring" and not busy
    st.fragment(_estimate, run_every=POLL_SECONDS if waits else None)(config, counts, busy)


def estimate_words(needed: Estimate) -> str:
    """How long, how much memory, how fast this machine was.

    >>> estimate_words(Estimate(1440, 2_100_000_000, 24.6, 600))
    'Between 10 min and 24 min, 2.1 GB of memory (25 films/s measured here).'
    """
    speed = needed.films_per_second
    per_second = count(round(speed)) if speed >= 10 else f"{speed:.1f}"
    return (
        f"Between {duration(needed.least_seconds)} and {duration(needed.seconds)}, "
        f"{size(needed.memory_bytes)} of memory ({per_second} films/s measured here)."
    )


def worries(needed: Estimate, free_bytes: int) -> tuple[str, ...]:
    """Reasons against starting it, each with a way out."""
    found = []
    if needed.memory_bytes > free_bytes:
        found.append(
            f"**There is not enough memory.** {size(needed.memory_bytes)} needed, "
            f"{size(free_bytes)} free. Choose a smaller batch or image size."
        )
    if needed.seconds > LONG_SECONDS:
        found.append(
            f"**It takes up to {duration(needed.seconds)}.** Fewer epochs, smaller films or the "
            "small CNN are quicker; it continues when the page is closed."
        )
    return tuple(found)


def _estimate(config: TrainingConfig, counts: Counts, busy: bool) -> None:
    speed, state = stored_speed(config), measuring_state(config)
    if speed:
        if state == "measured" and session.MEASURING_SPEED.take():
            st.rerun()  # stops polling, and the form now knows the blocks of the network
        needed = estimate(config, *counts, speed)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f":material/schedule: {estimate_words(needed)}", width="stretch", help=_HOW_MADE
            )
            if not busy:
                st.button(
                    "Measure again",
                    icon=":material/refresh:",
                    type="tertiary",
                    on_click=_measure_again,
                    args=(config,),
                    help="Something else may have kept the machine busy.",
                )
        for text in worries(needed, psutil.virtual_memory().available):
            st.warning(text, icon=":material/warning:")
    elif busy:
        st.caption("How long it takes can be measured when no training is running.")
    elif state == "failed":
        st.caption("How long it takes could not be measured here.")
        st.button("Measure again", type="tertiary", on_click=_measure_again, args=(config,))
    else:
        if state == "new":  # another setting was being measured until now
            start_measuring(config)
        session.MEASURING_SPEED.put(True)
        st.caption(":material/hourglass_empty: Measuring how fast this machine is …")


def _measure_again(config: TrainingConfig) -> None:
    forget_speed(config)
    start_measuring(config)
