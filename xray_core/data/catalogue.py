"""The data sets that this installation knows, by name.

The demo films are always among them: synthetic, drawn from a seed the first time they are needed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xray_core.data.phantom import write_phantoms
from xray_core.errors import DatasetError
from xray_core.files import is_there, replacing
from xray_core.settings import expand_home, get_settings, require_changes_allowed

DEMO_NAME = "demo-films"
DEMO_TITLE = "Demo films (synthetic)"
DEMO_COUNT = 96
_DEMO_SEED = 20_000
_FILE = "datasets.json"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Dataset:
    """A data set that can be scanned.

    Attributes:
        name: unique here.
        path: folder or index file.
        title: display name.
        reader: key of `READERS` that reads it; "" detects it from the folder.
        one_finding: a film with several findings counts as the first of them.
    """

    name: str
    path: Path
    title: str
    reader: str = ""
    one_finding: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether these are the synthetic demo films."""
        return self.name == DEMO_NAME


def list_datasets() -> tuple[Dataset, ...]:
    """The demo films first, then the data sets that were added, by name."""
    return (_demo(), *(dataset for _, dataset in sorted(_read().items())))


def get_dataset(name: str) -> Dataset:
    """The data set of that name.

    Raises:
        DatasetError: lists the names that exist.
    """
    for dataset in list_datasets():
        if dataset.name == name:
            return dataset
    known = ", ".join(dataset.name for dataset in list_datasets())
    raise DatasetError("There is no such data set.", where=name, fix=f"Known here: {known}.")


def add_dataset(
    path: Path, name: str = "", reader: str = "", *, one_finding: bool = False
) -> Dataset:
    """Remember a folder or index file; adding it again changes nothing but how it is read.

    Args:
        path: folder or index file.
        name: unique here; "" takes that of the folder.
        reader: key of `READERS`; "" detects it at every scan.
        one_finding: a film with several findings counts as the first of them.

    Raises:
        DatasetError: nothing is there, or the name is taken by another folder.
    """
    require_changes_allowed()
    path = expand_home(path)
    if not is_there(path):
        raise DatasetError(
            "There is no such file or folder.", where=path.name, fix="Check the path."
        )
    path = path.resolve()
    name = name.strip() or (path.parent.name if path.is_file() else path.name)
    known = _read()
    if name == DEMO_NAME or (name in known and known[name].path != path):
        raise DatasetError(
            "That name is taken by another data set.", where=name, fix="Give another name."
        )
    dataset = Dataset(name, path, name, reader, one_finding)
    _write(known | {name: dataset})
    return dataset


def forget_dataset(name: str) -> None:
    """Take a data set off the list; its films stay where they are."""
    require_changes_allowed()
    _write({known: dataset for known, dataset in _read().items() if known != name})


def prepare(dataset: Dataset, progress: Progress | None = None) -> Path:
    """The path to scan; draws the demo films if they are not there yet."""
    if dataset.is_demo and not dataset.path.is_file():
        write_phantoms(dataset.path.parent, DEMO_COUNT, _DEMO_SEED, progress=progress)
    return dataset.path


def _demo() -> Dataset:
    return Dataset(DEMO_NAME, get_settings().cache_dir / DEMO_NAME / "index.csv", DEMO_TITLE)


def _read() -> dict[str, Dataset]:
    path = get_settings().cache_dir / _FILE
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Dataset(
                name,
                Path(entry["path"]),
                name,
                str(entry["reader"]),
                bool(entry.get("one_finding")),
            )
            for name, entry in content.items()
        }
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise DatasetError(
            "The list of data sets is damaged.",
            where=_FILE,
            fix="Delete the file and add the data sets again.",
        ) from error


def _write(known: dict[str, Dataset]) -> None:
    path = get_settings().cache_dir / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        name: {
            "path": str(dataset.path),
            "reader": dataset.reader,
            "one_finding": dataset.one_finding,
        }
        for name, dataset in known.items()
    }
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")
