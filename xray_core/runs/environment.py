"""What a training ran on, so that one can see why results differ."""

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from xray_core.settings import PROJECT_DIR

_PACKAGES = (
    *("tensorflow", "keras", "numpy", "opencv-python-headless"),
    *("pillow", "pandas", "scikit-learn", "pydicom"),
)


def describe_environment() -> dict[str, Any]:
    """Versions, machine and git commit; no user name, host name or path."""
    return {
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "gpus": _gpus(),
        "git_commit": _git("rev-parse", "HEAD"),
        "git_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
    }


def _processor() -> str:
    """Its name as the system gives it, or "" where it does not."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _gpus() -> list[str]:
    """Names of the graphics processors, where TensorFlow has been loaded and sees any."""
    if "tensorflow" not in sys.modules:
        return []
    import tensorflow as tf

    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    return [str(detail.get("device_name", "GPU")) for detail in details]


def _git(*words: str) -> str:
    try:
        result = subprocess.run(
            ["git", *words], cwd=PROJECT_DIR, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
