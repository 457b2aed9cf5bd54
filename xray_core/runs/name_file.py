"""`name.json` of a run: the name that a user gave it, if any."""

from pathlib import Path

from xray_core.errors import RunError
from xray_core.runs.side_files import read_object

_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}},
    "required": ["name"],
}
_FIX = "Rename the run, or delete the file: then it has the name of its network."


def check_name(path: Path) -> str:
    """The name in a file.

    Raises:
        RunError: the file is missing or damaged.
    """
    return str(read_object(path, _SCHEMA, _FIX)["name"])


def read_name(path: Path) -> str:
    """The name in a file; "" where there is none, or it is damaged, as `reports.damage` says."""
    try:
        return check_name(path) if path.is_file() else ""
    except RunError:
        return ""
