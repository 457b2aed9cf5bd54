from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers.coronahack import READER

WriteFilm = Callable[..., Path]
HEADER = ",X_ray_image_name,Label,Dataset_type,Label_2_Virus_category,Label_1_Virus_category\n"


def test_categories_make_a_path_of_findings(tmp_path: Path, write_film: WriteFilm) -> None:
    rows = {
        "IM-0115-0001.jpeg": "Normal,TRAIN,,",
        "person1_virus_6.jpeg": "Pnemonia,TRAIN,,Virus",
        "x.jpeg": "Pnemonia,TEST,COVID-19,Virus",
        "y.jpeg": "Pnemonia,TRAIN,Streptococcus,bacteria",
        "z.jpeg": "Pnemonia,TRAIN,,Stress-Smoking",
    }
    for number, (name, facts) in enumerate(rows.items()):
        write_film(tmp_path / "set/set" / facts.split(",")[1].lower() / name, number)
    lines = [f"{number},{name},{rows[name]}\n" for number, name in enumerate(rows)]
    (tmp_path / "Chest_xray_Corona_Metadata.csv").write_text(HEADER + "".join(lines))

    records = READER.read(tmp_path, "d")

    labels = [record.label for record in records]
    assert labels == ["normal", "viral", "covid", "bacterial", "pneumonia"]
    assert records[2].path == "set/set/test/x.jpeg"
    assert [record.split for record in records[1:3]] == ["train", "test"]
    assert [record.patient for record in records[:3]] == ["IM-0115", "person1", ""]
