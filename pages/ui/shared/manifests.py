"""The data sets that a visitor has opened, scanned once per session."""

from pathlib import Path

from pages.ui.shared import session, visit
from pages.ui.shared.access import data_roots
from pages.ui.shared.dropped import NAME as DROPPED
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import count, films, plain
from xray_core.data import catalogue
from xray_core.data.records import Manifest
from xray_core.data.scan import scan


def manifest_of(name: str) -> Manifest:
    """The scanned data set; only what has changed since the last scan is read again."""
    kept = visit.MANIFESTS.hold()
    if name not in kept:
        dropped = session.DROPPED.get() if name == DROPPED else None
        dataset = dropped.dataset if dropped else catalogue.get_dataset(name)

        def words(done: int, total: int) -> str:
            return f"Reading {plain(dataset.title)}: {count(done)} of {films(total)}"

        with progress_bar(words) as show:
            kept[name] = scan(
                catalogue.prepare(dataset, show),
                reader=dataset.reader or None,
                one_finding=dataset.one_finding,
                name=dataset.name,
                progress=show,
                within=None if dataset.is_demo or dropped else data_roots(),
                cache_dir=dropped.scans if dropped else None,
            )
    return kept[name]


def manifest_at(path: Path, reader: str = "", *, one_finding: bool = False) -> Manifest:
    """The films that a training was started on, whether or not they are a listed data set."""
    kept = visit.MANIFESTS_AT.hold()
    if path not in kept:
        kept[path] = scan(path, reader=reader or None, within=data_roots(), one_finding=one_finding)
    return kept[path]


def forget_manifest(name: str) -> None:
    """Scan the data set again at the next call of `manifest_of`."""
    visit.MANIFESTS.get().pop(name, None)
