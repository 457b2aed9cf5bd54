from functools import partial

import pandas as pd

from pages.ui.shared.figures import Shown, rows_line, table_block
from xray_core.reports.deck.content import Table
from xray_core.reports.deck.names import footer_of
from xray_core.runs.store import open_run

FRAME = pd.DataFrame({"Model": [f"m{n}" for n in range(12)], "n": range(12), "left out": "x"})


def test_files_are_named_by_what_they_show() -> None:
    assert Shown("ROC of COVID-19 against the rest").stem == (
        "thoraxlens-roc-of-covid-19-against-the-rest"
    )


def test_a_slide_has_the_head_of_a_table_and_says_so() -> None:
    table = table_block(FRAME, ("Model", "n"))
    assert table.header == ("Model", "n")
    assert table.rows[0] == ("m0", "0")
    assert len(table.rows) == 10
    assert rows_line(FRAME) == ("The first 10 of 12 rows.",)
    assert rows_line(FRAME.head(10)) == ()


def test_slide_and_files_name_the_runs_with_their_weights() -> None:
    runs = [open_run("small_cnn")]
    shown = Shown("Scores", runs, partial(Table, ("a",), (("1",),)), "scores.json.", ("words",))
    slide = shown.slide()
    assert slide.footer == footer_of(runs)
    assert slide.notes == f"scores.json.\nRuns: {footer_of(runs)}"
    assert slide.lines == ("words",)
    assert footer_of(runs) in shown.provenance()
