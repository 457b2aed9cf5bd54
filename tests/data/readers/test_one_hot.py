from pathlib import Path

import pytest

from xray_core.data.readers.one_hot import READER


def test_one_column_per_class(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "file,patient,male,normal,covid,nodule\n"
        "a.png,1,1,1,0,0\nb.png,nan,0,0,1.0,True\nc.png,3,1,0,0,0\nd.png,4,1,nan,-1,1\n"
    )

    records = READER.read(tmp_path, "d")

    labels = [record.label for record in records]
    assert labels == ["normal", "covid|nodule", "", "nodule"]
    assert records[3].problem == "uncertain (-1): covid"
    assert [record.patient for record in records] == ["1", "", "3", "4"]


@pytest.mark.parametrize(
    "table",
    [
        "file,label,covid\na.png,normal,1\n",  # a label column says more
        "file,male\na.png,1\n",
        "file,grade\na.png,3\n",
        "covid,normal\n1,0\n",
    ],
)
def test_other_tables_are_not_taken_for_one(table: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table)

    assert not READER.recognises(tmp_path)
