"""What a scan found out about files, kept so that the next one reads only what changed."""

import hashlib
import io
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from xray_core import __version__
from xray_core.files import replacing
from xray_core.settings import get_settings

_log = logging.getLogger(__name__)

_CACHE_FORMAT = 3  # raise it when a scan measures something else


@dataclass(frozen=True)
class Measured:
    """What a scan found out about one file; a row of the cache."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""
    phash: str = ""
    width: int = 0
    height: int = 0
    problem: str = ""


_COLUMNS = [field.name for field in fields(Measured)]


def scan_key(root: Path) -> str:
    """Name of a folder's cache; another one for other limits or another release."""
    settings = get_settings()
    limits = (settings.max_file_bytes, settings.max_pixels, settings.max_decode_seconds)
    facts = f"{root}|{limits}|{_CACHE_FORMAT}|{__version__}"
    return f"{root.name or 'root'}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


def load_scan(cache: Path) -> dict[str, Measured]:
    """The rows of a cache file; none where it is missing or was damaged."""
    try:
        digest, _, table = cache.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(table):
            raise ValueError("its checksum is wrong")  # noqa: TRY301
        frame = pd.read_csv(io.StringIO(table), dtype=str, keep_default_na=False)
        for column in ("size", "mtime_ns", "width", "height"):
            frame[column] = frame[column].astype("int64")
        rows = zip(*(frame[column].tolist() for column in _COLUMNS), strict=True)
        return {row[0]: Measured(*row) for row in rows}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError) as error:
        _log.warning("The scan %s is not usable (%s); all films are read again.", cache.name, error)
        return {}


def store_scan(cache: Path, measured: dict[str, Measured]) -> None:
    """Write a cache file in one step; a folder that can't be written to only costs time."""
    frame = pd.DataFrame([asdict(film) for film in measured.values()], columns=_COLUMNS)
    table = frame.to_csv(index=False, lineterminator="\n")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with replacing(cache) as part:
            part.write_text(f"{_digest(table)}\n{table}", encoding="utf-8", newline="")
    except OSError as error:
        _log.warning("The scan could not be kept (%s); the next one reads all films.", error)


def _digest(table: str) -> str:
    return hashlib.sha256(table.encode()).hexdigest()
