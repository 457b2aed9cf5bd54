import pytest

from xray_core.data.readers.vocabulary import (
    unify_age_group,
    unify_fact,
    unify_finding,
    unify_patient,
    unify_split,
    unify_view,
    without_wider,
)


@pytest.mark.parametrize(
    ("text", "split"),
    [("Training", "train"), ("valid", "val"), ("TEST", "test"), ("fold 1", ""), ("", "")],
)
def test_splits(text: str, split: str) -> None:
    assert unify_split(text) == split


@pytest.mark.parametrize(
    ("text", "view"),
    [("PA", "PA"), ("AP Supine", "AP"), ("antero-posterior", "AP"), ("LL", "lateral"), ("x", "")],
)
def test_views(text: str, view: str) -> None:
    assert unify_view(text) == view


@pytest.mark.parametrize(
    ("text", "age_group"),
    [
        ("Paediatric", "child"),
        ("Adults", "adult"),
        ("18", "adult"),
        ("17.9", "child"),
        ("034Y", "adult"),
        ("216M", "child"),  # DICOM counts months only for small children
        ("58 years", "adult"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_age_groups(text: str, age_group: str) -> None:
    assert unify_age_group(text) == age_group


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("Cardiomegaly|Effusion", "cardiomegaly|effusion"),
        ("Effusion | Cardiomegaly", "cardiomegaly|effusion"),
        ("Cardiomegaly;Foo", "cardiomegaly|foo"),
        ("Foo|Bar", "foo_bar"),
        ("Hernia|nan", "hernia"),
        ("nan|", ""),
        ("COVID-19, ARDS", "covid|ards"),
        ("hernia & covid", "covid|hernia"),
        ("covid, left lung", "covid_left_lung"),
        ("Pneumonia/Viral/COVID-19", "covid"),
        ("Pneumonia/Viral/SARS", "viral"),
        ("Pneumonia/Bacterial/Streptococcus", "bacterial"),
        ("bacterial/viral", "bacterial|viral"),
        ("No Lung Opacity / Not Normal", "no_lung_opacity_not_normal"),
        ("Nodule/Mass", "nodule_mass"),
        ("No finding", "normal"),
        ("Covid-19", "covid"),
    ],
)
def test_findings_have_a_structure(cell: str, label: str) -> None:
    assert unify_finding(cell) == label


def test_a_data_set_may_say_how_findings_are_joined() -> None:
    assert unify_finding("Foo|Bar", joined_by="|") == "bar|foo"
    assert unify_finding("No Finding", joined_by="|") == "normal"


@pytest.mark.parametrize(
    "word", ["nan", "NA", "N/A", "n/a", "None", "null", "-", "--", "?", "#N/A", "unknown", " "]
)
def test_words_that_mean_nothing_are_neither_class_nor_patient(word: str) -> None:
    assert unify_finding(word) == ""
    assert unify_patient(word) == ""
    assert unify_fact(word) == ""


def test_some_words_mean_nothing_in_one_column_alone() -> None:
    assert unify_finding("todo") == unify_finding("Unlabeled") == ""
    assert unify_patient("todo") == "todo"
    assert unify_patient("ANONYMOUS") == ""
    assert unify_patient("0") == "0"


def test_a_wider_finding_says_nothing_beside_a_special_one() -> None:
    assert without_wider({"lung_opacity", "pneumonia", "hernia"}) == {"pneumonia", "hernia"}
    assert without_wider({"covid", "pneumonia"}) == {"covid"}


def test_whole_numbers_written_with_a_point_are_the_same() -> None:
    assert [unify_patient(text) for text in ("12.0", "12", "12.50", "1.2.0")] == [
        *("12", "12", "12.50", "1.2.0")
    ]
    assert unify_finding("1.0") == unify_finding("1") == "1"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("['pneumonia', 'infiltrates']", "infiltrates|pneumonia"),
        ('["Normal"]', "normal"),
        ("[]", ""),
        ("['nan']", ""),
    ],
)
def test_a_written_list_holds_several_findings(text: str, label: str) -> None:
    assert unify_finding(text) == label
