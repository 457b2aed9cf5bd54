"""CoronaHack chest X-ray set.

    Chest_xray_Corona_Metadata.csv
        ,X_ray_image_name,Label,Dataset_type,Label_2_Virus_category,Label_1_Virus_category
    Coronahack-Chest-XRay-Dataset/{train,test}/*.jpeg

The two categories make a path, `Pneumonia/Virus/COVID-19`; its most specific known part counts.
Most films are those of the Kermany children, some of the covid-chestxray-dataset: no patients.

Source: https://www.kaggle.com/datasets/praveengovi/coronahack-chest-xraydataset.
"""

from collections.abc import Iterator
from pathlib import Path

from xray_core.data.readers.kermany import parse_name
from xray_core.data.readers.places import Films
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    has_columns,
)
from xray_core.data.readers.table_form import of_one_table, table_reader, tables_that
from xray_core.data.readers.tables import read_table
from xray_core.data.readers.vocabulary import is_blank, unify_finding, unify_split

SOURCE = "coronahack"
_MISSPELT = {"pnemonia": "Pneumonia"}
_is_table = has_columns("xrayimagename label label1viruscategory label2viruscategory")


def _rows(table: Path, films: Films) -> Iterator[Row]:
    for line, cells in cells_of(read_table(table)):
        name = cells["xrayimagename"]
        split = unify_split(cells.get("datasettype", ""))
        label = _MISSPELT.get(cells["label"].casefold(), cells["label"])
        path = [label, cells["label1viruscategory"], cells["label2viruscategory"]]
        finding = unify_finding("/".join(part for part in path if not is_blank(part)))
        _, patient = parse_name(name)
        facts = {"patient": patient, "source": SOURCE, "split": split}
        in_folder = f"{split}/{name}"
        film = in_folder if films.is_there(in_folder) else name
        yield Row(line, film, finding, facts)


READER = table_reader(
    "coronahack",
    "CoronaHack, Chest_xray_Corona_Metadata.csv and its images",
    tables_that(_is_table, first=True),
    of_one_table(_rows),
)
