"""What is made ready at the start of a server."""

import subprocess
import sys
import threading
import time

import pytest

from pages.ui.home import warm
from xray_core.reports import damage as damage_of_runs
from xray_core.runs.store import CONFIG, Run
from xray_core.settings import PROJECT_DIR

NOT_FOR_HOME = ("tensorflow", "pydicom", "scipy.stats", "openpyxl", "sklearn", "skimage")


def test_what_home_needs_is_loaded_before_a_page_asks() -> None:
    code = (
        "import sys; from pages.ui.home.warm import READY, warm_up; warm_up().join()\n"
        "print(READY in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "True"


def test_what_cannot_be_loaded_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "READY", "pages.ui.home.not_there")
    thread = warm.warm_up()
    thread.join()
    assert not thread.is_alive()


def test_the_server_listens_before_pages_are_loaded() -> None:
    code = (
        "import sys, streamlit; from streamlit.web import bootstrap\n"
        "import pages.ui.shared.front_door, pages.ui.home.warm\n"
        "print([name for name in ('pandas', 'xray_core.runs.store') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_home_loads_nothing_that_only_other_pages_need() -> None:
    code = (
        "import sys, pages.ui.home.ready\n"
        f"print([name for name in {NOT_FOR_HOME} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_a_page_that_asks_meanwhile_waits_for_what_is_found(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    def slowly(run: Run) -> None:
        time.sleep(0.2)
        looks.append(run.id)

    monkeypatch.setattr(damage_of_runs, "_READERS", {CONFIG: slowly})
    damage_of_runs._damage.cache_clear()
    both = [threading.Thread(target=damage_of_runs.damage, args=(tiny_run,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    damage_of_runs._damage.cache_clear()
    assert looks == [tiny_run.id]
