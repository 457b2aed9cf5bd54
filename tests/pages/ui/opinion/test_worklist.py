import csv
from io import StringIO

import pytest

from pages.ui.opinion import rows, worklist
from pages.ui.opinion.worklist import gate_mark
from tests.pages.conftest import OpenPage
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.opinion.gate.result import GateFinding, GateResult
from xray_core.runs.store import Run

LATERAL = GateResult((GateFinding("lateral", None, "A lateral view.", stops=True),))
MIRRORED = GateResult((GateFinding("mirrored", None, "It may be mirrored.", stops=False),))


def test_the_gate_has_a_mark_and_a_word_for_each_case() -> None:
    assert gate_mark(LATERAL) == "✕ lateral"
    assert gate_mark(LATERAL.answer_anyway()) == "! gate overridden"
    assert gate_mark(MIRRORED) == "✓ gate passed, notes"


def three_files() -> list[tuple[str, bytes, str]]:
    """Two films, one with a name that a spreadsheet would compute, and what is no film."""
    return [
        ("a.png", encode_png(make_phantom("viral", 1).image), "image/png"),
        ("=b.png", encode_png(make_phantom("normal", 2).image), "image/png"),
        ("letter.png", b"Dear colleague", "image/png"),
    ]


@pytest.mark.usefixtures("no_shipped")
def test_the_shown_film_is_answered_first_and_the_others_are_not_waited_for(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[tuple[str, str]]] = []

    def keep(items: list[rows.Row], **_rest: object) -> None:
        shown.append([(row.name, row.answer) for row in items])

    monkeypatch.setattr(worklist, "row_list", keep)
    page = open_page("second_opinion")
    page.file_uploader[0].set_value(three_files()).run()
    assert not page.exception
    (first, answer), *others = shown[-1]
    assert first == "a.png"
    assert answer != "not read yet"
    assert others == [("=b.png", "not read yet"), ("letter.png", "not read yet")]
    page.session_state["opinion_place"] = 2
    page.run()
    assert "letter.png" in page.error[0].value
    assert shown[-1][2] == ("letter.png", "cannot be read")
    page.session_state["opinion_place"] = 1
    page.run()
    assert "not read yet" not in str(shown[-1])


@pytest.mark.usefixtures("no_shipped")
def test_the_others_are_read_one_by_one_and_the_table_has_a_line_for_each(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[worklist.Worklist] = []
    show = worklist.Worklist.show

    def read_on(self: worklist.Worklist) -> None:
        made.append(self)
        assert [file.name for file in self.pending] == ["=b.png", "letter.png"]
        self.read_next()
        assert [file.name for file in self.pending] == ["letter.png"]
        self.read_next()
        assert self.pending == []
        tables.append(self.table())
        hiding = worklist.Worklist(self.files, self.runs, hides=True)
        assert [hiding.is_hidden(file) for file in self.files] == [True, True, False]
        show(self)

    tables: list[str] = []
    monkeypatch.setattr(worklist.Worklist, "show", read_on)
    page = open_page("second_opinion")
    page.file_uploader[0].set_value(three_files()).run()
    assert not page.exception
    lines = list(csv.DictReader(StringIO(tables[0])))
    assert [line["file"] for line in lines] == ["a.png", "'=b.png", "letter.png"]
    assert [line["gate"] for line in lines] == ["passed", "passed", "cannot be read"]
    assert lines[0]["verdict"]
    assert "p_covid" in lines[0]
    assert lines[2]["verdict"] == ""
    assert made[0].position == (1, 3)
