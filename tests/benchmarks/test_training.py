import pytest

from xray_core.benchmarks.training import bench_train
from xray_core.networks.registry import NETWORKS


@pytest.mark.usefixtures("plain_networks")
@pytest.mark.long
def test_training_of_every_network_and_phase_is_measured() -> None:
    rows = bench_train(None)
    assert [(row["network"], row["phase"].split(",")[0]) for row in rows] == [
        (name, phase)
        for name, network in NETWORKS.items()
        for phase in (("fine-tuning", "head") if network.pretrained else ("training",))
    ]
    for row in rows:
        assert row["films_per_second"] > 0
        assert row["ratio_to_forward_pass" if "head" in row["phase"] else "ratio_to_bare_fit"] > 0
