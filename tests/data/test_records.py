from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xray_core.data.records import (
    COLUMNS,
    Manifest,
    Record,
    anonymise,
    combine_manifests,
    patient_code,
    read_manifest,
    with_splits,
)
from xray_core.errors import DatasetError

MakeRecord = Callable[..., Record]


def test_one_patient_id_in_two_sources_is_two_patients(make_record: MakeRecord) -> None:
    here = make_record("a.png", patient="7", source="Madrid")
    there = make_record("b.png", patient="7", source="Guangzhou")
    assert here.patient_key == "Madrid:7"
    assert patient_code(here) != patient_code(there)


def test_a_film_without_patient_is_a_patient_of_its_own(make_record: MakeRecord) -> None:
    assert make_record("a.png").patient_key == "film:set/a.png"
    assert make_record("a.png", patient="7").patient_key == "set:7"  # no source: the data set


def test_a_patient_code_tells_nothing_of_the_id(make_record: MakeRecord) -> None:
    record = make_record("a.png", patient="john.doe", source="Madrid")
    assert patient_code(record) == "4e9ac5fb9714"  # of sha256("Madrid:john.doe")
    assert patient_code(record) == patient_code(replace(record, label="covid", path="z.png"))


def test_usable_films_problems_classes_and_splits(make_record: MakeRecord) -> None:
    manifest = Manifest(
        (
            make_record("a.png", "covid"),
            make_record("b.png", "abscess", problem="cut off"),
            make_record("c.png", "normal", split="test"),
        ),
        {},
    )
    assert [record.path for record in manifest.usable.records] == ["a.png", "c.png"]
    assert [record.path for record in manifest.problems] == ["b.png"]
    assert manifest.classes == ("normal", "covid")  # of usable films, in display order
    assert [record.path for record in manifest.split("train").records] == ["a.png"]


def test_a_manifest_survives_its_file(make_record: MakeRecord, tmp_path: Path) -> None:
    manifest = Manifest(
        (
            replace(make_record("a,b.png", 'said "so"', patient="007"), width=20, height=30),
            make_record("films/ä.png", "NA", source="null"),  # words that tables take for missing
            replace(make_record("c.png"), boxes=((0.25, 0.5, 0.125, 0.25),), reading="typical"),
        ),
        {"set": tmp_path},
    )
    manifest.to_csv(tmp_path / "manifest.csv")
    assert read_manifest(tmp_path / "manifest.csv", {"set": tmp_path}) == manifest
    assert str(tmp_path) not in (tmp_path / "manifest.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "id,dataset\na,b\n",
        ",".join(COLUMNS) + "\n" + "x," * (len(COLUMNS) - 3) + "wide,1,\n",
        "\xff\x00",
    ],
    ids=["missing", "empty", "columns missing", "width no number", "no table"],
)
def test_a_damaged_manifest_is_named(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(DatasetError) as caught:
        read_manifest(path)
    assert caught.value.where == "manifest.csv"
    assert str(tmp_path) not in caught.value.where


@pytest.mark.parametrize("fact", ["label", "patient", "split", "sha256", "problem"])
def test_the_hash_changes_with_every_fact(make_record: MakeRecord, fact: str) -> None:
    records = (make_record("a.png"), make_record("b.png"))
    changed = (records[0], replace(records[1], **{fact: "other"}))  # type: ignore[arg-type]
    assert Manifest(records, {}).hash != Manifest(changed, {}).hash
    assert len(Manifest(records, {}).hash) == 16


def test_the_hash_ignores_order_and_folder(make_record: MakeRecord, tmp_path: Path) -> None:
    records = (make_record("a.png"), make_record("b.png"))
    assert Manifest(records, {}).hash == Manifest(records[::-1], {"set": tmp_path}).hash


@pytest.mark.parametrize(
    ("column", "value"),
    [("lesion", "truth.png"), ("boxes", ((0.1, 0.1, 0.5, 0.5),)), ("reading", "typical")],
)
def test_a_run_from_before_findings_were_known_can_be_read(
    column: str, value: Any, make_record: MakeRecord, tmp_path: Path
) -> None:
    known = Manifest((make_record("a.png"),), {})
    known.to_frame().drop(columns=column).to_csv(tmp_path / "manifest.csv", index=False)
    assert read_manifest(tmp_path / "manifest.csv") == known
    named = Manifest((replace(known.records[0], **{column: value}),), {})
    assert named.hash == known.hash


def test_boxes_that_are_none_are_a_damaged_manifest(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    frame = Manifest((make_record("a.png"),), {}).to_frame()
    frame.assign(boxes="[[1]]").to_csv(tmp_path / "manifest.csv", index=False)
    with pytest.raises(DatasetError, match="not a list of boxes"):
        read_manifest(tmp_path / "manifest.csv")


def test_films_lie_below_the_folder_of_their_data_set(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    record = make_record("images/a.png")
    assert Manifest((record,), {"set": tmp_path}).path_of(record) == tmp_path / "images" / "a.png"
    with pytest.raises(DatasetError, match="'set' is not known here"):
        Manifest((record,), {"other": tmp_path}).path_of(record)


def test_two_data_sets_become_one(make_record: MakeRecord, tmp_path: Path) -> None:
    one = Manifest((make_record("a.png"),), {"one": tmp_path})
    two = Manifest((make_record("b.png"),), {"two": tmp_path})
    both = combine_manifests([one, two])
    assert [record.path for record in both.records] == ["a.png", "b.png"]
    assert set(both.roots) == {"one", "two"}
    assert combine_manifests([replace(one, notes=("n",)), two]).notes == ("n",)
    with pytest.raises(DatasetError, match="Two data sets are named 'one'"):
        combine_manifests([one, two, one])


def test_splits_are_taken_from_a_mapping(make_record: MakeRecord) -> None:
    manifest = Manifest((make_record("a.png"), make_record("b.png")), {})
    divided = with_splits(manifest, {"set/b.png": "test"})
    assert [record.split for record in divided.records] == ["", "test"]


def test_anonymised_record_keeps_neither_file_name_nor_patient() -> None:
    record = Record("clinic/doe_john.dcm", "clinic", "doe_john.dcm", "covid", "MRN-4711")
    record = replace(record, mask="doe.png", lesion="doe_2.png")
    kept = anonymise(replace(record, sha256="a1b2" * 16))
    assert kept.id == "a1b2a1b2a1b2a1b2"
    assert (kept.path, kept.mask, kept.lesion, kept.label) == ("", "", "", "covid")
    assert kept.patient == patient_code(record)
    assert not [word for word in ("doe", "4711") if word in repr(kept)]


def test_records_are_found_by_their_id(make_record: MakeRecord) -> None:
    records = (make_record("a.png"), make_record("b.png"))
    assert Manifest(records, {}).by_id[records[1].id] is records[1]
