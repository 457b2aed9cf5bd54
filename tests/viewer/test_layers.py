import json

import numpy as np

from xray_core.data.phantom import make_phantom
from xray_core.viewer.layers import LAYER_PX, ZONE_TITLES, finding_data, zones_data

PHANTOM = make_phantom("covid", 5)


def cells_of(data: dict[str, object] | None) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    assert data is not None
    runs = data["runs"]
    assert isinstance(runs, list)
    return np.repeat(np.array(runs[::2], np.uint8), runs[1::2]).reshape(LAYER_PX, LAYER_PX)


def test_zones_travel_in_small_in_the_order_of_their_titles() -> None:
    data = zones_data(PHANTOM.lungs)
    cells = cells_of(data)
    assert set(np.unique(cells)) == {0, 1, 2, 3, 4, 5, 6}
    assert abs((cells > 0).mean() - PHANTOM.lungs.mean()) < 0.01
    assert np.nonzero(cells == 1 + ZONE_TITLES.index("right upper zone"))[1].max() < LAYER_PX / 2
    assert len(json.dumps(data)) < 8_000


def test_a_mask_that_cannot_be_lungs_gives_no_zones() -> None:
    assert zones_data(None) is None
    assert zones_data(np.ones((64, 64), bool)) is None


def test_the_finding_of_a_normal_film_is_none() -> None:
    cells = cells_of(finding_data(PHANTOM.lesion))
    assert abs(cells.mean() - PHANTOM.lesion.mean()) < 0.01
    assert finding_data(np.zeros((64, 64), bool)) is None
    assert finding_data(None) is None
