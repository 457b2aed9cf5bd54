from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers.nih import READER

WriteFilm = Callable[..., Path]
HEADER = (
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
)


def test_films_patients_and_boxes_of_the_published_layout(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "images_001/images/00000001_000.png")
    write_film(tmp_path / "images_002/images/00000002_000.png")
    (tmp_path / "Data_Entry_2017.csv").write_text(
        HEADER
        + "00000001_000.png,Effusion|Cardiomegaly,0,1,41,M,PA,2682,2749,0.143,0.143,\n"
        + "00000002_000.png,No Finding,0,2,012Y,F,AP,2682,2749,0.143,0.143,\n"
    )
    (tmp_path / "BBox_List_2017.csv").write_text(
        "Image Index,Finding Label,Bbox [x,y,w,h],,,\n"
        "00000001_000.png,Effusion,256,512,128.0,256,,,\n00000001_000.png,Cardiomegaly,0,0,512,512,,,\n"
    )
    (tmp_path / "test_list.txt").write_text("00000002_000.png\n")
    (tmp_path / "train_val_list.txt").write_text("00000001_000.png\n")

    sick, well = READER.read(tmp_path, "d")

    assert (sick.path, sick.label) == (
        "images_001/images/00000001_000.png",
        "cardiomegaly|effusion",
    )
    assert (sick.patient, sick.view, sick.age_group, sick.split) == ("1", "PA", "adult", "train")
    assert sick.boxes == ((0.25, 0.5, 0.125, 0.25), (0.0, 0.0, 0.5, 0.5))
    assert (well.label, well.age_group, well.split, well.boxes) == ("normal", "child", "test", ())
