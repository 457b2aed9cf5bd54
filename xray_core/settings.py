"""Folders and limits, read once from the environment.

| variable | meaning | default |
|---|---|---|
| `XRAY_MODELS_DIR` | where runs are written and looked for | `models/` of the checkout |
| `XRAY_CACHE_DIR` | scans, decoded films, demo films | `.cache/` of the checkout |
| `XRAY_WEIGHTS_DIR` | searched first for pre-trained weights | not set |
| `XRAY_MAX_MEGABYTES` | largest file that is opened | 100 |
| `XRAY_MAX_MEGAPIXELS` | largest image that is decoded; half as many in colour or 32 bits | 80 |
| `XRAY_MAX_DECODE_SECONDS` | processor time that decoding a doubtful file may take | 1.5 |
| `XRAY_MAX_ARCHIVE_FILES` | files that are taken out of one ZIP archive | 500 |
| `XRAY_MAX_ARCHIVE_MEGABYTES` | the same, inflated, all together | 512 |
| `XRAY_SESSION_MEGABYTES` | films that one visitor's page keeps in memory, and their files | 512 |
| `XRAY_SESSIONS_MEGABYTES` | the same of all visitors together | 2048 |
| `XRAY_DATA_ROOTS` | folders that the pages may open, as in `PATH`; "" for none | see below |
| `XRAY_READ_ONLY` | 1: the pages train, add, fetch and delete nothing | 0 |

Where the library was installed and no checkout is available, models lie in the user's data folder
and caches in the user's cache folder; shipped models are looked for in `shipped/` of the former.

Without `XRAY_DATA_ROOTS` the pages open the home folder of whoever runs the app, if the server
listens to this machine alone, and no folder if it listens to others. The last two variables are for
the pages: the command line belongs to its user, and may do all that the system lets that user do.
"""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from xray_core.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent
IS_CHECKOUT = (PROJECT_DIR / "models" / "shipped").is_dir()
"""False where the library was installed: what stands beside it is not ours then."""


@dataclass(frozen=True)
class Settings:
    """Folders and limits of this installation; `data_roots` is None where nobody set them.

    `max_archive_ratio` bounds the inflated bytes of a file in a ZIP archive by its compressed ones.
    """

    models_dir: Path = PROJECT_DIR / "models"
    shipped_dir: Path = PROJECT_DIR / "models" / "shipped"
    cache_dir: Path = PROJECT_DIR / ".cache"
    weights_dir: Path | None = None
    max_file_bytes: int = 100 * 2**20
    max_pixels: int = 80_000_000
    max_decode_seconds: float = 1.5
    max_archive_files: int = 500
    max_archive_bytes: int = 512 * 2**20
    max_archive_ratio: float = 200.0
    session_bytes: int = 512 * 2**20
    sessions_bytes: int = 2048 * 2**20
    data_roots: tuple[Path, ...] | None = None
    read_only: bool = False


_handed: list[Settings] = []


def get_settings() -> Settings:
    """The settings that were handed in last, else those of the environment.

    Raises:
        SettingsError: a variable has an unusable value.
    """
    return _handed[-1] if _handed else settings_of_environment()


@contextmanager
def using_settings(settings: Settings) -> Iterator[Settings]:
    """Inside, these settings hold for the whole process, whatever the environment says.

    >>> from dataclasses import replace
    >>> with using_settings(replace(get_settings(), max_pixels=1_000_000)):
    ...     get_settings().max_pixels
    1000000
    """
    _handed.append(settings)
    try:
        yield settings
    finally:
        _handed.remove(settings)


@functools.lru_cache(maxsize=1)
def settings_of_environment() -> Settings:
    """The settings that the environment gives; `.cache_clear()` reads them again.

    Raises:
        SettingsError: a variable has an unusable value.
    """
    weights = os.environ.get("XRAY_WEIGHTS_DIR")
    models_dir = _folder("XRAY_MODELS_DIR", _usual_models_dir())
    return Settings(
        models_dir=models_dir,
        shipped_dir=Settings.shipped_dir if IS_CHECKOUT else models_dir / "shipped",
        cache_dir=_folder("XRAY_CACHE_DIR", _usual_cache_dir()),
        weights_dir=expand_home(weights) if weights else None,
        max_file_bytes=int(_positive("XRAY_MAX_MEGABYTES", 100) * 2**20),
        max_pixels=int(_positive("XRAY_MAX_MEGAPIXELS", 80) * 1_000_000),
        max_decode_seconds=_positive("XRAY_MAX_DECODE_SECONDS", 1.5),
        max_archive_files=int(_positive("XRAY_MAX_ARCHIVE_FILES", 500)),
        max_archive_bytes=int(_positive("XRAY_MAX_ARCHIVE_MEGABYTES", 512) * 2**20),
        session_bytes=int(_positive("XRAY_SESSION_MEGABYTES", 512) * 2**20),
        sessions_bytes=int(_positive("XRAY_SESSIONS_MEGABYTES", 2048) * 2**20),
        data_roots=_roots("XRAY_DATA_ROOTS"),
        read_only=_switch("XRAY_READ_ONLY"),
    )


_as_command: ContextVar[bool] = ContextVar("_as_command", default=False)


def require_changes_allowed() -> None:
    """Check, before anything is trained, added, fetched or deleted, that this app does so.

    Raises:
        SettingsError: it is read-only.
    """
    if get_settings().read_only and not _as_command.get():
        raise SettingsError(
            "This app is read-only: nothing is trained, added, fetched or deleted here.",
            where="XRAY_READ_ONLY=1",
            fix="Whoever runs it does that on the command line.",
        )


@contextmanager
def as_command() -> Iterator[None]:
    """Inside, `require_changes_allowed` allows all: a command is run, not a page."""
    token = _as_command.set(True)
    try:
        yield
    finally:
        _as_command.reset(token)


def _usual_models_dir() -> Path:
    return Settings.models_dir if IS_CHECKOUT else user_data_path("thoraxlens") / "models"


def _usual_cache_dir() -> Path:
    return Settings.cache_dir if IS_CHECKOUT else user_cache_path("thoraxlens")


def expand_home(path: str | Path) -> Path:
    """A path with `~` or `~name` replaced; as it is where there is no such home folder."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _folder(name: str, default: Path) -> Path:
    text = os.environ.get(name)
    return expand_home(text).resolve() if text else default


def _roots(name: str) -> tuple[Path, ...] | None:
    """Folders as in `PATH`; none where the variable is empty, None where it is not set."""
    text = os.environ.get(name)
    if text is None:
        return None
    parts = [part.strip() for part in text.split(os.pathsep) if part.strip()]
    for part in parts:
        if not expand_home(part).is_absolute():
            raise SettingsError(
                f"{name} must list absolute paths.",
                where=f"{name}={text}",
                fix=f"Write each folder from its root on, with {os.pathsep} between them.",
            )
    return tuple(expand_home(part).resolve() for part in parts)


def _switch(name: str) -> bool:
    """1 or 0; any other word is refused, as a mistake would open what was to be closed."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("", "0", "false", "no", "off"):
        return False
    raise SettingsError(
        f"{name} must be 1 or 0.", where=f"{name}={text}", fix="Correct or unset it."
    )


def _positive(name: str, default: float) -> float:
    text = os.environ.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingsError(
            f"{name} must be a number above 0.", where=f"{name}={text}", fix="Correct or unset it."
        )
    return value
