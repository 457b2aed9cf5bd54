"""Files that are replaced in one step, so that a reader never sees half of one."""

import contextlib
import errno
import functools
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR})
LEFTOVER_SECONDS = 24 * 3600.0
_PART = re.compile(r".+\.\d+(-[0-9a-f]{8})?\.part(\.\w+)?")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it has been written, and vanishes if not.

    Its name is used once: processes and threads may replace the same file at the same time, and the
    last one counts. What a killed process left in the folder is removed after a day.

    Raises:
        OSError: no room or no right to write; `path` is then as it was.
    """
    _remove_leftovers(path.parent)
    once = f"{os.getpid()}-{secrets.token_hex(4)}"
    part = path.with_name(f"{path.stem}.{once}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)
        raise
    finally:
        part.unlink(missing_ok=True)


@functools.lru_cache(maxsize=256)  # once a folder and process
def _remove_leftovers(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in folder.glob("*.part*"):
            age = time.time() - path.stat().st_mtime
            if age > LEFTOVER_SECONDS and path.is_file() and _PART.fullmatch(path.name):
                path.unlink(missing_ok=True)


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; False too for what no file can be named."""
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, or not accessible
        return False


def require_room(folder: Path, n_bytes: int) -> None:
    """Check for free space before a file is mapped into memory, where a full disk kills.

    Raises:
        OSError: `ENOSPC`.
    """
    if shutil.disk_usage(folder).free < n_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def write_json(path: Path, content: Mapping[str, Any], *, compact: bool = False) -> None:
    """Write a JSON file in one step, so that a reader never sees half of it.

    Args:
        path: to write.
        content: of plain numbers, texts, lists and mappings.
        compact: without line breaks and spaces, for long files that nobody reads.
    """
    layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 1}
    text = json.dumps(content, allow_nan=False, **layout) + "\n"
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
