"""What a training ran on, so that another can tell why results differ."""

import os
import platform
import subprocess
from importlib import metadata
from typing import Any

from xray_core.settings import PROJECT_DIR

_PACKAGES = ("tensorflow", "keras", "numpy", "pillow", "pandas", "scikit-learn", "pydicom")


def describe_environment() -> dict[str, Any]:
    """Versions, machine and git commit; no user name, host name or path."""
    return {
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "git_commit": _git("rev-parse", "HEAD"),
        "git_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
    }


def _git(*words: str) -> str:
    try:
        result = subprocess.run(
            ["git", *words], cwd=PROJECT_DIR, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
