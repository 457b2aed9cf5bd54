import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.elsewhere import keep_test
from xray_core.files import write_json
from xray_core.reports.card_facts import facts_of
from xray_core.reports.card_files import card_text, write_cards
from xray_core.reports.card_films import Fact, limits_of, overlap_words, split_overlap
from xray_core.reports.checklists import ANSWERS, CHECKLISTS, PERSON, fill
from xray_core.runs.store import OWN, Run, open_run


@pytest.fixture
def run(tiny_run: Run, tmp_path: Path) -> Run:
    """A copy that may be written to."""
    return open_run(shutil.copytree(tiny_run.path, tmp_path / tiny_run.id))


class Tags(HTMLParser):
    """Collects the tags and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def front(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return content


def test_both_cards_are_written_in_all_formats(run: Run, tmp_path: Path) -> None:
    written = write_cards(run, tmp_path / "cards")
    assert [path.name for path in written] == [
        f"{kind}.{ending}"
        for kind in ("model-card", "data-card")
        for ending in ("md", "html", "json")
    ]
    for path in written:
        assert "Research only, not a diagnosis." in path.read_text("utf-8")
        assert str(tmp_path) not in path.read_text("utf-8")


def test_the_fields_of_hugging_face_hold_the_scores(run: Run) -> None:
    fields = front(card_text(run, "model-card", "md"))
    assert fields["pipeline_tag"] == "image-classification"
    assert fields["license"] == "other"
    (result,) = fields["model-index"][0]["results"]
    values = {metric["name"]: metric["value"] for metric in result["metrics"]}
    assert values["Accuracy"] == run.scores()["accuracy"]["value"]
    assert result["dataset"]["split"] == "test"
    data = front(card_text(run, "data-card", "md"))
    assert data["size_categories"] == ["n<1K"]
    assert data["task_categories"] == ["image-classification"]


def test_the_page_has_its_tables_and_nothing_from_elsewhere(run: Run) -> None:
    page = Tags(card_text(run, "model-card", "html"))
    assert page.tags.count("table") >= 8
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert not [link for link in page.links if link.startswith("http")]


def test_the_json_has_fields_sections_and_checklists(run: Run) -> None:
    content = json.loads(card_text(run, "model-card", "json"))
    assert {"Intended use", "Limits", "Overlap of the splits"} <= content["sections"].keys()
    assert set(content["checklists"]) == set(CHECKLISTS)
    assert content["metadata"]["library_name"] == "keras"
    assert "checklists" not in json.loads(card_text(run, "data-card", "json"))


@pytest.fixture(scope="module")
def shipped() -> Run:
    return open_run("xception")


@pytest.fixture(scope="module")
def facts(shipped: Run) -> dict[str, Fact]:
    return facts_of(shipped)


def test_most_items_of_a_shipped_model_are_filled_with_what_they_rest_on(
    shipped: Run, facts: dict[str, Fact]
) -> None:
    for name, n_items in (("CLAIM 2024", 44), ("TRIPOD+AI", 52)):
        items = fill(name, facts)
        assert len(items) == n_items
        assert sum(item.filled for item in items) >= 0.7 * n_items
        assert all(item.link for item in items if item.filled)
    for fact in facts.values():
        is_page = fact.link.startswith("docs/") or fact.link == "README.md"
        assert is_page or (shipped.path / fact.link).is_file(), fact.link


def test_every_fact_that_an_item_names_can_be_known(facts: dict[str, Fact]) -> None:
    for _, table in CHECKLISTS.values():
        named = {line.partition("|")[2] for line in table.strip().splitlines()} - {""}
        assert named <= facts.keys() | {"external"}, "known after a test on strangers"


def test_what_is_not_known_is_left_to_a_person_and_their_words_are_kept(run: Run) -> None:
    assert f"| claim-44 | Funding | {PERSON} |  |" in card_text(run, "model-card", "md")
    write_json(run.path / ANSWERS, {"claim-44": "None | at all.", "claim-6": "To learn."})
    text = card_text(run, "model-card", "md")
    assert r"| claim-44 | Funding | None \| at all. |  |" in text
    assert "| claim-6 | Goal of the study | To learn. |  |" in text


def test_tests_elsewhere_stand_on_the_card(run: Run) -> None:
    score = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "interval": "wilson"}
    means = dict.fromkeys(("macro_f1", "accuracy", "balanced_accuracy", "auc_macro"), score)
    test = {
        "data": "siim",
        "classes": ["normal", "covid"],
        "n_own": 9,
        "met": ["siim"],
        "worst": [],
    }
    test |= {"scores": run.scores() | means | {"n": 9}, "own": means, "gaps": means}
    assert f"| claim-33 | External testing | {PERSON} |  |" in card_text(run, "model-card", "md")
    keep_test(run, test)
    text = card_text(run, "model-card", "md")
    assert (
        "| siim | Normal, COVID-19 | 9 | 0.500 (0.400-0.600) | 0.500 (0.400-0.600) | "
        "+0.500 (+0.400 to +0.600) | 9 own test films, source siim |"
    ) in text
    assert f"| claim-33 | External testing | {PERSON} |  |" in text, "no strangers"
    keep_test(run, test | {"data": "far", "n_own": 0, "met": []})
    text = card_text(run, "model-card", "md")
    assert "| claim-33 | External testing | far (9 films): balanced accuracy 0.500" in text


@pytest.mark.parametrize("content", ["no json", "[1]", '{"claim-1": 3}', '{"claim-99": "x"}'])
def test_answers_that_cannot_be_used_are_refused_in_words(run: Run, content: str) -> None:
    (run.path / ANSWERS).write_text(content)
    with pytest.raises(RunError, match="answers could not be used"):
        card_text(run, "model-card", "md")


def test_a_custom_model_has_no_card(run: Run) -> None:
    own = replace(run, config=replace(run.config, network=OWN))
    with pytest.raises(RunError, match="trained here"):
        card_text(own, "model-card", "md")


def test_overlap_of_splits_is_counted_by_file_and_patient(run: Run) -> None:
    manifest = run.manifest()
    assert overlap_words(manifest).startswith("Files in more than one split: 0, by the SHA-256 of")
    train = manifest.split("train").records[0]
    test = manifest.split("test").records[0]
    planted = (replace(train, split="test"), replace(test, id="other", split="val"))
    found = split_overlap(Manifest((*manifest.records, *planted), {}))
    assert found[("train", "test")] == (1, 1)
    assert found[("val", "test")] == (0, 1)
    assert found[("train", "val")] == (0, 0)


def test_limits_name_what_was_never_met(shipped: Run, facts: dict[str, Fact]) -> None:
    assert "It never met COVID-19 in children." in facts["limits"].words
    assert "No source has films of all classes" in facts["limits"].words
    assert limits_of(shipped, None)[-1].startswith("How it does in a hospital")


@pytest.mark.long
def test_the_data_card_of_a_shipped_model_names_films_splits_and_terms(shipped: Run) -> None:
    text = card_text(shipped, "data-card", "md")
    assert "| Normal | adult | siim | 533 | 55 | 104 |" in text
    assert "**No source in common**" in text
    assert "Bacterial pneumonia and COVID-19" in text
    assert "0 | 0 |" in text.split("## Splits")[1]
    assert "| siim | 1,236 | academic, non-commercial research only |" in text


def test_the_command_writes_cards_and_lists_what_is_open(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["card", "--run", str(run.path)]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "a person must fill in claim-44: Funding" in shown
    assert main(words) == 0
    assert (run.path / "model-card.html").is_file()
    assert (run.path / "card.md").read_text("utf-8") == (run.path / "model-card.md").read_text(
        "utf-8"
    )
