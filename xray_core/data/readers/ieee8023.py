"""covid-chestxray-dataset (ieee8023), collected from publications.

    metadata.csv   patientid,...,age,finding,...,view,modality,...,folder,filename,...
    images/*.jpg

The finding is a path, `Pneumonia/Viral/COVID-19`; its most specific known part counts. Rows of CT
are problems: a slice is not a radiograph.

Source: Cohen et al., MELBA 2020, https://github.com/ieee8023/covid-chestxray-dataset.
"""

from collections.abc import Iterator
from pathlib import Path

from xray_core.data.readers.places import Films
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    has_columns,
)
from xray_core.data.readers.table_form import of_one_table, table_reader, tables_that
from xray_core.data.readers.tables import read_table
from xray_core.data.readers.vocabulary import (
    is_blank,
    not_a_radiograph,
    unify_age_group,
    unify_finding,
    unify_patient,
    unify_view,
)

SOURCE = "covid-chestxray-dataset"
_is_table = has_columns("finding view modality filename")


def _rows(table: Path, films: Films) -> Iterator[Row]:
    for line, cells in cells_of(read_table(table)):
        folder, name = cells.get("folder", ""), cells["filename"]
        in_folder = f"{folder}/{name}"
        is_there = not is_blank(folder) and films.is_there(in_folder)
        facts = {
            "patient": unify_patient(cells.get("patientid", "")),
            "source": SOURCE,
            "view": unify_view(cells["view"]),
            "age_group": unify_age_group(cells.get("age", "")),
        }
        problem = not_a_radiograph(cells["modality"], cells["view"])
        film = in_folder if is_there else name
        yield Row(line, film, unify_finding(cells["finding"]), facts, problem=problem)


READER = table_reader(
    "ieee8023",
    "covid-chestxray-dataset, metadata.csv with finding paths",
    tables_that(_is_table, first=True),
    of_one_table(_rows),
)
