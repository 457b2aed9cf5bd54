import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.records import Manifest, Record
from xray_core.files import write_json
from xray_core.reports.card import format_score, model_card, write_card
from xray_core.runs.naming import rename_run
from xray_core.runs.side_files import read_object
from xray_core.runs.store import CALIBRATION, CARD, MANIFEST, SCORES, Run, open_run


@pytest.fixture(scope="module")
def card(tiny_run: Run) -> str:
    return (tiny_run.path / CARD).read_text(encoding="utf-8")


def test_a_score_is_its_value_and_its_interval() -> None:
    assert format_score({"value": 0.8333, "low": 0.8, "high": 0.86, "n": 9}) == (
        "0.833 (0.800-0.860)"
    )
    assert format_score({"value": None, "low": None, "high": None, "n": 0}) == "-"


def test_the_card_says_what_the_run_is_and_what_it_is_not(card: str, tiny_run: Run) -> None:
    assert card.startswith("---\nlicense: other\n")
    assert "\n# Small CNN, random initialisation\n" in card
    assert "Research only, not a diagnosis." in card
    assert f"`{tiny_run.id}`" in card
    assert tiny_run.config.manifest_hash in card
    assert "Film: 64 x 64 px; seed 3;" in card
    assert "of 2 planned" in card


def test_the_card_of_a_renamed_run_has_its_name_and_network(tiny_run: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_run.path, tmp_path / "run")
    text = model_card(rename_run(open_run(folder), "Without pneumonia"))
    assert "\n# Without pneumonia: Small CNN, random initialisation\n" in text
    assert "by a convolutional network, Small CNN." in text


def test_the_card_tells_whether_probabilities_were_calibrated(
    card: str, tiny_run: Run, tmp_path: Path
) -> None:
    found = read_object(tiny_run.path / CALIBRATION)
    n = len(tiny_run.manifest().split("val").records)
    words = f"- Probabilities: calibrated on {n} validation films (logits x {found['factor']:.2f};"
    assert words in card
    plain = open_run(shutil.copytree(tiny_run.path, tmp_path / "plain"))
    (plain.path / CALIBRATION).unlink()
    write_card(plain)
    assert "- Probabilities: as the network gives them" in (plain.path / CARD).read_text("utf-8")


def test_scores_stand_with_interval_and_n(card: str, tiny_run: Run) -> None:
    scores = tiny_run.scores()
    accuracy = scores["accuracy"]
    assert f"| Accuracy | {format_score(accuracy)} | {scores['n']} |" in card
    assert f"## Test split: {scores['n']} films of {scores['n_patients']} patients" in card
    assert f"| synthetic | {scores['n']} | {format_score(accuracy)} |" in card


def test_every_table_has_as_many_cells_a_row(card: str) -> None:
    blocks = [block.splitlines() for block in card.split("\n\n")]
    tables = [lines for lines in blocks if lines[0].startswith("|")]
    assert len(tables) == 9
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1, lines[0]


def test_classes_are_held_against_each_other(card: str, tiny_run: Run) -> None:
    pair = tiny_run.scores()["pairs"][-1]
    assert pair["classes"] == ["viral", "covid"]
    row = f"| Viral pneumonia or COVID-19 | {pair['accuracy']['n']} | "
    assert row + format_score(pair["accuracy"]) in card


def test_the_confusion_of_the_card_is_that_of_the_scores(card: str, tiny_run: Run) -> None:
    row = " | ".join(map(str, tiny_run.scores()["confusion"][0]))
    assert f"| Normal | {row} |" in card.split("## Confusion")[1]


def test_writing_again_changes_nothing(card: str, tiny_run: Run) -> None:
    write_card(tiny_run)
    assert (tiny_run.path / CARD).read_text(encoding="utf-8") == card


def test_the_card_shows_scores_within_a_source_and_without_denied_labels(
    tiny_run: Run, tmp_path: Path
) -> None:
    run = open_run(shutil.copytree(tiny_run.path, tmp_path / "run"))
    score = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 9}
    scores = dict(run.scores())
    part = {"n": 51, "auc": score, "specificity_at_90": score}
    scores["pairs"] = [{**scores["pairs"][0], "within_source": {"siim": part}}]
    scores["without_denied"] = {**scores, "n_denied": 3, "accuracy": score}
    write_json(run.path / SCORES, scores)
    write_card(open_run(run.path))
    text = (run.path / CARD).read_text("utf-8")
    words = format_score(score)
    assert f"| Normal or Bacterial pneumonia | siim | 51 | {words} | {words} |" in text
    denied = text.split("## Without test films whose reading denies their label (3)\n")[1]
    assert f"| Accuracy | {format_score(scores['accuracy'])} | {words} |" in denied


def test_a_card_of_scores_of_an_older_version_is_written(tiny_run: Run, tmp_path: Path) -> None:
    run = open_run(shutil.copytree(tiny_run.path, tmp_path / "run"))
    names = ("classes", "accuracy", "balanced_accuracy", "auc")
    scores = dict(run.scores())
    scores["pairs"] = [{name: pair[name] for name in names} for pair in scores["pairs"]]
    write_json(run.path / SCORES, scores)
    write_card(open_run(run.path))
    (row,) = (
        line
        for line in (run.path / CARD).read_text("utf-8").splitlines()
        if line.startswith("| Viral pneumonia or COVID-19 |")
    )
    assert row.endswith(" | - |")


def test_the_card_says_what_was_met_and_under_which_terms(
    tiny_run: Run, tmp_path: Path, make_record: Callable[..., Record]
) -> None:
    run = open_run(shutil.copytree(tiny_run.path, tmp_path / "run"))
    facts = {"source": "siim", "age_group": "adult"}
    films = [make_record(f"{n}.png", "covid", **facts) for n in range(23)]
    films += [make_record("n.png", "normal", **facts)]
    Manifest((*films, *run.manifest().records), {}).to_csv(run.path / MANIFEST)
    write_card(open_run(run.path))
    text = (run.path / CARD).read_text("utf-8")
    assert "| COVID-19 | 23 | 0 (never met) |" in text
    assert "| Normal | 1 (never met) | 0 (never met) |" in text
    assert f"Synthetic films ({len(run.manifest().split('train').records) - 24})" in text
    assert "labels say what is on the film (24 films)." in text
    assert "**For non-commercial research only: 24 of them, from siim.**" in text
    assert "| siim | 24 | academic, non-commercial research only |" in text
