"""Decisions are kept beside the data and honoured by whatever scans."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.decisions import (
    DECISIONS,
    LEFT_OUT,
    Decision,
    apply_decisions,
    decision_words,
    read_decisions,
    take_back,
    write_decision,
)
from xray_core.data.records import Record
from xray_core.data.scan import scan
from xray_core.errors import DatasetError


@pytest.fixture
def clinic(films_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(films_dir, tmp_path / "clinic"))


def test_a_scan_honours_decisions_and_forgets_those_that_are_taken_back(clinic: Path) -> None:
    before = scan(clinic)
    kept, renamed, left = before.usable.records[:3]
    write_decision(clinic, Decision(kept.path, "keep", "", kept.sha256))
    write_decision(clinic, Decision(renamed.path, "relabel", "No_findings", renamed.sha256))
    write_decision(clinic, Decision(left.path, "leave out", "", left.sha256))
    after = scan(clinic)
    assert after.by_id[kept.id] == kept
    assert after.by_id[renamed.id].label == "normal"
    assert after.by_id[left.id].problem == LEFT_OUT
    assert len(after.records) == len(before.records), "the table is no film and hides none"
    assert f"{DECISIONS}: 1 keep, 1 relabel, 1 leave out" in after.notes
    for record in (kept, renamed, left):
        take_back(clinic, record.path)
    assert not (clinic / DECISIONS).exists()
    assert scan(clinic).hash == before.hash


def test_class_folders_are_read_as_before(clinic: Path) -> None:
    (clinic / "index.csv").unlink()
    before = scan(clinic, reader="class_folders")
    write_decision(clinic, Decision(before.records[0].path, "keep"))
    assert scan(clinic).hash == before.hash


def test_of_two_labels_of_one_film_the_one_that_stays_can_be_used(clinic: Path) -> None:
    first, second = scan(clinic).usable.records[0], scan(clinic).usable.records[1]
    assert first.label != second.label
    shutil.copy(clinic / first.path, clinic / second.path)
    assert {first.id, second.id} <= {record.id for record in scan(clinic).problems}
    write_decision(clinic, Decision(second.path, "leave out"))
    assert [record.id for record in scan(clinic).problems] == [second.id]


def test_a_film_that_has_changed_since_is_not_decided(
    make_record: Callable[..., Record],
) -> None:
    record = make_record("a.png", sha256="new")
    decisions = {"a.png": Decision("a.png", "leave out", "", "old")}
    films, note = apply_decisions([record], decisions)
    assert films == (record,)
    assert note == f"{DECISIONS}: nothing used; not used on 1 films that have changed since"


def test_a_later_decision_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    write_decision(tmp_path, Decision("a, b.png", "keep"))
    write_decision(tmp_path, Decision("a, b.png", "relabel", "covid"))
    (found,) = read_decisions(tmp_path).values()
    assert (found.path, decision_words(found)) == ("a, b.png", "relabel as COVID-19")
    assert found.time


@pytest.mark.parametrize(
    "line", ["a.png,perhaps,,,", ",keep,,,", "a.png,relabel,,,", "a.png,keep,covid,,"]
)
def test_a_line_that_is_no_decision_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / DECISIONS).write_text(f"path,decision,label,sha256,time\n{line}\n")
    with pytest.raises(DatasetError, match="line 2"):
        read_decisions(tmp_path)
