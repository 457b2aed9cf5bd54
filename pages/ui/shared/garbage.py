"""What Python no longer needs to look at."""

import gc


def keep_out_of_garbage() -> None:
    """Have what is loaded now no longer looked at in search of garbage.

    Streamlit looks for garbage twice after every run of a page, and TensorFlow is large: that took
    0.7 s of each. Called after something large came that stays; what of it went meanwhile is
    collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
