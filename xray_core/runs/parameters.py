"""How many numbers a run learnt, read without its network."""

import zipfile

import numpy as np

from xray_core.runs.store import Run


def parameter_count(run: Run) -> int | None:
    """Numbers in the file of weights of a run that was trained here.

    Returns:
        None for a custom model, and where the file cannot be read.
    """
    if run.is_own:
        return None
    try:
        with zipfile.ZipFile(run.weights_path) as archive:
            return sum(_numbers_in(archive, name) for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return None


def _numbers_in(archive: zipfile.ZipFile, name: str) -> int:
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0
        shape = (read if version == (1, 0) else np.lib.format.read_array_header_2_0)(file)[0]
    return int(np.prod(shape, dtype=np.int64))
