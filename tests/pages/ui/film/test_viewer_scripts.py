"""The arithmetic of the viewer's scripts, run by the Node.js that comes with Playwright."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import playwright
import pytest

from pages.ui.film import viewer
from pages.ui.film.viewer.layers import ZONE_TITLES, finding_data, zones_data
from xray_core.data.phantom import make_phantom
from xray_core.evaluation.probability import probability_text
from xray_core.explain.overlay import blue_orange

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def run_js() -> Run:
    """Evaluates expressions, with `data` at hand, after the parts that need no page."""
    own = Path(playwright.__file__).parent / "driver" / "node"
    node = str(own) if own.exists() else shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine")
    parts = [
        Path(viewer.__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("maps.js", "film.js", "regions.js", "walk.js")
    ]

    def run(expression: str, data: object = None) -> Any:
        script = "\n".join(
            [
                *parts,
                f"const data = {json.dumps(data)};",
                f"console.log(JSON.stringify({expression}))",
            ]
        )
        done = subprocess.run(
            [node, "--input-type=module"], input=script, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return run


def test_signed_colours_are_those_of_the_overlays_that_python_draws(run_js: Run) -> None:
    colours = np.reshape(run_js("[...BLUE_ORANGE]"), (256, 3))
    assert np.abs(colours - blue_orange().astype(int)).max() <= 1  # halves are rounded differently


def test_evidence_below_the_threshold_is_not_drawn(run_js: Run) -> None:
    drawn = run_js(
        """[0, 0.3].map((threshold) => [...heatPixels(
            {values: data}, {peak: 4, probability: 1, threshold, signed: false})]
            .map(p => p >>> 24))""",
        [0, 1, 1.3, 4],
    )
    assert drawn[0] == [0, 128, 166, 255]
    assert drawn[1] == [0, 0, 166, 255]


def test_a_signed_map_is_clear_at_zero_blue_against_and_orange_for(run_js: Run) -> None:
    pixels = run_js(
        """[...heatPixels({values: data}, {peak: 2, probability: 1, threshold: 0, signed: true})]
            .map(p => [p & 255, (p >> 8) & 255, (p >> 16) & 255, p >>> 24])""",
        [-2, 0, 2],
    )
    assert pixels[0] == [86, 180, 255, 255]
    assert pixels[1][3] == 0
    assert pixels[2] == [255, 140, 26, 255]


def test_a_class_against_another_is_the_difference_of_their_evidence(run_js: Run) -> None:
    maps = [
        {"title": "COVID-19", "probability": 0.5, "values": [0, 2], "evidence": [-1, 2]},
        {"title": "Viral", "probability": 0.3, "values": [1, 0], "evidence": [1, -1]},
        {"title": "Normal", "probability": 0.2, "values": [0, 0], "evidence": None},
    ]
    signed = run_js("subtractMaps(data[0], data[1])", maps)
    assert signed["values"] == [-2, 3]
    assert (signed["title"], signed["probability"]) == ("COVID-19 against Viral", 0.8)
    assert run_js("subtractMaps(data[0], data[2])", maps) is None
    assert run_js("judgeMap({...data, title: '', probability: 1, values: [-4, 3]}, 0.1).peak") == 4


def test_the_difference_of_two_maps_is_that_of_their_colours(run_js: Run) -> None:
    def side(values: list[float], **rest: object) -> dict[str, object]:
        facts = {"run": "Xception", "method": "Grad-CAM", "title": "COVID-19", "doubt": ""}
        size = {"width": 2, "height": 1, "values": values}
        return {"map": {**facts, "probability": 0.5, **size, **rest}, "state": ""}

    sides = [side([0, 8]), side([3, 0], run="ResNet50", probability=0.9, doubt="Poor.")]
    found = run_js(
        """((first, second) => {
            for (const side of [first, second]) side.verdict = judgeMap(side.map, 0.1);
            return differenceOf(first, second);
        })(...data)""",
        sides,
    )
    values = np.reshape(found["values"], (64, 64))
    # each map reaches its own probability where it is strongest
    assert values[:, 0] == pytest.approx(-0.9)
    assert values[:, -1] == pytest.approx(0.5)
    assert found["probability"] == pytest.approx(0.9)
    assert (found["run"], found["title"]) == ("Xception less ResNet50", "COVID-19")
    assert (found["alone"], found["against"]) == ("Xception", "ResNet50")
    assert found["doubt"] == "Poor."
    assert run_js("judgeMap(data, 0.1).message", {**found, "values": [0.0, 0.05]}) == (
        "The two maps hardly differ"
    )


def test_window_and_level_choose_the_greys_that_become_black_and_white(run_js: Run) -> None:
    table = run_js("[...greyTable(data)]", {"window": 0.5, "level": 0.5, "inverted": False})
    assert (table[0], table[63], table[192], table[255]) == (0, 0, 255, 255)
    assert abs(table[128] - 128) <= 2
    assert run_js("[...greyTable(data)]", {"window": 1, "level": 0.5, "inverted": False}) == list(
        range(256)
    )
    negative = run_js("[...greyTable(data)]", {"window": 1, "level": 0.5, "inverted": True})
    assert (negative[0], negative[255]) == (255, 0)


def test_pieces_of_a_contour_are_joined_so_that_dashes_run_along_it(run_js: Run) -> None:
    pieces = [0, 0, 1, 0, 5, 5, 6, 6, 2, 1, 1, 0, 2, 1, 0, 0]  # a triangle, and a line by itself
    paths = run_js("joinLines(data)", pieces)
    assert paths == [[0, 0, 1, 0, 2, 1, 0, 0], [5, 5, 6, 6]]


def test_the_method_says_whether_a_map_is_signed(run_js: Run) -> None:
    maps = [{"signed": True, "values": [1]}, {"values": [-1]}, {"against": "Normal", "values": [1]}]
    assert run_js("data.map(isSigned)", maps) == [True, False, True]


@pytest.mark.parametrize("value", [0, 0.004, 0.005, 0.125, 0.994, 0.9951, 1])
def test_python_and_the_browser_write_a_probability_alike(run_js: Run, value: float) -> None:
    assert run_js("shortNumber(data)", value) == probability_text(value)


def test_contour_lines_go_round_a_disc(run_js: Run) -> None:
    rows, columns = np.mgrid[:64, :64]
    field = 30 - np.hypot(rows - 31.5, columns - 31.5)
    lines = run_js(
        "contourLines(data, 15)", {"width": 64, "height": 64, "values": field.ravel().tolist()}
    )
    points = np.reshape(lines, (-1, 2)) * 64 - 32
    assert len(points) > 80
    np.testing.assert_allclose(np.hypot(*points.T), 15, atol=0.05)


def test_places_have_the_patients_sides_and_the_titles_of_the_zones(run_js: Run) -> None:
    phantom = make_phantom("covid", 5)
    data = {
        "zones": zones_data(phantom.lungs),
        "lesion": finding_data(phantom.lesion),
        "zone_titles": ZONE_TITLES,
    }
    row, column = (int(axis.mean()) for axis in np.nonzero(phantom.lungs[:100, :140]))
    names = run_js(
        f"""[new Places(data).name({column / 299}, {row / 299}), new Places(data).name(0.01, 0.5),
            new Places({{zone_titles: []}}).name(0.1, 0.9),
            new Places(data).outlines("lesion")[0].length, new Places(data).centres()[3][0]]""",
        data,
    )
    assert names[:3] == ["right upper zone", "outside the lungs", "viewer's lower left"]
    assert names[3] > 40
    assert names[4] > 0.5, "the patient's left is the viewer's right"


def test_values_are_short_and_never_rounded_to_nothing(run_js: Run) -> None:
    assert run_js("data.map(shortValue)", [0, 0.00002, 0.0123, 0.5, -12.34, 321.9]) == [
        "0.00",
        "2.0e-5",
        "0.0123",
        "0.50",
        "-12.3",
        "322",
    ]


def test_a_box_may_be_dragged_from_any_corner_and_moved_by_keys(run_js: Run) -> None:
    script = """(() => {
        const pen = new Pen();
        pen.mode = "box";
        pen.start([0.5, 0.75]); pen.move([0.25, 0.5]);
        const taken = pen.end();
        pen.start([0.5, 0.5]); pen.move([0.501, 0.501]);
        const click = pen.end();
        pen.startAt([0.99, 0.5]);
        for (let i = 0; i < 9; i += 1) pen.nudge("ArrowRight", false);
        pen.nudge("ArrowDown", true);
        pen.end();
        return [taken, click, pen.regions];
    })()"""
    taken, click, regions = run_js(script)
    assert (taken, click) == (True, False)
    assert regions[0] == [[0.25, 0.5], [0.5, 0.5], [0.5, 0.75], [0.25, 0.75]]
    assert regions[1] == [[0.76, 0.38], [1, 0.38], [1, 0.64], [0.76, 0.64]]


def test_a_free_shape_is_kept_on_the_film_and_short(run_js: Run) -> None:
    script = """(() => {
        const pen = new Pen();
        pen.mode = "lasso";
        pen.start([0.9, 0.5]);
        for (let i = 1; i < 500; i += 1)
            pen.move([0.7 + 0.4 * Math.cos(i / 80), 0.5 + 0.2 * Math.sin(i / 80)]);
        pen.end();
        return [pen.regions[0], areaOf(pen.regions[0])];
    })()"""
    region, area = run_js(script)
    assert 50 < len(region) <= 120
    assert np.min(region) >= 0
    assert np.max(region) == 1
    assert 0.15 < area < 0.26


def test_every_press_of_a_key_counts_while_the_server_is_busy(run_js: Run) -> None:
    script = """(() => {
        const walk = new Walk();
        const sent = [];
        for (let press = 0; press < 13; press += 1) {
            sent.push(walk.step(1, 1, 1, 24)); // film 1 stays in sight, no answer comes
            if (press === 5) walk.answer(2); // an answer to an earlier press
        }
        const waits = walk.wanted;
        return [sent.map((request) => request.place), waits, walk.answer(12), walk.answer(13),
                walk.wanted, walk.step(-1, 14, 1, 24)];
    })()"""
    places, waits, early, done, wanted, back = run_js(script)
    assert places == list(range(2, 15))
    assert waits == 14
    assert (early, done, wanted) == (False, True, None)
    assert back == {"place": 13, "id": 14}


def test_a_walk_ends_at_the_ends_of_the_list(run_js: Run) -> None:
    assert run_js("[new Walk().step(-1, 1, 1, 9), new Walk().step(1, 9, 1, 9)]") == [None, None]
    there_and_back = """(() => {
        const walk = new Walk();
        return [1, 1, 1, -1].map((step) => walk.step(step, 8, 1, 9)?.place ?? null);
    })()"""
    assert run_js(there_and_back) == [9, None, None, 8]


def test_a_viewer_that_comes_back_counts_on_from_what_was_answered(run_js: Run) -> None:
    script = "((walk) => [walk.answer(7), walk.step(1, 3, 1, 9)])(new Walk())"
    assert run_js(script) == [True, {"place": 4, "id": 8}]
