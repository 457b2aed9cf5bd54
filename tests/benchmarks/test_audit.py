"""That copies are planted and counted, and that time is taken over several numbers of films."""

import pytest

from xray_core.benchmarks import audit
from xray_core.benchmarks.audit import bench_audit
from xray_core.benchmarks.planted import CHANGES


def test_planted_copies_are_counted_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PLANTED", 1)
    monkeypatch.setattr(audit, "SHARES", (0.5, 1.0))
    rows = bench_audit(n_films=6)
    assert [row["films"] for row in rows if "films" in row] == [3, 6]
    assert all(row["processor_seconds"] > 0 for row in rows if "films" in row)
    recalls = {row["change"]: row["recall"] for row in rows if "change" in row}
    assert set(recalls) == {*CHANGES, "all"}
    assert recalls["all"] == pytest.approx(
        sum(recalls[name] for name in CHANGES) / len(CHANGES), abs=1e-4
    )
    assert recalls["all"] > 0.8
    assert rows[-1]["precision"] is None or rows[-1]["precision"] > 0.8
