"""Scanning: every film of a data set is read once, and again only when it changed."""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from stat import S_ISREG

from PIL import Image

from xray_core.data.allowed import allowed_path, confine, require_no_way_out
from xray_core.data.boxes import clip_boxes, in_shares
from xray_core.data.conflicts import describe_lookalikes, mark_conflicts
from xray_core.data.decisions import apply_decisions, read_decisions
from xray_core.data.decoding.images import open_gray
from xray_core.data.duplicates import perceptual_hash
from xray_core.data.labels import NORMAL
from xray_core.data.origins import label_basis
from xray_core.data.readers import find_reader, get_reader
from xray_core.data.readers.base import root_of
from xray_core.data.readers.unused import describe_unused
from xray_core.data.readers.vocabulary import SEVERAL
from xray_core.data.readings import mark_labels_read
from xray_core.data.records import NO_LABEL, Manifest, Record
from xray_core.data.scan_cache import Measured, load_scan, scan_key, store_scan
from xray_core.errors import DatasetError, ImageReadError
from xray_core.files import is_there
from xray_core.settings import expand_home, get_settings

_log = logging.getLogger(__name__)

_N_STEPS = 200  # calls of `progress` in a scan, about


SEVERAL_FINDINGS = "several findings"
"""How the problem of a film begins that has more than one class."""


LOOKS_LIKE_A_MASK = "only black and white: looks like a mask"
"""Problem of a picture without greys.

Of 13,000 public films none has more than 82 % of its pixels within 8 levels of black or white,
while masks have 95 % even when they are coded as JPEG or scaled.
"""

_MASK_SHARE = 0.95
_NEAR_LEVELS = 8
_MASK_VALUES = 4  # a mask of both lungs, heart and background has four


def scan(
    path: Path,
    *,
    reader: str | None = None,
    name: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
    cache_dir: Path | None = None,
    within: Sequence[Path] | None = None,
    one_finding: bool = False,
) -> Manifest:
    """List a data set and check every film in it.

    Each film is decoded in full, so a record without a `problem` can be used; one with boxes and
    no label serves maps only. What was found is
    kept per folder, with each file's size and time of change: a rescan reads only what changed,
    and an interrupted scan resumes where it stopped.

    >>> manifest = scan(folder)
    >>> manifest.classes
    ('normal', 'bacterial', 'viral', 'covid')

    Args:
        path: folder or index file.
        reader: key of `READERS`; None detects it from the folder.
        name: name of the data set; None takes that of the folder.
        progress: called in the calling thread with (films done, films in all).
        workers: threads; None takes two more than there are cores, at most eight. Threads do,
            since decoding and hashing leave Python's lock, and they work inside any server.
        cache_dir: where scans are kept; None takes the settings.
        within: folders that may be opened (see `allowed.py`); None for all, as on the command line.
        one_finding: a film with several findings counts as the first of them, the known classes
            before the others and those by name; otherwise it is a problem.

    Returns:
        Manifest of all listed films, in the reader's order, the unusable ones with a `problem`.

    Raises:
        DatasetError: nothing there, no reader knows it, it holds no film, or may not be opened.
    """
    is_name = "\0" not in str(path)
    if is_name:
        path = expand_home(path).resolve() if within is None else allowed_path(str(path), within)
    if not (is_name and is_there(path)):
        raise DatasetError(
            "The data set doesn't exist.", where=path.name, fix="Check the path of the folder."
        )
    if path.is_dir() and not any(path.iterdir()):
        raise DatasetError("The folder is empty.", where=path.name, fix="Put films into it.")
    root = root_of(path)
    dataset = (name or root.name or "data").replace("/", "-").replace("\\", "-")
    links = frozenset[str]() if within is None else require_no_way_out(root, within)
    chosen = get_reader(reader) if reader else find_reader(path)
    listed = chosen.read(path, dataset)
    if within is not None:
        listed = [confine(record, links) for record in listed]
    if not listed:
        raise DatasetError(
            f"No film was found as '{chosen.name}' ({chosen.title}).",
            where=path.name,
            fix="Check the folder, or name another reader with --reader NAME.",
        )
    folder = cache_dir or get_settings().cache_dir / "scans"
    measured = _measure_all(root, listed, folder / f"{scan_key(root)}.csv", progress, workers)
    chosen_one = [_first_finding(record) for record in listed] if one_finding else listed
    n_chosen = sum(old.label != new.label for old, new in zip(listed, chosen_one, strict=True))
    joined = mark_labels_read([_join(record, measured) for record in chosen_one])
    decided, decision_note = apply_decisions(joined, read_decisions(root))
    records = mark_conflicts(decided)
    notes = _notes(chosen.note, records, n_chosen) + describe_unused(chosen, path, records)
    notes = (*notes, decision_note) if decision_note else notes
    return Manifest(records, {dataset: root}, notes)


def _first_finding(record: Record) -> Record:
    """A record with several findings, reduced to the first; one that is also normal stays."""
    findings = record.label.split(SEVERAL)
    return record if NORMAL in findings else replace(record, label=findings[0])


