import pytest

from xray_core.data.labels import KNOWN_CLASSES, label_title, order_labels, unify_label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("No_findings", "normal"),
        ("NORMAL", "normal"),
        ("Covid-19", "covid"),
        ("COVID", "covid"),
        ("SARS-CoV-2", "covid"),
        ("Viral Pneumonia", "viral"),
        ("virus", "viral"),
        ("Bacterial Pneumonia", "bacterial"),
        ("pneumonia_bacteria", "bacterial"),
    ],
)
def test_the_usual_names_become_the_known_classes(name: str, label: str) -> None:
    assert unify_label(name) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Lung_Opacity", "lung_opacity"),
        ("  Pleural effusion ", "pleural_effusion"),
        ("PNEUMONIA", "pneumonia"),  # bacterial or viral is not for us to guess
        ("Tuberculose pulmonaire, récente", "tuberculose_pulmonaire_récente"),
        ("肺炎", "肺炎"),
        ("7", "7"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_an_unknown_name_stays_a_class_of_its_own(name: str, label: str) -> None:
    assert unify_label(name) == label


@pytest.mark.parametrize("label", [*KNOWN_CLASSES, "lung_opacity"])
def test_a_unified_label_stays_as_it_is(label: str) -> None:
    assert unify_label(label) == label


def test_known_classes_come_first_and_blank_is_no_class() -> None:
    labels = {"zoster", "covid", "abscess", "normal", ""}
    assert order_labels(labels) == ("normal", "covid", "abscess", "zoster")


def test_titles_are_what_people_read() -> None:
    assert [label_title(label) for label in KNOWN_CLASSES] == [
        "Normal",
        "Bacterial pneumonia",
        "Viral pneumonia",
        "COVID-19",
    ]
    assert label_title("lung_opacity") == "Lung opacity"
