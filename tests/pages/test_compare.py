import io
import json
import shutil

import pandas as pd
import pytest

from pages.ui.compare.run_table import (
    METRICS,
    mistakes_of,
    numbers_frame,
    own_films_said,
    pair_scores,
    same_test_films,
    score_frame,
    short_names,
    within_frame,
)
from pages.ui.shared import session
from pages.ui.shared.cache import films_tested
from pages.ui.shared.words import interval
from tests.pages.conftest import OpenPage
from xray_core.evaluation.reliability import reliability_of
from xray_core.files import write_json
from xray_core.reports.deck.names import model_names, names_with_films
from xray_core.reports.deck.story import tell_story
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import CONFIG, PREDICTIONS, SCORES, Run, open_run


@pytest.fixture
def second_run(own_run: Run) -> Run:
    """Another run, tested on the same films."""
    folder = own_run.path.with_name(new_run_id("small_cnn"))
    shutil.copytree(own_run.path, folder)
    return open_run(folder)


@pytest.fixture
def foreign_run(second_run: Run) -> Run:
    """Another run, tested on other films."""
    table = pd.read_csv(second_run.path / PREDICTIONS)
    table["id"] = "other/" + table["id"]
    table.to_csv(second_run.path / PREDICTIONS, index=False)
    return second_run


@pytest.mark.usefixtures("no_shipped")
def test_without_a_model_the_page_leads_to_training(open_page: OpenPage) -> None:
    page = open_page("compare")
    assert not page.exception
    assert page.subheader[0].value == "Models side by side will appear here"
    assert page.get("page_link")[0].proto.label == "Train a model"