def _notes(note: str, records: tuple[Record, ...], n_chosen: int) -> tuple[str, ...]:
    """How a data set was understood where it leaves a choice."""
    first = f"films with several findings that count as the first of them alone: {n_chosen:,}"
    n_strange = sum(bool(record.boxes_px) and not record.problem for record in records)
    strange = f"films whose boxes are not used, as they reach beyond the film: {n_strange:,}"
    notes = (note, first if n_chosen else "", strange if n_strange else "")
    return tuple(filter(None, (*notes, describe_lookalikes(records))))


def _join(record: Record, measured: dict[str, Measured]) -> Record:
    """A listed record with what its file showed."""
    film = measured.get(record.path) if not record.problem else None
    if film is None:
        return record
    shares = in_shares(record.boxes_px, film.width, film.height)
    boxes = clip_boxes(record.boxes) + (shares or ())
    return replace(
        record,
        label_basis=label_basis(record),
        boxes=boxes,
        boxes_px=record.boxes_px if shares is None else (),
        sha256=film.sha256,
        phash=film.phash,
        width=film.width,
        height=film.height,
        problem=film.problem or _label_problem(record.label, has_boxes=bool(boxes)),
    )


def _label_problem(label: str, *, has_boxes: bool) -> str:
    """Why a label is not a class; "" for a class, and for none where boxes show a finding."""
    if not label:
        return "" if has_boxes else NO_LABEL
    return f"{SEVERAL_FINDINGS}: {', '.join(label.split(SEVERAL))}" if SEVERAL in label else ""


def _measure_all(
    root: Path,
    listed: list[Record],
    cache: Path,
    progress: Callable[[int, int], None] | None,
    workers: int | None,
) -> dict[str, Measured]:
    known = load_scan(cache)
    measured: dict[str, Measured] = {}
    changed: list[Measured] = []
    for record in listed:
        if record.problem:
            continue
        found = _look(root, record.path)
        old = known.get(record.path)
        if found.problem:
            measured[record.path] = found
        elif old and (old.size, old.mtime_ns) == (found.size, found.mtime_ns):
            measured[record.path] = old
        else:
            changed.append(found)
    total = len(measured) + len(changed)
    step = max(1, total // _N_STEPS)
    pool = ThreadPoolExecutor(workers or min(8, (os.cpu_count() or 1) + 2))
    try:
        for film in pool.map(lambda found: _measure(root, found), changed):
            measured[film.path] = film
            if progress and len(measured) % step == 0:
                progress(len(measured), total)
    finally:
        pool.shutdown(cancel_futures=True)
        if changed or len(known) != len(measured):
            store_scan(cache, measured)
    if progress:
        progress(total, total)
    return measured


def _look(root: Path, path: str) -> Measured:
    """Size and time of change; a problem where there is no file to read."""
    try:
        status = os.stat(f"{root}/{path}")  # noqa: PTH116 - ten thousand times in a rescan
    except FileNotFoundError:
        return Measured(path, 0, 0, problem="file is missing")
    except (OSError, ValueError) as error:  # no permission, a name that can't be one
        return Measured(path, 0, 0, problem=f"file can't be opened: {_reason(error)}")
    if not S_ISREG(status.st_mode):  # a pipe or a device would never end
        return Measured(path, 0, 0, problem="is a pipe or a device, not a file")
    limit = get_settings().max_file_bytes
    if status.st_size > limit:
        problem = f"file has {status.st_size / 2**20:,.0f} MB, the limit is {limit / 2**20:,.0f} MB"
        return Measured(path, status.st_size, status.st_mtime_ns, problem=problem)
    return Measured(path, status.st_size, status.st_mtime_ns)


def _measure(root: Path, found: Measured) -> Measured:
    """Read one film: hashes and size, or what is wrong with it. Runs in a thread."""
    path = root / found.path
    try:
        data = path.read_bytes()
    except OSError as error:
        return replace(found, problem=f"file can't be opened: {_reason(error)}")
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        image, (width, height) = open_gray(data, path.name)
        if _is_black_and_white(image):
            return replace(found, sha256=sha256, problem=LOOKS_LIKE_A_MASK)
        phash = perceptual_hash(image)
    except ImageReadError as error:
        return replace(found, sha256=sha256, problem=error.what)
    except Exception as error:  # whatever it is, the other files are still measured
        _log.exception("%s could not be measured", path.name)
        return replace(found, sha256=sha256, problem=f"could not be read: {_reason(error)}")
    return replace(found, sha256=sha256, phash=phash, width=width, height=height)


def _is_black_and_white(image: Image.Image) -> bool:
    """Whether a picture in mode `L` has hardly a grey level, as masks and drawings have."""
    counts = image.histogram()
    n_extreme = sum(counts[: _NEAR_LEVELS + 1]), sum(counts[-_NEAR_LEVELS - 1 :])
    is_extreme = all(n_extreme) and sum(n_extreme) >= _MASK_SHARE * sum(counts)
    return is_extreme or sum(count > 0 for count in counts) <= _MASK_VALUES


def _reason(error: Exception) -> str:
    """Why, without the absolute path that the system's own text may hold."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
