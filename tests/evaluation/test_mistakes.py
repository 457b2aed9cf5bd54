import pandas as pd
import pytest

from xray_core.evaluation.mistakes import shared_mistakes
from xray_core.runs.store import open_run
from xray_core.settings import PROJECT_DIR


def table(**answers: tuple[str, str, float]) -> pd.DataFrame:
    """Film -> (label, what the model says, its probability), of three classes."""
    rows = []
    for film, (label, said, probability) in answers.items():
        row: dict[str, str | float] = {"id": film, "label": label, "source": "a hospital"}
        for name in ("normal", "viral", "covid"):
            row[f"p_{name}"] = probability if name == said else (1 - probability) / 2
        rows.append(row)
    return pd.DataFrame(rows)


ONE = table(
    a=("normal", "viral", 0.6),
    b=("normal", "viral", 0.9),
    c=("viral", "normal", 0.9),
    d=("covid", "covid", 0.9),
    e=("covid", "viral", 0.9),
    alone=("covid", "viral", 0.9),
    relabelled=("viral", "normal", 0.9),
)
OTHER = table(
    e=("covid", "covid", 0.7),
    d=("covid", "covid", 0.7),
    c=("viral", "covid", 0.7),
    b=("normal", "viral", 0.8),
    a=("normal", "viral", 0.7),
    relabelled=("normal", "viral", 0.9),
)


def test_films_that_all_get_wrong_are_told_agreed_and_surest_first() -> None:
    found = shared_mistakes([ONE, OTHER])
    assert (found.n, found.wrong) == (5, (4, 3))
    assert found.by_chance == pytest.approx(5 * 0.8 * 0.6)
    assert found.films["id"].tolist() == ["b", "a", "c"]
    assert found.films["answer"].tolist() == ["viral", "viral", ""]
    assert found.films["probability"].tolist() == pytest.approx([0.8, 0.6, 0.7])
    assert found.agreed["id"].tolist() == ["b", "a"]
    assert found.confused == {("normal", "viral"): 2}


def test_a_film_that_a_model_has_twice_counts_once() -> None:
    found = shared_mistakes([pd.concat([ONE, ONE]), OTHER])
    assert found.n == 5
    assert found.films["id"].tolist() == ["b", "a", "c"]


def test_a_label_that_one_model_does_not_know_is_left_out() -> None:
    found = shared_mistakes([ONE, OTHER.drop(columns="p_covid")])
    assert found.n == 3
    assert set(found.films["label"]) == {"normal", "viral"}


def test_models_without_a_common_film_share_nothing() -> None:
    found = shared_mistakes([ONE, OTHER.assign(id="other " + OTHER["id"])])
    assert (found.n, found.by_chance, len(found.films), found.confused) == (0, 0.0, 0, {})


def test_the_mistakes_that_shipped_models_share_are_as_documented() -> None:
    tables = [open_run(name).predictions() for name in ("small_cnn", "resnet50", "xception")]
    found = shared_mistakes([table[table["split"] == "test"] for table in tables])
    text = " ".join((PROJECT_DIR / "docs" / "training.md").read_text(encoding="utf-8").split())
    cnn, resnet, xception = found.wrong
    told = f"of {found.n:,} different test films the small CNN gets {cnn} wrong, "
    assert told + f"ResNet50 {resnet} and Xception {xception};" in text
    told = f"**{len(found.films)} films all three get wrong**, "
    assert told + f"where by chance it would be {found.by_chance:.1f}." in text
    first, second = found.confused["bacterial", "viral"], found.confused["viral", "bacterial"]
    told = f"On {len(found.agreed)} of them they agree: "
    assert told + f"{first} bacterial ones called viral, and {second} the reverse." in text
