"""What a command printed, and a command as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xray_core.settings import PROJECT_DIR


def printed_json(capsys: pytest.CaptureFixture[str]) -> Any:
    """The one document that a command printed."""
    return json.loads(capsys.readouterr().out)


def as_process(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command by `python -m xray_core`, whatever its status."""
    return subprocess.run(
        [sys.executable, "-m", "xray_core", *map(str, words)],
        cwd=PROJECT_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
