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


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("COVID+", "covid"),
        ("COVID +ve", "covid"),
        ("COVID-", "covid_negative"),
        ("COVID (-)", "covid_negative"),
        ("COVID \N{EN DASH}ve", "covid_negative"),
        ("Covid-19?", "covid_19_uncertain"),
        ("Covid-19", "covid"),
    ],
)
def test_a_sign_at_the_end_keeps_opposites_apart(name: str, label: str) -> None:
    assert unify_label(name) == label


def test_a_name_is_one_class_however_its_letters_are_composed() -> None:
    assert unify_label("Entzu\N{COMBINING DIAERESIS}ndung") == unify_label("Entz\xfcndung")
    assert unify_label("\uff23\uff2f\uff36\uff29\uff24") == "covid", "wide letters of East Asia"


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
