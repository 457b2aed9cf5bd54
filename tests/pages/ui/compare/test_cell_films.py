import pytest

from pages.ui.compare.cell_films import answers_of, cell_frame, cell_title
from tests.pages.conftest import OpenPage
from xray_core.runs.store import Run


def test_every_cell_has_the_films_that_the_matrix_counts(own_run: Run) -> None:
    answered = answers_of(own_run)
    for label, row in zip(own_run.classes, own_run.scores()["confusion"], strict=True):
        for answer, count in zip(own_run.classes, row, strict=True):
            assert len(cell_frame(answered, (label, answer))) == count
    assert cell_title(("covid", "normal")) == "COVID-19 called Normal"


@pytest.mark.usefixtures("no_shipped")
def test_a_cell_opens_its_films(open_tab: OpenPage, own_run: Run) -> None:
    page = open_tab("Confusion")
    assert not page.exception
    cells = page.selectbox(key=f"compare_cell_{own_run.id}")
    answered = answers_of(own_run)
    label, answer = answered[["label", "answer"]].iloc[0]
    (words,) = [item for item in cells.options if item.startswith(cell_title((label, answer)))]
    page = cells.select(words).run()
    assert not page.exception
    (shown,) = [item.value for item in page.dataframe if next(iter(item.value)) == "Film"]
    films = cell_frame(answered, (label, answer))["Film"].tolist()
    assert shown["Film"].tolist() == films
    assert f"{len(films)} film" in words
