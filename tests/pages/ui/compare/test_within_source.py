import pytest

from pages.ui.compare.within_source import within_scores
from tests.pages.conftest import OpenPage
from xray_core.files import write_json
from xray_core.runs.store import SCORES, Run, open_run

SCORE = {"value": 0.77, "low": 0.7, "high": 0.84, "n": 186}
PAIRS = [
    {
        "classes": ["normal", "covid"],
        "within_source": {"siim": {"n": 186, "auc": SCORE, "specificity_at_90": SCORE}},
    },
    {
        "classes": ["bacterial", "viral"],
        "within_source": {"kermany": {"n": 90, "auc": SCORE, "specificity_at_90": SCORE}},
    },
    {"classes": ["normal", "viral"]},
]


def test_only_normal_against_another_class_within_a_source_is_shown() -> None:
    assert within_scores({"pairs": PAIRS}, "auc") == {"COVID-19, siim (186 films)": SCORE}
    assert within_scores({}, "auc") == {}, "scored by an older version"


@pytest.mark.usefixtures("no_shipped")
def test_compare_shows_it_where_there_is_any(open_tab: OpenPage, own_run: Run) -> None:
    title = "Normal or not, within one source"
    page = open_tab("Within a source")
    assert title not in [item.value for item in page.subheader]
    assert any("No source has enough" in item.value for item in page.info)
    scores = own_run.scores()
    scores["pairs"] = [
        pair | (PAIRS[0] if number == 2 else {}) for number, pair in enumerate(scores["pairs"])
    ]
    write_json(own_run.path / SCORES, scores)
    assert open_run(own_run.id).scores()["pairs"][2]["within_source"]
    page = open_tab("Within a source")
    assert not page.exception
    assert not page.error
    assert title in [item.value for item in page.subheader]
