"""What is planted in a data set is found, told apart, ranked, and fails a check."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.audit.audit import audit
from xray_core.audit.finding import AuditReport, Finding, rank
from xray_core.audit.honest_division import honest_division
from xray_core.cli import main
from xray_core.data.records import Manifest, Record
from xray_core.data.scan import scan
from xray_core.data.splits import assign_splits
from xray_core.errors import DatasetError

Write = Callable[[dict[str, UInt8Array]], Path]


@pytest.fixture
def leaking(write_set: Write, drawn: UInt8Array) -> Path:
    """A split of its own, with a copy of each kind across it."""
    folder = write_set(
        {
            "train/normal/a.png": drawn[0],
            "train/normal/b.png": drawn[1],
            "train/covid/c.png": drawn[2],
            "train/covid/d.png": drawn[3],
            "test/normal/e.png": 255 - drawn[0],
            "test/covid/f.png": drawn[2][:, ::-1],
            "test/normal/g.png": drawn[5],
            "test/covid/i.png": np.asarray(drawn[3] // 2 * 2, np.uint8),
        }
    )
    shutil.copy(folder / "train/normal/b.png", folder / "test/normal/h.png")
    return folder


def test_planted_leaks_are_found_by_kind_and_fail_a_check(
    leaking: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(leaking), "--fail-on", "leak", "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    groups = {item["kind"]: item["groups"] for item in content["findings"]}
    assert content["films"] == 9
    assert groups["same_bytes"] == [["test/normal/h.png", "train/normal/b.png"]]
    assert groups["near_duplicate"] == [["test/covid/i.png", "train/covid/d.png"]]
    assert groups["altered_copy"] == [
        ["test/covid/f.png", "train/covid/c.png"],
        ["test/normal/e.png", "train/normal/a.png"],
    ]
    harms = [item["harm"] for item in content["findings"]]
    assert harms == sorted(harms, reverse=True)
    assert any("do not name theirs" in line for line in content["not_evaluated"])


def test_a_clean_data_set_passes_and_says_what_was_not_looked_at(
    write_set: Write, drawn: UInt8Array, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_set({f"normal/{row}.png": drawn[row] for row in range(3)})
    assert main(["audit", str(folder), "--fail-on", "leak"]) == 0
    said = capsys.readouterr().out
    assert "3 films, nothing was found" in said
    assert "not evaluated: Patients across splits: the data set has no split of its own." in said


def test_copies_within_one_split_are_found_but_are_no_leak(
    write_set: Write, drawn: UInt8Array
) -> None:
    folder = write_set(
        {
            "train/normal/a.png": drawn[0],
            "train/normal/b.png": drawn[0][:, ::-1],
            "test/normal/c.png": drawn[1],
        }
    )
    report = audit(scan(folder))
    assert [item.kind for item in report.findings] == ["altered_copy"]
    assert not report.has("leak")


def record(name: str, patient: str, split: str) -> Record:
    return Record(
        f"d/{name}", "d", name, "normal", patient=patient, split=split, sha256=name, width=8
    )


def test_films_linked_by_changes_alone_are_no_near_duplicates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match = SimpleNamespace(changes=("windowed",))
    twins = tuple(SimpleNamespace(first=row, second=row + 1, match=match) for row in (0, 1))
    monkeypatch.setattr("xray_core.audit.leaks.find_twins", lambda *_: twins)
    asked = []

    def by_hash(records: tuple[Record, ...]) -> list[tuple[str, str]]:
        asked.append(len(records))
        return [("d/a", "d/b"), ("d/b", "d/c")]

    monkeypatch.setattr("xray_core.audit.leaks.copy_pairs", by_hash)
    monkeypatch.setattr("xray_core.data.duplicates._copies", lambda *_: pytest.fail("once more"))
    records = [record(name, "", "train") for name in "abc"]
    records[2] = replace(records[2], label="covid")
    found = audit(Manifest(tuple(records), {"d": Path()})).findings
    assert [(item.kind, item.groups) for item in found] == [
        ("altered_copy", (("d/a", "d/b", "d/c"),))
    ]
    assert asked == [3]


def test_a_patient_in_several_splits_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xray_core.audit.leaks.find_twins", lambda *_: ())
    monkeypatch.setattr("xray_core.audit.audit._of_labels", lambda *_: ([], []))
    films = Manifest(
        (record("a", "p", "train"), record("b", "p", "test"), record("c", "q", "test")),
        {"d": Path()},
    )
    (found,) = audit(films).findings
    assert (found.kind, found.groups, found.harm) == ("patient_leak", (("d/a", "d/b"),), 0.5)
    assert audit(films).has("leak")


def test_files_that_cannot_be_read_are_counted(write_set: Write, drawn: UInt8Array) -> None:
    folder = write_set({"normal/a.png": drawn[0]})
    (folder / "normal" / "b.png").write_bytes(b"no picture")
    report = audit(scan(folder))
    assert report.not_evaluated[0] == "1 files that cannot be read; `scan` names them."


def test_nothing_to_audit_is_an_error_with_a_way_out() -> None:
    with pytest.raises(DatasetError, match="no film to audit"):
        audit(Manifest((), {}))


def test_paths_begin_with_the_data_set_where_there_are_several() -> None:
    films = (record("a", "", ""), record("b", "", ""))
    finding = Finding("same_bytes", (("d/a", "d/b"),), "words")
    one = AuditReport(Manifest(films, {"d": Path()}), (finding,), ())
    two = AuditReport(Manifest(films, {"d": Path(), "e": Path()}), (finding,), ())
    assert one.as_json()["findings"][0]["groups"] == [["a", "b"]]  # type: ignore[index]
    assert two.as_json()["findings"][0]["groups"] == [["d/a", "d/b"]]  # type: ignore[index]


def test_the_worst_comes_first_and_equals_in_the_order_of_kinds() -> None:
    found = [
        Finding(kind, (), "", harm=harm)
        for kind, harm in (("confounding", 0.1), ("patient_leak", 0.1), ("altered_copy", 0.9))
    ]
    assert [item.kind for item in rank(found)] == ["altered_copy", "patient_leak", "confounding"]


def test_the_honest_division_keeps_what_an_audit_found_together_and_is_an_index(
    write_set: Write, drawn: UInt8Array
) -> None:
    films = {f"{('normal', 'covid')[row % 2]}/{row}.png": drawn[row] for row in range(len(drawn))}
    folder = write_set(films | {"normal/inverted.png": 255 - drawn[0]})
    manifest = scan(folder)
    names = {record.path: record.id for record in manifest.records}
    pair = (names["normal/0.png"], names["normal/inverted.png"])
    report = AuditReport(manifest, (Finding("altered_copy", (pair,), "words"),), ())
    for seed in range(6):  # by chance they would be parted in one of these
        division = honest_division(report, seed)
        splits = dict(zip(division["path"], division["split"], strict=True))
        assert splits["normal/0.png"] == splits["normal/inverted.png"]
    assert set(splits.values()) == {"train", "val", "test"}
    (folder / "index.csv").write_text(division.to_csv(index=False))
    kept = assign_splits(scan(folder), keep_own=True)
    assert {item.path: item.split for item in kept.records} == splits


def test_the_command_writes_the_division(
    write_set: Write,
    drawn: UInt8Array,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("xray_core.audit.leaks.find_twins", lambda *_: ())
    monkeypatch.setattr("xray_core.audit.audit._of_labels", lambda *_: ([], []))
    films = {f"{('normal', 'covid')[row % 2]}/{row}.png": drawn[row] for row in range(len(drawn))}
    folder = write_set(films)
    assert main(["audit", str(folder), "--divide", str(folder / "honest.csv")]) == 0
    assert "train" in capsys.readouterr().err
    assert len((folder / "honest.csv").read_text().splitlines()) == 1 + len(films)
