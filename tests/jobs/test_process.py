import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from xray_core.jobs.process import NICENESS, detached

WAIT = [sys.executable, "-c", "print(flush=True); input()"]


def test_what_it_starts_gives_way_to_processes_of_other_sessions() -> None:
    with subprocess.Popen(
        WAIT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **detached()
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it runs
        group = Path(f"/proc/{child.pid}/autogroup")
        try:
            assert psutil.Process(child.pid).nice() == NICENESS
            if not group.is_file():
                pytest.skip("this system does not share the processor between sessions")
            assert group.read_text().split()[-1:] in ([], [str(NICENESS)])
        finally:
            child.communicate(b"\n")
