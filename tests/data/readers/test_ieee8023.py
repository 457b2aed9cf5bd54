from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers.ieee8023 import READER

WriteFilm = Callable[..., Path]
HEADER = "patientid,age,finding,view,modality,folder,filename\n"


def test_paths_of_findings_folders_and_slices(tmp_path: Path, write_film: WriteFilm) -> None:
    rows = {
        "a.png": "7,60,Pneumonia/Viral/COVID-19,AP Supine,X-ray",
        "b.png": "nan,,Pneumonia/Bacterial/Streptococcus,L,X-ray",
        "c.png": "9,4,Pneumonia/Viral/COVID-19,Axial,CT",
        "d.png": "9,4,No Finding,Coronal,X-ray",
        "e.png": "9,4,todo,PA,X-ray",
    }
    lines = [f"{facts},images,{name}\n" for name, facts in rows.items()]
    for number, name in enumerate(rows):
        write_film(tmp_path / "images" / name, number)
    (tmp_path / "metadata.csv").write_text(HEADER + "".join(lines))

    records = READER.read(tmp_path, "d")

    assert [record.label for record in records] == ["covid", "bacterial", "covid", "normal", ""]
    assert [record.problem for record in records] == [
        "",
        "",
        "not a radiograph: modality CT, view Axial",
        "not a radiograph: modality X-ray, view Coronal",
        "",
    ]
    assert records[0].path == "images/a.png"
    assert (records[0].patient, records[0].view, records[0].age_group) == ("7", "AP", "adult")
    assert (records[1].patient, records[1].view) == ("", "lateral")
