"""Folders and limits, read once from the environment.

| variable | meaning | default |
|---|---|---|
| `XRAY_MODELS_DIR` | where runs are written | `models/` of the checkout |
| `XRAY_CACHE_DIR` | scans, decoded films, demo films | `.cache/` of the checkout |
| `XRAY_WEIGHTS_DIR` | looked at first for pre-trained weights | not set |
| `XRAY_MAX_MEGABYTES` | largest file that is opened | 100 |
| `XRAY_MAX_MEGAPIXELS` | largest image that is decoded | 80 |
"""

import functools
import os
from dataclasses import dataclass
from pathlib import Path

from xray_core.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Folders and limits of this installation."""

    models_dir: Path = PROJECT_DIR / "models"
    shipped_dir: Path = PROJECT_DIR / "models" / "shipped"
    cache_dir: Path = PROJECT_DIR / ".cache"
    weights_dir: Path | None = None
    max_file_bytes: int = 100 * 2**20
    max_pixels: int = 80_000_000


@functools.lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process; `get_settings.cache_clear()` reads them anew.

    Raises:
        SettingsError: a variable is not a positive number.
    """
    weights = os.environ.get("XRAY_WEIGHTS_DIR")
    return Settings(
        models_dir=_folder("XRAY_MODELS_DIR", Settings.models_dir),
        cache_dir=_folder("XRAY_CACHE_DIR", Settings.cache_dir),
        weights_dir=Path(weights).expanduser() if weights else None,
        max_file_bytes=int(_positive("XRAY_MAX_MEGABYTES", 100) * 2**20),
        max_pixels=int(_positive("XRAY_MAX_MEGAPIXELS", 80) * 1_000_000),
    )


def _folder(name: str, default: Path) -> Path:
    text = os.environ.get(name)
    return Path(text).expanduser().resolve() if text else default


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
