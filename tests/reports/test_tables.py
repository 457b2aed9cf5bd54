"""Tables read back: the same cells, and what they are in the first line."""

import io

import pandas as pd
import pytest

from xray_core import __version__
from xray_core.reports.tables import TABLES, csv_text, latex_text, markdown_text, provenance

FRAME = pd.DataFrame(
    {"Model": ["A|b_1", "C & D"], "AUC": ["0.83 (0.80–0.86)", "–"], "n": [9677, 4]}
)


def test_csv_is_read_back_without_its_comment() -> None:
    text = csv_text(FRAME, "what\nit is")
    assert text.startswith("# what it is\n")
    pd.testing.assert_frame_equal(
        pd.read_csv(io.StringIO(text), comment="#"), FRAME, check_dtype=False
    )


def test_markdown_has_a_cell_for_each_and_no_bar_too_many() -> None:
    comment, _, *rows = markdown_text(FRAME, "runs a--b").splitlines()
    assert comment == "<!-- runs a- -b -->"
    assert rows == [
        "| Model | AUC | n |",
        "| --- | --- | --- |",
        r"| A\|b_1 | 0.83 (0.80–0.86) | 9677 |",
        "| C & D | – | 4 |",
    ]


def test_latex_escapes_what_has_a_meaning_there() -> None:
    text = latex_text(FRAME, "100 % of it")
    assert text.startswith("% 100 % of it\n\\begin{tabular}")
    assert r"A|b\_1 & 0.83 (0.80--0.86) & 9677 \\" in text
    assert r"C \& D & -- & 4 \\" in text


@pytest.mark.parametrize("ending", TABLES)
def test_an_empty_table_keeps_its_header(ending: str) -> None:
    _, write = TABLES[ending]
    assert "AUC" in write(FRAME.head(0), "nothing")


def test_the_comment_says_what_is_shown_by_which_version() -> None:
    words = provenance("Scores", "run a 1234")
    assert words.startswith(f"Scores. run a 1234. ThoraxLens {__version__}, 20")
    assert words.endswith("Research only, not a diagnosis.")
