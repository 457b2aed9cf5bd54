from pathlib import Path

import pytest

from xray_core.benchmarks.data import bench_data


@pytest.mark.usefixtures("plain_networks")
def test_data_is_measured_from_scan_to_batches(films_dir: Path) -> None:
    rows = {row["what"]: row for row in bench_data(films_dir)}
    assert rows["films"]["value"] == 48
    for what in ("scan with hashes", "rescan", "decode and resize", "input pipeline alone"):
        assert rows[what]["value"] > 0
    assert rows["rescan"]["unit"] == "times faster"
