from pathlib import Path

import pytest

from xray_core.data.readers.rows import Row, has_columns
from xray_core.data.readers.table_form import of_one_table, table_reader, tables_that
from xray_core.errors import DatasetError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("film,class\n1.png,normal\n")
    (tmp_path / "b.csv").write_text("film,class\n2.png,normal\n")
    (tmp_path / "other.csv").write_text("name\nx\n")
    return tmp_path


def test_a_reader_of_tables_recognises_what_has_one(folder: Path) -> None:
    every, first = (tables_that(has_columns("film class"), first=only) for only in (False, True))
    assert [table.name for table in every(folder)] == ["a.csv", "b.csv"]
    assert [table.name for table in first(folder)] == ["a.csv"]
    read = of_one_table(lambda table, _films: [Row(2, f"{table.stem}.png", "normal")])
    reader = table_reader("mine", "films by hand", every, read, "a note")
    assert (reader.name, reader.title, reader.note) == ("mine", "films by hand", "a note")
    assert reader.recognises(folder)
    assert list(reader.tables(folder)) == every(folder)
    assert [record.id for record in reader.read(folder, "set")] == ["set/a.png"]


def test_without_its_tables_it_says_so(folder: Path) -> None:
    reader = table_reader(
        "mine", "films", tables_that(has_columns("nothing")), of_one_table(lambda *_: [])
    )
    assert not reader.recognises(folder)
    with pytest.raises(DatasetError, match="no table of the form") as caught:
        reader.read(folder, "set")
    assert "--reader" in caught.value.fix
