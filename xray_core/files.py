"""Files that are replaced in one step, so that a reader never sees half of one."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it has been written, and vanishes if not.

    Raises:
        OSError: no room or no right to write; `path` is then as it was.
    """
    part = path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def require_room(folder: Path, n_bytes: int) -> None:
    """Check for free space before a file is mapped into memory, where a full disk kills.

    Raises:
        OSError: `ENOSPC`.
    """
    if shutil.disk_usage(folder).free < n_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
