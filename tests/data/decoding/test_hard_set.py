"""The hard set of pictures: each gives a film or a reason, within one gigabyte."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from xray_core.data.decoding.images import (
    EVEN_GREY,
)

PROJECT_DIR = Path(__file__).resolve().parents[3]
HARD_DIR = PROJECT_DIR.parent / "shared" / "data" / "hard"
# What each file of the hard set gives: notes of the film, or words of the error.
FILMS = {
    "gray16_full_range.png": ["16 bits per pixel, scaled by 65535"],
    "gray16_12bit_range.png": ["16 bits per pixel, scaled by 4095"],
    "rgba.png": ["RGBA image turned to grey", "transparency dropped"],
    "gray_alpha.png": ["transparency dropped"],
    "cmyk.jpg": ["CMYK image turned to grey"],
    "palette.png": ["palette turned to grey"],
    "bilevel_1bit.png": ["1 bit per pixel, only black and white"],
    "png_bytes_named.jpg": [],
    "animated.gif": ["palette turned to grey", "first of 4 frames"],
    "inverted_monochrome1_like.png": [],
    "exif_rotated_6.jpg": ["turned upright by its EXIF tag"],
    "upside_down.jpg": [],
    "colour_not_xray.jpg": ["colour image turned to grey: hardly a radiograph"],
    "noise.png": [],
    "röntgen bild (1) é.png": [],
    "UPPERCASE.JPEG": [],
    "cxr.tif": [],
    "ct_slice.png": [],
    "ct_small.dcm": [
        "modality CT, not a chest radiograph",
        "no window in the file, scaled from its own range, -896 to 1167",
    ],
}
ERRORS = {
    "all_black.png": EVEN_GREY,
    "all_white.png": EVEN_GREY,
    "truncated.jpg": "ends after 19,044 bytes",
    "truncated.png": "ends after 17,926 bytes",
    "zero_bytes.png": "empty",
    "text_file.jpg": "not an image",
    "one_by_one.png": "1 x 1 pixels is too small",
    "wide_4000x50.png": "4,000 x 50 pixels is too long and narrow",
    "bomb_header_30000x30000.png": "900 megapixels",
    "bomb_valid_12000x12000.png": "144 megapixels",
}
SAME_FILM = (  # all made from one film; the mean grey level says that it is the same one
    *("gray16_full_range.png", "gray16_12bit_range.png", "rgba.png", "gray_alpha.png", "cmyk.jpg"),
    *("palette.png", "png_bytes_named.jpg", "exif_rotated_6.jpg", "röntgen bild (1) é.png"),
    *("UPPERCASE.JPEG", "cxr.tif", "upside_down.jpg"),
)
MEASURE = """
import json, re, resource, sys, time
from pathlib import Path
from xray_core.data.decoding.images import load_image
from xray_core.errors import XrayError
def peak_mb():
    # On Linux ru_maxrss begins with what the parent had at the start of this process.
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for path in sorted(Path(sys.argv[1]).iterdir()):
    row = {"file": path.name}
    try:
        film = load_image(path)
        row |= {"notes": film.notes, "size": film.pixels.shape[::-1], "mean": film.pixels.mean()}
    except XrayError as error:
        row["error"] = str(error)
    row["peak_mb"] = peak_mb()
    print(json.dumps(row, default=float))
"""


@pytest.mark.skipif(not HARD_DIR.is_dir(), reason="the hard set, ../shared/data/hard, is not here")
def test_hard_set_gives_films_or_reasons_within_one_gigabyte() -> None:
    pytest.importorskip("resource", reason="peak memory is measured on Unix only")
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, str(HARD_DIR)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {row["file"]: row for row in map(json.loads, child.stdout.splitlines())}
    with (HARD_DIR / "index.csv").open(encoding="utf-8") as file:
        index = {row["file"]: row for row in csv.DictReader(file)}
    assert set(index) == set(FILMS) | set(ERRORS)
    for name in index:
        row = rows[name]
        assert row["peak_mb"] < 1024, row
        if name in ERRORS:
            assert ERRORS[name] in row["error"], row
            assert str(HARD_DIR) not in row["error"]
            continue
        assert row["notes"] == FILMS[name], row
        if size := index[name]["size"]:
            upright = name != "exif_rotated_6.jpg"
            assert row["size"] == [int(side) for side in size.split("x")][:: 1 if upright else -1]
    for name in SAME_FILM:
        assert rows[name]["mean"] == pytest.approx(rows["cxr.tif"]["mean"], abs=0.003), name
    assert rows["inverted_monochrome1_like.png"]["mean"] == pytest.approx(
        1 - rows["cxr.tif"]["mean"], abs=0.003
    )
