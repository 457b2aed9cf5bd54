"""Maps of many films, in half the room."""

import numpy as np

from xray_core.explain.explained import as_float16


def test_what_half_the_room_cannot_hold_is_cut_off_and_stays_a_number() -> None:
    kept = as_float16(np.array([-1e6, 0.5, 7e4], np.float32))
    assert kept.dtype == np.float16
    assert kept.tolist() == [-65504, 0.5, 65504]
