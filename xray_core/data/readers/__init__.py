"""Readers: the content of a folder as records.

A reader is one file and one line here. It lists films with the facts that names, folders and
tables give; it decodes nothing (see `scan.scan`). The first reader that recognises a folder
reads it, so the most specific ones come first.
"""

from pathlib import Path

from xray_core.data.readers import (
    chexpert,
    class_folders,
    coronahack,
    covidx,
    dicom_folder,
    ieee8023,
    index_csv,
    kermany,
    nih,
    one_hot,
    radiography,
    rsna,
    vindr,
)
from xray_core.data.readers.base import Reader
from xray_core.data.readers.unused import refuse_unused_tables
from xray_core.errors import DatasetError

READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        radiography.READER,
        kermany.READER,
        nih.READER,
        chexpert.READER,
        rsna.READER,
        vindr.READER,
        ieee8023.READER,
        covidx.READER,
        coronahack.READER,
        dicom_folder.READER,
        one_hot.READER,
        index_csv.READER,
        class_folders.READER,
    )
}


def find_reader(path: Path) -> Reader:
    """The first reader that recognises a folder or an index file.

    Raises:
        DatasetError: none does; says what was looked for and what is there. Or a table lies
            there that can't be used: folders are taken for classes only where there is none.
    """
    for reader in READERS.values():
        if reader.recognises(path):
            if reader is class_folders.READER:
                refuse_unused_tables(path)
            return reader
    refuse_unused_tables(path)
    wanted = "; ".join(f"{reader.name}: {reader.title}" for reader in READERS.values())
    raise DatasetError(
        f"No data set was recognised. Found: {_describe(path)}. Looked for: {wanted}.",
        where=path.name,
        fix="Arrange the films as one of these, or name the reader with --reader NAME.",
    )


def get_reader(name: str) -> Reader:
    """The reader of that name.

    Raises:
        DatasetError: there is none; lists the existing ones.
    """
    try:
        return READERS[name]
    except KeyError:
        raise DatasetError(
            f"No reader is named '{name}'.", where=name, fix=f"Choose one of {', '.join(READERS)}."
        ) from None


def _describe(path: Path) -> str:
    if path.is_file():
        return f"the file {path.name}"
    if films := class_folders.describe_without_classes(path):
        return films
    entries = sorted(path.iterdir())
    if not entries:
        return "an empty folder"
    names = ", ".join(entry.name + "/" * entry.is_dir() for entry in entries[:5])
    return names + (f" and {len(entries) - 5:,} more" if len(entries) > 5 else "")
