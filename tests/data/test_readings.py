from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from xray_core.data.readings import (
    add_readings,
    denies_label,
    leave_out_denied,
    mark_labels_read,
)
from xray_core.data.records import NO_LABEL, Manifest, Record
from xray_core.errors import DatasetError

MakeRecord = Callable[..., Record]


@pytest.mark.parametrize(
    ("label", "reading", "denied"),
    [
        ("covid", "Negative", True),
        ("covid", "no finding", True),
        ("pneumonia", "no pneumonia", True),
        ("covid", "typical", False),
        ("covid", "atypical", False),
        ("covid", "cardiomegaly", False),
        ("covid", "", False),
        ("normal", "indeterminate", True),
        ("normal", "negative", False),
        ("effusion", "negative", False),  # of pneumonia, which is not the label
        ("effusion", "normal", True),
        ("", "negative", False),
    ],
)
def test_which_reading_denies_which_label(
    make_record: MakeRecord, label: str, reading: str, denied: bool
) -> None:
    assert denies_label(make_record("a.png", label, reading=reading)) is denied


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table of readings into a folder; lines are its cells."""

    def write(*lines: str, folder: Path = tmp_path, header: str = "path,reading") -> Path:
        path = folder / "readings.csv"
        path.write_text("\n".join((header, *lines)), encoding="utf-8")
        return path

    return write


def test_readings_are_found_by_place_and_by_data_set(
    make_record: MakeRecord, table: Callable[..., Path], tmp_path: Path
) -> None:
    names = ("films/a.png", "b.png", "c.png", "d.png")
    records = tuple(make_record(name, "covid") for name in names)
    manifest = Manifest(records, {"set": tmp_path / "madrid"})
    for folder in (tmp_path, tmp_path / "elsewhere"):  # above the data set; apart from it
        folder.mkdir(exist_ok=True)
        start = "madrid" if folder == tmp_path else "set"
        lines = (f"{start}/films/a.png,negative", "./set/b.png,typical", "set/d.png,?", "x.png,x")
        read = add_readings(manifest, table(*lines, folder=folder))
        assert [record.reading for record in read.records] == ["negative", "typical", "", ""]
        assert read.notes[-1] == (
            "readings.csv: readings of 2 films; on 1 of them the reading denies the label"
        )
    beside = replace(manifest, roots={"set": tmp_path})
    found = add_readings(beside, table("films/a.png,negative"))
    assert found.records[0].reading == "negative"
    assert found.hash == manifest.hash


def test_boxes_of_a_reading_are_kept_and_none_are_lost(
    make_record: MakeRecord, table: Callable[..., Path]
) -> None:
    own = ((0.1, 0.1, 0.2, 0.2),)
    records = tuple(replace(make_record(name, "covid"), boxes=own) for name in ("a", "b"))
    lines = ('set/a,typical,"[[0.5, 0.5, 0.25, 0.25]]"', "set/b,typical,")
    read = add_readings(Manifest(records, {}), table(*lines, header="path,reading,boxes"))
    assert [record.boxes for record in read.records] == [((0.5, 0.5, 0.25, 0.25),), own]


@pytest.mark.parametrize(
    ("header", "lines", "why"),
    [
        ("path,words", ["set/a,negative"], "no column for reading"),
        ("path,reading", ["other/a,negative"], "None of the 1 films with a reading"),
        ("path,reading", ["set/a,negative", "set/a,typical"], "Line 3 gives a film a second"),
        ("path,reading,boxes", ['set/a,typical,"[[5, 5, 20, 20]]"'], "Line 2: the boxes are not"),
        ("path,reading,boxes", ["set/a,typical,round"], "Line 2: the boxes are not readable"),
    ],
)
def test_a_table_that_cannot_be_used_is_an_error(
    make_record: MakeRecord, table: Callable[..., Path], header: str, lines: list[str], why: str
) -> None:
    with pytest.raises(DatasetError, match=why) as caught:
        add_readings(Manifest((make_record("a"),), {}), table(*lines, header=header))
    assert caught.value.where == "readings.csv"


def test_denied_films_are_tested_on_but_not_trained_on(make_record: MakeRecord) -> None:
    splits = ("train", "val", "test", "")
    denied = [make_record(name, "covid", split=name, reading="negative") for name in splits]
    agreed = [make_record(f"{name}+", "covid", split=name, reading="typical") for name in splits]
    kept = leave_out_denied(Manifest((*denied, *agreed), {}))
    assert [record.split for record in kept.records] == ["", "", "test", "", *splits]


def test_labels_that_follow_readings_say_what_is_on_the_film(make_record: MakeRecord) -> None:
    records = [
        make_record("a.png", "covid", reading="Typical"),
        make_record("b.png", "normal", reading="negative"),
        make_record("c.png", "", reading="atypical"),
    ]
    assert [film.label_basis for film in mark_labels_read(records)] == ["film", "film", ""]
    for other in (
        make_record("d.png", "covid", reading="negative"),  # the label knows more
        make_record("d.png", "covid"),  # and here nobody looked
        make_record("d.png", "viral", reading="atypical"),
    ):
        assert [film.label_basis for film in mark_labels_read([*records, other])] == [""] * 4


def test_boxes_of_a_reading_make_a_film_without_label_one_for_maps(
    make_record: MakeRecord, table: Callable[..., Path]
) -> None:
    records = tuple(make_record(name, "", problem=NO_LABEL) for name in ("a", "b"))
    records += (make_record("c", "", problem="cut off"),)
    box = '"[[0.5, 0.5, 0.25, 0.25]]"'
    lines = [f"set/a,typical,{box}", "set/b,negative,", f"set/c,typical,{box}"]
    read = add_readings(Manifest(records, {}), table(*lines, header="path,reading,boxes"))
    assert [record.problem for record in read.records] == ["", NO_LABEL, "cut off"]
    assert [record.id for record in read.maps_only] == ["set/a"]
    assert not read.usable.records
