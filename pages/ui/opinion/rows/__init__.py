"""The rows of the worklist: one component, with its keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pages.ui.shared.component import component_of
from pages.ui.shared.kept import answered, requested_of


@dataclass(frozen=True)
class Row:
    """One film of the worklist.

    Attributes:
        name: of its file.
        image: data URL of the small film; "" while it is not read.
        answer: the verdict in words, or why there is none.
        gate: the gate's mark and word.
        spread: how far the models are apart, in words; "" where that is not known.
    """

    name: str
    image: str = ""
    answer: str = "not read yet"
    gate: str = ""
    spread: str = ""


_component = component_of(
    "worklist",
    Path(__file__).with_name("rows"),
    '<div class="rows" role="listbox" aria-label="Worklist"></div>',
)


def row_list(rows: Sequence[Row], *, chosen: int, key: str) -> int | None:
    """Show the rows.

    Args:
        rows: in the order in which they are shown.
        chosen: number of the one that is marked.
        key: unique on the page.

    Returns:
        The number that the reader has just chosen; None when nothing was chosen in this run.
    """
    result: Mapping[str, object] = _component(
        key=key,
        data={
            "items": [asdict(row) for row in rows],
            "chosen": chosen,
            "answered": answered(key),
        },
        on_chosen_change=lambda: None,
    )
    return requested_of(key, result.get("chosen"), len(rows))
