"""What a model calls the films of each class."""

from functools import partial

from pages.ui.compare.charts import confusion
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.words import count
from xray_core.reports.deck.measured import confusion_table
from xray_core.runs.store import Run

READ_IT = "Rows: label; columns: prediction. Colour: share of the row."


def show_confusion(run: Run, key: str) -> None:
    """The confusion matrix of a finished run on its test films.

    Args:
        run: with scores.
        key: unique on the page.
    """
    scores = run.scores()
    counts = scores["confusion"]
    title = f"What {run.title} calls the films of each class"
    rows = ("Rows: label. Columns: answer. Shading: share of the row.",)
    right = sum(row[place] for place, row in enumerate(counts))
    show_chart(
        confusion(counts, run.classes),
        Shown(title, [run], partial(confusion_table, counts, run.classes), lines=rows),
        key=key,
        alt=f"Confusion matrix: {count(right)} of {count(scores['n'])} films correct",
    )
