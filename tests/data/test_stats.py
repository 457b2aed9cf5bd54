from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from xray_core.data.records import Manifest, Record
from xray_core.data.scan import scan
from xray_core.data.stats import (
    count_table,
    image_stats,
    problem_table,
    sample_records,
    size_table,
)
from xray_core.errors import ImageReadError

WriteFilm = Callable[..., Path]


def record(name: str, label: str, **facts: object) -> Record:
    return Record(id=name, dataset="d", path=name, label=label, sha256=name, **facts)  # type: ignore[arg-type]


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        (
            record("a", "viral", view="PA", width=299, height=299),
            record("b", "normal", view="AP", width=224, height=224),
            record("c", "normal", width=224, height=224),
            record("d", "normal", view="AP", width=224, height=200),
            record("e", "normal", view="AP", problem="cut off"),
            record("f", "", view="AP", width=64, height=64, boxes=((0.1, 0.1, 0.2, 0.2),)),
        ),
        {},
    )


def test_counts_stand_in_display_order_with_unknown_last(manifest: Manifest) -> None:
    table = count_table(manifest, "view")

    assert list(table.index) == ["normal", "viral"]
    assert list(table.columns) == ["AP", "PA", "unknown"]
    assert table.to_numpy().tolist() == [[2, 0, 1], [0, 1, 0]]


def test_counts_of_nothing_are_an_empty_table() -> None:
    assert count_table(Manifest((), {}), "view").empty


def test_sizes_the_commonest_first(manifest: Manifest) -> None:
    assert size_table(manifest).to_numpy().tolist() == [
        [224, 224, 2],
        [224, 200, 1],
        [299, 299, 1],
    ]


def test_problems_with_reason(manifest: Manifest) -> None:
    assert problem_table(manifest).to_dict("records") == [
        {"path": "e", "label": "normal", "problem": "cut off"}
    ]
    assert list(problem_table(Manifest((), {})).columns) == ["path", "label", "problem"]


def test_a_sample_is_the_same_whatever_the_order(manifest: Manifest) -> None:
    turned = Manifest(manifest.records[::-1], {})

    assert sample_records(manifest, 2) == sample_records(turned, 2)
    assert [r.id for r in sample_records(manifest, 2)["normal"]] == ["b", "c"]


def _draw_blocks(seed: int) -> NDArray[np.uint8]:
    """64 blocks, 32 of them dark (60 to 63) and 32 bright (192 to 195): no mask, no other film."""
    blocks = np.random.default_rng(seed).permutation(np.repeat([60, 192], 32)).reshape(8, 8)
    film = np.kron(blocks, np.ones((16, 16))) + np.arange(128) % 4
    return np.asarray(film, np.uint8)


def test_brightness_and_mean_image_by_hand(tmp_path: Path) -> None:
    """Half of each film is dark, half bright. Normal: one film, and its negative."""
    (tmp_path / "films/normal").mkdir(parents=True)
    (tmp_path / "films/covid").mkdir()
    normal, covid = (_draw_blocks(seed) for seed in (0, 1))
    Image.fromarray(covid).save(tmp_path / "films/covid/1.png")
    Image.fromarray(normal).save(tmp_path / "films/normal/1.png")
    Image.fromarray(255 - normal).save(tmp_path / "films/normal/negative.png")
    films = scan(tmp_path / "films", cache_dir=tmp_path / "cache")

    stats = image_stats(films)

    assert stats.n_films == {"normal": 2, "covid": 1}
    for label in ("normal", "covid"):
        shares = stats.brightness[label].to_numpy()
        assert (shares[15], shares[48], shares.sum()) == (0.5, 0.5, 1.0)  # of 64 bins
    np.testing.assert_allclose(stats.mean_images["normal"], 0.5)
    np.testing.assert_allclose(stats.mean_images["covid"], covid / 255.0)
    assert stats.mean_images["covid"].dtype == np.float32
    assert stats.brightness.index[0] == pytest.approx(1 / 128)


def test_only_the_sample_is_read(tmp_path: Path, write_film: WriteFilm) -> None:
    for number in range(5):
        write_film(tmp_path / f"films/covid/{number}.png", number)
    films = scan(tmp_path / "films", cache_dir=tmp_path / "cache")
    kept = sample_records(films, 2)["covid"]
    for other in set(films.records) - set(kept):
        films.path_of(other).unlink()

    assert image_stats(films, n_per_class=2).n_films == {"covid": 2}

    films.path_of(kept[0]).unlink()
    with pytest.raises(ImageReadError):
        image_stats(films, n_per_class=2)
