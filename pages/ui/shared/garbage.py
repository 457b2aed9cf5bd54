"""Objects that Python's garbage collector no longer has to check.

Streamlit collects garbage twice after every run of a page. With TensorFlow, tables and charts
loaded that takes up to 0.7 s, in which the page cannot be drawn.
"""

import gc

MANY = 20_000
"""Objects that are checked within a few milliseconds."""


def keep_out_of_garbage() -> None:
    """Exclude everything that is there now; what is no longer in use is collected first."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def shorten_garbage_search() -> None:
    """Exclude what is there, where much has come since the last time."""
    if len(gc.get_objects()) > MANY:
        keep_out_of_garbage()
