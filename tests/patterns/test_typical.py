import numpy as np

from tests.patterns.conftest import MakeStored
from xray_core.patterns.typical import rank_films


def test_films_are_ranked_by_likeness_to_their_class(make_stored: MakeStored) -> None:
    left, right = np.zeros((4, 4)), np.zeros((4, 4))
    left[:, 0], right[:, 3] = 1, 2
    nearly = left + 0.1
    stored = make_stored([right, left, nearly, left, np.zeros((4, 4))])
    table = rank_films(stored, np.arange(5), "covid")
    assert table["row"].tolist()[-2:] == [0, 4], "the odd one, then the film without evidence"
    assert set(table["row"][:3]) == {1, 2, 3}
    assert table["id"][3] == stored.film_ids[0]
    assert np.isnan(table["typical"][4])
    assert table.set_index("row")["energy"][0] == 8
    assert table["typical"][0] > 0 > table["typical"][3]
    assert rank_films(stored, np.array([4]), "covid")["energy"].tolist() == [0]
