"""What folder names say; whatever names no class must never become one."""

import pytest

from xray_core.data.readers.folder_names import FolderName, read_folder_name


@pytest.mark.parametrize(
    "name",
    [
        *("images_001", "images", "data", "Dataset", "CXR_png", "chest-xray", "new folder (2)"),
        *("todo", "unlabeled", "Unknown", "fold_1", "fold3", "part 2", "all", "224x224"),
        *("study1", "Study_02", "series-3", "ST000001", "SE000002", "s50414267", "ses-E07217"),
        *("frontal", "view1_frontal", "visit 2", "scan3", "site 2", "hospital_A", "batch7"),
        *("Coronahack-Chest-XRay-Dataset", "Lung Segmentation Data", "augmented", "DICOM"),
        *("2020-01-31", "20200131"),
    ],
)
def test_containers_and_studies_say_nothing(name: str) -> None:
    assert read_folder_name(name) == FolderName()


@pytest.mark.parametrize(
    ("name", "split"),
    [
        *(("train", "train"), ("Train", "train"), ("train_set", "train"), ("test_set", "test")),
        *(("Training Images", "train"), ("valid", "val"), ("images_test", "test")),
        *(("TRAIN1", "train"), ("dev-data", "val"), ("TestSet", "test")),
    ],
)
def test_splits_are_no_classes(name: str, split: str) -> None:
    assert read_folder_name(name) == FolderName(split=split)


@pytest.mark.parametrize(
    "name", ["patient00001", "Patient 7", "P001", "P1", "Pv002", "sub-S03044", "subject_12", "id_9"]
)
def test_the_patient_folder_is_the_patient(name: str) -> None:
    assert read_folder_name(name) == FolderName(patient=name)


@pytest.mark.parametrize(
    "name",
    ["0", "0017", "1.2.840.113619.2.5", "9e8302230c91", "CHNCXR_0001", "AB123"],
)
def test_numbers_and_codes_are_kept_apart(name: str) -> None:
    assert read_folder_name(name) == FolderName(number=name)


@pytest.mark.parametrize(
    ("name", "view"), [("PA", "PA"), ("AP view", "AP"), ("Lateral", "lateral")]
)
def test_view_folders_give_the_view(name: str, view: str) -> None:
    assert read_folder_name(name) == FolderName(view=view)


@pytest.mark.parametrize(
    ("name", "label", "split"),
    [
        *(("COVID-19", "covid", ""), ("covid2019", "covid", ""), ("Non-COVID", "non_covid", "")),
        *(("Lung_Opacity", "lung_opacity", ""), ("Tuberculosis", "tuberculosis", "")),
        *(("controls", "controls", ""), ("cases", "cases", ""), ("stage 2", "stage_2", "")),
        *(("covid images", "covid", ""), ("covid_train", "covid", "train")),
        *(("tuberculosis_test", "tuberculosis", "test"), ("Lung Lesion", "lung_lesion", "")),
        *(("normal data", "normal", ""), ("class_1", "class_1", "")),
    ],
)
def test_classes_stay_classes(name: str, label: str, split: str) -> None:
    assert read_folder_name(name) == FolderName(label, split)