@pytest.mark.usefixtures("no_shipped")
def test_one_model_is_enough(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("compare")
    assert not page.exception
    assert not page.error
    assert not page.warning
    table = page.dataframe[0].value
    assert table["Macro-F1"].tolist() == [interval(own_run.scores()["macro_f1"])]
    assert table[" "].tolist() == ["A"]
    assert [tab.label for tab in page.tabs] == [
        "Scores",
        "Told apart",
        "Within a source",
        "Per class",
        "Class pairs",
        "Confusion",
        "ROC, precision",
        "Calibration",
        "Thresholds",
        "Sets",
        "Per group",
        "Learning",
        "Shared mistakes",
        "Disagreement",
        "Cost",
        "Maps",
    ]
    for name in ("Shared mistakes", "Disagreement", "Cost"):
        page.session_state[session.COMPARE_TABS.name] = name
        assert [notice.value for notice in page.run().info] == ["Choose a second model."]


@pytest.mark.usefixtures("no_shipped")
def test_models_tested_on_the_same_films_need_no_warning(
    open_page: OpenPage, own_run: Run, second_run: Run
) -> None:
    page = open_page("compare")
    assert not page.warning
    assert page.dataframe[0].value[" "].tolist() == ["A", "B"]


@pytest.mark.usefixtures("no_shipped")
def test_films_that_all_models_get_wrong_are_told(
    open_tab: OpenPage, own_run: Run, second_run: Run
) -> None:
    page = open_tab("Shared mistakes")
    assert not page.exception
    found = mistakes_of((own_run, second_run))
    n_wrong = found.wrong[0]
    assert 0 < n_wrong == len(found.films) == len(found.agreed)
    (summary,) = [text.value for text in page.markdown if "all were tested on" in text.value]
    assert (
        f"Of {found.n} films that all were tested on, **all 2 are wrong on {n_wrong}**" in summary
    )
    (shown,) = [frame.value for frame in page.dataframe if "All predict" in frame.value]
    assert shown["Film"].tolist() == found.films["id"].tolist()
    assert not set(shown["Label"]) & {"covid", ""}, "classes are called as people call them"
    assert (shown["Label"] != shown["All predict"]).all()


@pytest.mark.usefixtures("no_shipped")
def test_models_that_get_no_film_wrong_together_show_no_table(
    open_tab: OpenPage, own_run: Run, second_run: Run
) -> None:
    table = pd.read_csv(second_run.path / PREDICTIONS)
    for label in second_run.classes:
        table[f"p_{label}"] = (table["label"] == label).astype(float)
    table.to_csv(second_run.path / PREDICTIONS, index=False)
    page = open_tab("Shared mistakes")
    assert not page.exception
    assert any("**all 2 are wrong on 0**" in text.value for text in page.markdown)
    assert not [frame for frame in page.dataframe if "All predict" in frame.value]


@pytest.mark.usefixtures("no_shipped")
def test_models_tested_on_different_films_are_warned_of(
    open_tab: OpenPage, own_run: Run, foreign_run: Run
) -> None:
    page = open_tab("Shared mistakes")
    assert not page.exception
    assert "tested on different films" in page.warning[0].value
    assert [notice.value for notice in page.info] == ["No test film is common to these models."]
    page.multiselect(key="compare_runs").set_value([own_run.id]).run()
    assert not page.warning


@pytest.mark.usefixtures("no_shipped")
def test_every_score_can_be_drawn(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("compare")
    for metric in METRICS:
        page.segmented_control(key="compare_metric").set_value(metric).run()
        assert not page.exception
        assert not page.error


def test_without_a_chosen_model_it_asks_for_one(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("compare")
    page.multiselect(key="compare_runs").set_value([]).run()
    assert [notice.value for notice in page.info] == ["Choose at least one model."]


@pytest.mark.usefixtures("no_shipped")
def test_damaged_scores_are_an_error_in_words(open_page: OpenPage, own_run: Run) -> None:
    (own_run.path / SCORES).write_text("{")
    page = open_page("compare")
    assert not page.exception
    assert "scores.json could not be read" in page.error[0].value.replace("\\", "")


@pytest.mark.usefixtures("no_shipped")
def test_score_that_cannot_be_computed_is_a_dash(open_page: OpenPage, own_run: Run) -> None:
    scores = own_run.scores()
    nothing = {"value": None, "low": None, "high": None, "n": 0}
    scores["auc_macro"] = scores["per_class"]["covid"]["sensitivity"] = nothing
    (own_run.path / SCORES).write_text(json.dumps(scores))
    page = open_page("compare")
    page.segmented_control(key="compare_metric").set_value("auc_macro").run()
    assert not page.exception
    assert page.dataframe[0].value["Mean AUC"].tolist() == ["–"]


def test_same_films_in_another_order_are_the_same_test(own_run: Run, second_run: Run) -> None:
    table = pd.read_csv(second_run.path / PREDICTIONS)
    table.iloc[::-1].to_csv(second_run.path / PREDICTIONS, index=False)
    assert same_test_films((own_run, second_run))
    table["label"] = "covid"
    table.to_csv(second_run.path / PREDICTIONS, index=False)
    assert not same_test_films((own_run, open_run(second_run.id)))


@pytest.mark.usefixtures("no_shipped")
def test_models_of_other_films_say_so_in_every_legend_and_on_every_slide(
    open_tab: OpenPage, own_run: Run, foreign_run: Run
) -> None:
    settings = json.loads((foreign_run.path / CONFIG).read_text())
    write_json(foreign_run.path / CONFIG, settings | {"manifest_hash": "another"})
    other = open_run(foreign_run.path)
    n = own_run.scores()["n"]
    assert all(
        name.endswith(f"({n} films of its own)") for name in names_with_films([own_run, other])
    )
    assert names_with_films([own_run, own_run]) == model_names([own_run, own_run])
    assert "test films of its own each" in tell_story([own_run, other]).slides[2].title
    page = open_tab("Per group")
    assert not page.exception
    said = page.get("plotly_chart")[-1].proto.alt
    assert said == "Accuracy by source for each model, with 95 % intervals"
    names = own_films_said((own_run, other), short_names((own_run, other)))
    assert all(name.endswith(f", on {n} films of its own") for name in names.values())


def test_calibration_is_shown_of_test_films_whose_class_the_model_knows(own_run: Run) -> None:
    (own_run.path / PREDICTIONS).write_text(
        "id,label,split,patient,source,p_normal,p_bacterial,p_viral,p_covid\n"
        "a,covid,test,,,0.1,0.1,0.1,0.7\n"
        "b,normal,test,,,0.05,0.1,0.1,0.75\n"
        "c,asthma,test,,,0.7,0.1,0.1,0.1\n"
        "d,viral,val,,,0.1,0.1,0.1,0.7\n"
    )
    (row,) = reliability_of(films_tested(own_run), own_run.classes).to_dict("records")
    assert row == {"probability": pytest.approx(0.725), "right": 0.5, "n": 2}


def test_downloaded_table_holds_every_score_as_a_number(own_run: Run) -> None:
    table = pd.read_csv(io.StringIO(numbers_frame((own_run,)).to_csv(index=False)))
    whole = table[(table["source"] == "all films") & table["class"].isna()]
    assert (
        whole.set_index("score").loc["accuracy", "value"] == own_run.scores()["accuracy"]["value"]
    )
    assert set(table["class"].dropna()) == set(own_run.classes)
    assert {"low", "high", "n"} <= set(table.columns)
    assert score_frame((own_run,))["Film size"].tolist() == ["64 px"]


def test_every_two_classes_are_held_against_each_other(own_run: Run) -> None:
    found = pair_scores(own_run, "accuracy")
    assert len(found) == 6
    assert found["Normal or COVID-19"]["n"] == sum(map(sum, own_run.scores()["confusion"])) / 2


@pytest.mark.usefixtures("no_shipped")
def test_a_run_of_an_older_version_has_no_pairs_and_says_so(
    open_tab: OpenPage, own_run: Run
) -> None:
    write_json(own_run.path / SCORES, {k: v for k, v in own_run.scores().items() if k != "pairs"})
    page = open_tab("Class pairs")
    assert not page.exception
    assert any("scored by an older version" in caption.value for caption in page.caption)


def test_scores_within_a_source_and_without_denied_labels_are_shown_where_there_are_any(
    open_tab: OpenPage, own_run: Run, second_run: Run
) -> None:
    assert within_frame((own_run,)).empty
    assert "Accuracy without denied labels" not in score_frame((own_run,))
    score = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 9, "interval": "bootstrap"}
    scores = dict(second_run.scores())
    part = {"n": 51, "auc": score, "specificity_at_90": score}
    scores["pairs"] = [{**scores["pairs"][0], "within_source": {"": part}}]
    scores["without_denied"] = {**scores, "n_denied": 3, "n": 234}
    write_json(second_run.path / SCORES, scores)
    changed = open_run(second_run.path)

    (row,) = within_frame((own_run, changed)).to_dict("records")
    assert (row["Classes"], row["Source"]) == ("Normal or Bacterial pneumonia", "not stated")
    assert row["AUC within the source"] == row["Specificity at 90 % sensitivity"]
    assert row["AUC within the source"] == interval(score)
    frame = score_frame((own_run, changed))
    beside = frame["Normal or not, within one source (AUC)"].tolist()
    assert beside == ["–", f"Bacterial pneumonia, source not stated (51 films): {interval(score)}"]
    words = f"{interval(scores['accuracy'])}, 234 films"
    assert frame["Accuracy without denied labels"].tolist() == ["–", words]

    page = open_tab("Class pairs")
    assert not page.exception
    assert "Within one source" in " ".join(item.value for item in page.markdown)
