"""Objects that Python's garbage collector no longer has to check."""

import gc


def keep_out_of_garbage() -> None:
    """Exclude everything that is loaded now from garbage collection.

    Streamlit collects garbage twice after every run of a page, and TensorFlow is large: that took
    0.7 s per run. Called after something large was loaded that stays; what is no longer in use is
    collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
