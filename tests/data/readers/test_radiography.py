from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from xray_core.data.readers import find_reader
from xray_core.data.readers.radiography import READER, source_of

WriteFilm = Callable[..., Path]

KERMANY_URL = "https://www.kaggle.com/paultimothymooney/chest-xray-pneumonia"
RSNA_URL = "https://www.kaggle.com/c/rsna-pneumonia-detection-challenge/data"


def write_sheet(path: Path, rows: list[tuple[str, str]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["FILE NAME", "FORMAT", "SIZE", "URL"])
    for name, url in rows:
        sheet.append([name, "PNG", "299*299", url])
    book.save(path)


@pytest.mark.parametrize(
    ("url", "label", "source"),
    [
        (RSNA_URL, "normal", "radiography-db (RSNA)"),
        (KERMANY_URL, "normal", "radiography-db (Kermany)"),
        ("", "viral", "radiography-db (Kermany)"),
        ("https://bimcv.cipf.es/bimcv-projects/", "covid", "radiography-db (BIMCV)"),
        ("https://github.com/ml-workgroup/x", "covid", "radiography-db (Hannover)"),
        ("https://doi.org/10.1000/1", "covid", "radiography-db (publications)"),
        ("https://www.kaggle.com/tawsifurrahman/y", "covid", "radiography-db"),
        ("", "covid", "radiography-db"),
    ],
)
def test_the_url_tells_the_source(url: str, label: str, source: str) -> None:
    assert source_of(url, label) == source


def test_sheets_masks_and_classes_are_joined(tmp_path: Path, write_film: WriteFilm) -> None:
    base = tmp_path / "COVID-19_Radiography_Dataset"  # as the archive unpacks
    write_film(base / "Normal/images/Normal-1.png", 1)
    write_film(base / "Normal/images/Normal-2.png", 2)
    write_film(base / "Normal/masks/Normal-1.png", 3)
    write_film(base / "Viral Pneumonia/images/Viral Pneumonia-1.png", 4)
    write_film(base / "Lung_Opacity/images/Lung_Opacity-1.png", 5)
    # the sheets write the name in capitals and without a suffix
    write_sheet(base / "Normal.metadata.xlsx", [("NORMAL-1", KERMANY_URL), ("NORMAL-2", RSNA_URL)])

    records = {r.path.rpartition("/")[2]: r for r in READER.read(tmp_path, "r")}

    assert find_reader(tmp_path) is READER
    facts = {name: (r.label, r.source, r.age_group, r.view) for name, r in records.items()}
    assert facts == {
        "Normal-1.png": ("normal", "radiography-db (Kermany)", "child", "AP"),
        "Normal-2.png": ("normal", "radiography-db (RSNA)", "", ""),
        "Viral Pneumonia-1.png": ("viral", "radiography-db (Kermany)", "child", "AP"),
        "Lung_Opacity-1.png": ("lung_opacity", "radiography-db", "", ""),
    }
    folder = "COVID-19_Radiography_Dataset/Normal"
    assert records["Normal-1.png"].mask == f"{folder}/masks/Normal-1.png"
    assert records["Normal-2.png"].mask == ""


def test_the_older_layout_has_no_images_folder(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "COVID-19/COVID-19 (1).png", 1)
    write_film(tmp_path / "NORMAL/NORMAL (1).png", 2)
    write_sheet(tmp_path / "NORMAL.metadata.xlsx", [("NORMAL (1)", RSNA_URL)])

    assert find_reader(tmp_path) is READER
    facts = [(r.path, r.label, r.source) for r in READER.read(tmp_path, "r")]
    assert facts == [
        ("COVID-19/COVID-19 (1).png", "covid", "radiography-db"),
        ("NORMAL/NORMAL (1).png", "normal", "radiography-db (RSNA)"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK but no sheet"])
def test_a_damaged_sheet_leaves_the_sources_unknown(
    content: bytes, tmp_path: Path, write_film: WriteFilm, caplog: pytest.LogCaptureFixture
) -> None:
    write_film(tmp_path / "COVID/images/COVID-1.png", 1)
    (tmp_path / "COVID.metadata.xlsx").write_bytes(content)

    (record,) = READER.read(tmp_path, "r")

    assert record.source == "radiography-db"
    assert "COVID.metadata.xlsx" in caplog.text


def test_a_sheet_without_the_columns_leaves_the_sources_unknown(
    tmp_path: Path, write_film: WriteFilm, caplog: pytest.LogCaptureFixture
) -> None:
    write_film(tmp_path / "COVID/images/COVID-1.png", 1)
    Workbook().save(tmp_path / "COVID.metadata.xlsx")

    (record,) = READER.read(tmp_path, "r")

    assert record.source == "radiography-db"
    assert "COVID.metadata.xlsx" in caplog.text


def test_another_class_folder_is_read_or_named(tmp_path: Path, write_film: WriteFilm) -> None:
    for number, name in enumerate(("COVID", "Normal", "Non-COVID")):
        write_film(tmp_path / name / "images/1.png", number)
        write_film(tmp_path / name / "masks/1.png", number)

    assert find_reader(tmp_path).name == "class_folders", "it is a set of another kind"

    write_sheet(tmp_path / "Normal.metadata.xlsx", [("1", RSNA_URL)])

    assert find_reader(tmp_path) is READER
    facts = [(record.path, record.problem) for record in READER.read(tmp_path, "r")]
    assert [path for path, _ in facts] == ["COVID/images/1.png", "Non-COVID", "Normal/images/1.png"]
    assert facts[0][1] == facts[2][1] == ""
    assert facts[1][1].startswith("this folder with 1 images is not part of")
