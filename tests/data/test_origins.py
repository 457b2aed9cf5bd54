from collections.abc import Callable
from importlib import import_module

import pytest

from xray_core.data.origins import (
    bases_in_words,
    count_bases,
    is_synthetic,
    label_basis,
    origin_of,
    unify_basis,
)
from xray_core.data.records import Record, anonymise

MakeRecord = Callable[..., Record]


@pytest.mark.parametrize(
    ("source", "label", "basis"),
    [
        ("kermany", "viral", "film"),
        ("Radiography-DB", "covid", "test"),
        ("radiography-db (BIMCV)", "covid", "test"),
        ("radiography-db (RSNA)", "normal", "film"),
        ("radiography-db", "normal", ""),  # where it comes from is not known
        ("siim", "covid", "film"),
        ("covid-chestxray-dataset", "covid", ""),
        ("Madrid", "covid", ""),
        ("", "covid", ""),
        ("kermany", "", ""),  # without a label there is nothing to say
    ],
)
def test_what_a_label_says_is_known_by_the_source(
    make_record: MakeRecord, source: str, label: str, basis: str
) -> None:
    assert label_basis(make_record("a.png", label, source=source)) == basis


def test_the_word_of_the_data_set_comes_first(make_record: MakeRecord) -> None:
    record = make_record("a.png", "covid", source="radiography-db", label_basis="film")
    assert label_basis(record) == "film"


@pytest.mark.parametrize(
    ("words", "basis"),
    [
        ("Radiologist", "film"),
        ("report of the film", "film"),
        ("RT-PCR", "test"),
        ("test of the patient", "test"),
        ("PCR and film", ""),
        ("discharge letter", ""),
        ("latest", ""),
        ("", ""),
    ],
)
def test_words_for_what_a_label_says(words: str, basis: str) -> None:
    assert unify_basis(words) == basis


@pytest.mark.parametrize(
    "reader",
    ["chexpert", "ieee8023", "kermany", "nih", "radiography", "rsna", "vindr"],
)
def test_every_collection_with_a_reader_of_its_own_is_known(reader: str) -> None:
    source = import_module(f"xray_core.data.readers.{reader}").SOURCE
    assert origin_of(source) != origin_of("elsewhere")


def test_drawn_films_are_known_by_source_or_name(make_record: MakeRecord) -> None:
    named = make_record("covid/synthetic-covid-00004.png")
    assert is_synthetic(named)
    assert is_synthetic(make_record("a.png", source="Synthetic"))
    assert not is_synthetic(make_record("synthetic-looking.png"))
    assert not is_synthetic(make_record("covid/synthetic-covid-00004.png", source="Madrid"))
    assert anonymise(named).source == "synthetic"
    assert anonymise(make_record("a.png", source="Madrid")).source == "Madrid"
    assert anonymise(named).patient == anonymise(make_record(named.path)).patient


def test_what_labels_say_is_counted_and_said(make_record: MakeRecord) -> None:
    records = [
        make_record("a.png", "covid", source="radiography-db"),
        make_record("b.png", "normal", source="kermany"),
        make_record("c.png", "viral", source="kermany"),
        make_record("d.png", "normal"),
        make_record("e.png", ""),
        make_record("f.png", "normal", source="kermany", problem="cut off"),
    ]
    counts = count_bases(records)
    assert counts == {"film": 2, "test": 1, "not stated": 1}
    assert bases_in_words(counts) == (
        "labels say what is on the film (2 films) or what a test of the patient said (1 film); "
        "not stated of 1"
    )
    assert bases_in_words({"not stated": 4}).endswith(": not stated")
