"""COVID-19 Radiography Database.

    <Class>/images/*.png   <Class>/masks/*.png   <Class>.metadata.xlsx
    <Class>/*.png          <Class>.metadata.xlsx                          (older releases)

with the classes COVID, Normal, Viral Pneumonia and Lung_Opacity. The sheet's URL column gives
the origin of a film. It has no patients, so only near-duplicates can be kept together.
All viral pneumonia films and some normal ones are the children of the Kermany set.

Source: Chowdhury et al., IEEE Access 8, 2020; Rahman et al., Comput. Biol. Med. 132, 2021.
"""

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from xray_core.data.labels import unify_label
from xray_core.data.readers.base import (
    Reader,
    make_record,
    passed_over,
    unpacked_folders,
    walk_images,
)
from xray_core.data.readers.mask_files import divide_masks
from xray_core.data.readers.sheets import open_book
from xray_core.data.records import Record

SOURCE = "radiography-db"
_SHEET_SUFFIX = ".metadata.xlsx"
_CLASSES = frozenset({"covid", "normal", "viral", "lung_opacity"})
_KERMANY = f"{SOURCE} (Kermany)"
_ORIGINS = {  # part of the URL -> where the films come from
    "paultimothymooney/chest-xray-pneumonia": _KERMANY,
    "rsna-pneumonia": f"{SOURCE} (RSNA)",
    "bimcv": f"{SOURCE} (BIMCV)",
    "ml-workgroup": f"{SOURCE} (Hannover)",
    "armiro": f"{SOURCE} (COVID-CXNet)",
    "sirm.org": f"{SOURCE} (SIRM)",
    "eurorad": f"{SOURCE} (Eurorad)",
    "tawsifurrahman": SOURCE,
}
_log = logging.getLogger(__name__)


def source_of(url: str, label: str) -> str:
    """Short name of a film's origin.

    Args:
        url: cell of the sheet, or "" where there is none.
        label: unified class; viral films are Kermany's, whatever the sheet says.
    """
    if label == "viral":
        return _KERMANY
    lowered = url.casefold()
    found = next((name for part, name in _ORIGINS.items() if part in lowered), None)
    return found or (f"{SOURCE} (publications)" if url else SOURCE)


def _class_folders(base: Path) -> list[Path]:
    return [folder for folder in _folders(base) if unify_label(folder.name) in _CLASSES]


def _folders(base: Path) -> list[Path]:
    return [folder for folder in sorted(base.iterdir()) if folder.is_dir()]


def _base(path: Path) -> Path | None:
    """The folder with the class folders: the path itself, or as an archive unpacks.

    Without the metadata sheets only the layout identifies it, and another class beside these
    means that it is a different kind of set.
    """
    for base in unpacked_folders(path):
        folders = _class_folders(base)
        has_sheets = any(base.glob(f"*{_SHEET_SUFFIX}"))
        has_layout = len(folders) >= 2 and all((folder / "images").is_dir() for folder in folders)
        others = [folder for folder in _folders(base) if (folder / "images").is_dir()]
        if folders and (has_sheets or (has_layout and len(others) == len(folders))):
            return base
    return None


def _recognises(path: Path) -> bool:
    return _base(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    base = _base(path)
    if base is None:
        return []
    urls = _read_urls(base)
    records = []
    for folder in _folders(base):
        if unify_label(folder.name) not in _CLASSES:
            records += passed_over(path, folder, dataset, "COVID-19 Radiography Database")
            continue
        label = unify_label(folder.name)
        below = folder.relative_to(path).as_posix()
        files = divide_masks(walk_images(path, below=below))
        for film in files.films:
            source = source_of(urls.get(PurePosixPath(film).stem.casefold(), ""), label)
            is_child = source == _KERMANY
            records.append(
                make_record(
                    dataset,
                    film,
                    label,
                    source=source,
                    view="AP" if is_child else "",
                    age_group="child" if is_child else "",
                    mask=files.lungs.get(film, ""),
                    lesion=files.lesions.get(film, ""),
                )
            )
    return records


def _read_urls(base: Path) -> dict[str, str]:
    """File stem in lower case (the sheets write NORMAL-1 for Normal-1.png) -> URL."""
    urls: dict[str, str] = {}
    for sheet in sorted(base.glob(f"*{_SHEET_SUFFIX}")):
        try:
            urls.update(_sheet_urls(sheet))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            _log.warning("%s is not readable, its sources stay unknown: %s", sheet.name, error)
    return urls


def _sheet_urls(sheet: Path) -> Iterator[tuple[str, str]]:
    book = open_book(sheet)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(cell or "").strip().casefold() for cell in next(rows, ())]
        name, url = header.index("file name"), header.index("url")
        for row in rows:
            if len(row) > max(name, url) and row[name]:
                yield str(row[name]).strip().casefold(), str(row[url] or "").strip()
    finally:
        book.close()


READER = Reader(
    "radiography",
    "COVID-19 Radiography Database, {COVID,Normal,...}/images and *.metadata.xlsx",
    _recognises,
    _read,
    lambda path: path.rglob(f"*{_SHEET_SUFFIX}"),
)
