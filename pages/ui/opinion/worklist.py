"""The worklist: a row per film with gate, answer and spread of the models, and a table to save.

The film that is shown is answered first. The others are read and answered one by one behind it.
"""

from collections.abc import Sequence

import streamlit as st

from pages.ui.opinion.answers import age_group_of, gate_of, kept_opinion, opinion_of
from pages.ui.opinion.exports import comment_key
from pages.ui.opinion.films import OpinionFilm, is_read, opinion_film, thumbnail
from pages.ui.opinion.rows import Row, row_list
from pages.ui.opinion.uploads import Upload
from pages.ui.shared import session
from xray_core.errors import XrayError
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.opinion import Opinion
from xray_core.reports.opinion.worklist import WorklistLine, worklist_csv
from xray_core.runs.store import Run

READ_EVERY_S = 0.5
"""Pause after which the next film is read."""
ARRIVAL, DISAGREEMENT = "Arrival", "Disagreement"
HIDDEN = "assess it first"


class Worklist:
    """The uploaded files, in the order in which they are shown, and which of them is shown.

    Args:
        files: in the order in which they came, one or more.
        runs: the models that are asked.
        hides: whether answers are hidden on films that the reader has said nothing of.
    """

    def __init__(self, files: Sequence[Upload], runs: Sequence[Run], *, hides: bool) -> None:
        self.files, self.runs, self.hides = tuple(files), tuple(runs), hides
        self.by_disagreement = False

    @property
    def order(self) -> list[int]:
        """Numbers of the files; by disagreement, those without a spread come last."""
        numbers = list(range(len(self.files)))
        if not self.by_disagreement:
            return numbers
        return sorted(numbers, key=lambda number: -self._spread(self.files[number]))

    @property
    def shown(self) -> int:
        """Number of the file that is shown."""
        return min(session.OPINION_PLACE.get(), len(self.files) - 1)

    @property
    def position(self) -> tuple[int, int] | None:
        """Place in the list, from 1, and number of films; None when there is only one."""
        if len(self.files) == 1:
            return None
        return self.order.index(self.shown) + 1, len(self.files)

    @property
    def pending(self) -> list[Upload]:
        """Files that are not read and answered yet."""
        return [file for file in self.files if not self._is_done(file)]

    def go(self, place: int) -> None:
        """Go to the film at a place of the list, from 0."""
        session.OPINION_PLACE.put(self.order[min(max(place, 0), len(self.files) - 1)])

    def item(self) -> OpinionFilm:
        """The film that is shown, read now."""
        file = self.files[self.shown]
        thumbnail(file)
        return opinion_film(file)

    def show(self) -> None:
        """Rows, order and table; the first film must have been answered before."""
        if len(self.files) > 1:
            chosen = st.segmented_control(
                "Order",
                (ARRIVAL, DISAGREEMENT),
                default=ARRIVAL,
                required=True,
                key="opinion_order",
                persist_state="session",
                label_visibility="collapsed",
            )
            self.by_disagreement = chosen == DISAGREEMENT
        waiting = bool(self.pending)
        visits: list[None] = []

        @st.fragment(run_every=READ_EVERY_S if waiting else None)
        def rows() -> None:
            if visits:
                self.read_next()
            visits.append(None)
            order = self.order
            picked = row_list(
                [self._row(self.files[number]) for number in order],
                chosen=order.index(self.shown),
                key="opinion_rows_list",
            )
            if picked is not None and order[picked] != self.shown:
                self.go(picked)
                st.rerun()
            if waiting and not self.pending:
                st.rerun()
            self._offer_table()

        rows()

    def is_hidden(self, file: Upload) -> bool:
        """Whether the reader assesses the film first; never of what gets no answer."""
        if not self.hides or file.id in session.OPINION_COMMITMENTS.get():
            return False
        if not is_read(file):
            return True
        item = opinion_film(file)
        return not isinstance(item.film, XrayError) and gate_of(item).answered

    def _offer_table(self) -> None:
        st.download_button(
            "Table (CSV)",
            self.table(),
            file_name="thoraxlens-worklist.csv",
            mime="text/csv",
            icon=":material/download:",
            key="opinion_table",
            on_click="ignore",
            disabled=self.hides and any(self.is_hidden(file) for file in self.files),
            help="One row per film: gate, answer, spread of the models, and your assessment. "
            "No tags of the patient.",
        )

    def read_next(self) -> None:
        """Read and answer the next film that is not."""
        for file in self.pending[:1]:
            thumbnail(file)
            item = opinion_film(file)
            if not isinstance(item.film, XrayError):
                opinion_of(item, self.runs)

    def table(self) -> str:
        """The worklist as CSV."""
        labels = list(dict.fromkeys(label for run in self.runs for label in run.classes))
        return worklist_csv([self._line(file) for file in self.files], labels)

    def _line(self, file: Upload) -> WorklistLine:
        word = session.OPINION_WORDS.get().get(file.id)
        comment = session.widget(comment_key(file.id)).get() or ""
        if not is_read(file):
            return WorklistLine(file.name, None, word=word, comment=comment)
        item = opinion_film(file)
        if isinstance(item.film, XrayError):
            return WorklistLine(file.name, item.film, word=word, comment=comment)
        found = kept_opinion(item, self.runs) or gate_of(item)
        return WorklistLine(file.name, found, age_group_of(item), word, comment)

    def _row(self, file: Upload) -> Row:
        if not is_read(file):
            return Row(file.name)
        item = opinion_film(file)
        image = thumbnail(file)
        if isinstance(item.film, XrayError):
            return Row(file.name, image, "cannot be read", "✕ no film")
        mark = gate_mark(gate_of(item))
        if self.is_hidden(file):
            return Row(file.name, image, HIDDEN, mark)
        opinion = kept_opinion(item, self.runs)
        if opinion is None:
            return Row(file.name, image, "not answered yet", mark)
        several = len(opinion.models) > 1
        spread = f"models {opinion.spread:.2f} apart" if several else ""
        answer = opinion.verdict if opinion.answered else "No answer"
        return Row(file.name, image, answer, mark, spread)

    def _is_done(self, file: Upload) -> bool:
        if not is_read(file):
            return False
        item = opinion_film(file)
        return isinstance(item.film, XrayError) or kept_opinion(item, self.runs) is not None

    def _spread(self, file: Upload) -> float:
        if not is_read(file) or self.is_hidden(file):
            return -1.0
        opinion: Opinion | None = kept_opinion(opinion_film(file), self.runs)
        return opinion.spread if opinion and opinion.models else -1.0


def gate_mark(gate: GateResult) -> str:
    """The gate's mark and one or two words.

    >>> gate_mark(GateResult())
    '✓ gate passed'
    """
    if gate.overridden:
        return "! gate overridden"
    if not gate.passed:
        return f"✕ {gate.stopping[0].kind.replace('_', ' ')}"
    return "✓ gate passed" + (", notes" if gate.notes else "")
