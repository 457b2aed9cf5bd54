"""The viewer's scripts, run by the Node.js that comes with Playwright or is installed.

What needs no page is tested in JavaScript, beside this file and in the folders of the
pages. Here is what the scripts and Python must agree on.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import playwright
import pytest

from xray_core.data.phantom import make_phantom
from xray_core.evaluation.probability import probability_text
from xray_core.explain.overlay import blue_orange, inferno
from xray_core.settings import PROJECT_DIR
from xray_core.viewer.layers import ZONE_TITLES, finding_data, zones_data
from xray_core.viewer.scripts import SCRIPTS
from xray_core.viewer.sent import colour_tables

Run = Callable[..., Any]

TESTS = sorted(
    [
        *Path(__file__).parent.glob("*.test.js"),
        *(PROJECT_DIR / "tests" / "pages" / "ui" / "film").glob("*/*.test.js"),
        *(PROJECT_DIR / "tests" / "reports" / "deck").glob("*.test.js"),
    ]
)


@pytest.fixture(scope="module")
def node() -> str:
    own = Path(playwright.__file__).parent / "driver" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        pytest.skip("no Node.js on this machine, which runs the viewer's scripts")
    return found


@pytest.fixture(scope="module")
def run_js(node: str) -> Run:
    """Evaluates an expression with names of a module of the viewer, and `data`, at hand."""
    folder = SCRIPTS

    def run(module: str, names: str, expression: str, data: object = None) -> Any:
        script = f"""
            import {{ {names} }} from {json.dumps((folder / module).as_uri())};
            const data = {json.dumps(data)};
            console.log(JSON.stringify({expression}));
        """
        done = subprocess.run(
            [node, "--input-type=module"], input=script, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return run


def test_the_tests_in_javascript_pass(node: str) -> None:
    assert len(TESTS) >= 8
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", *map(str, TESTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# pass " in done.stdout
    assert "\n# pass 0\n" not in done.stdout


def test_the_browser_draws_in_the_colours_of_python(run_js: Run) -> None:
    table = "Object.values(decodeTables(data)).map(({ rgb }) => [...rgb])"
    heat, signed = run_js("colours.js", "decodeTables", table, colour_tables())
    np.testing.assert_array_equal(np.reshape(heat, (256, 3)), inferno())
    np.testing.assert_array_equal(np.reshape(signed, (256, 3)), blue_orange())


def test_python_and_the_browser_write_a_probability_alike(run_js: Run) -> None:
    values = [0, 0.004, 0.005, 0.125, 0.994, 0.9951, 1]
    written = run_js("numbers.js", "shortNumber", "data.map(shortNumber)", values)
    assert written == [probability_text(value) for value in values]


def test_places_have_the_patients_sides_and_the_titles_of_the_zones(run_js: Run) -> None:
    phantom = make_phantom("covid", 5)
    data = {
        "zones": zones_data(phantom.lungs),
        "lesion": finding_data(phantom.lesion),
        "zone_titles": ZONE_TITLES,
    }
    row, column = (int(axis.mean()) for axis in np.nonzero(phantom.lungs[:100, :140]))
    names = run_js(
        "places.js",
        "placesOf",
        f"""[placesOf(data).name({column / 299}, {row / 299}), placesOf(data).name(0.01, 0.5),
            placesOf({{zone_titles: []}}).name(0.1, 0.9),
            placesOf(data).outlines("lesion")[0].length, placesOf(data).centres()[3][0]]""",
        data,
    )
    assert names[:3] == ["right upper zone", "outside the lungs", "viewer's lower left"]
    assert names[3] > 40
    assert names[4] > 0.5, "the patient's left is the viewer's right"
