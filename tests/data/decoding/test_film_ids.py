"""A film has one id, set where it is decoded."""

import hashlib
from pathlib import Path

import numpy as np

from xray_core.data.decoding.images import (
    Film,
    decode_image,
    encode_png,
    load_image,
    read_film,
)
from xray_core.data.records import Record, film_code


def test_a_film_has_one_id_whatever_its_file_is_called_and_however_large_it_is_decoded(
    tmp_path: Path,
) -> None:
    data = encode_png(np.random.default_rng(0).random((80, 60), np.float32))
    (tmp_path / "film.png").write_bytes(data)
    film, sha256 = read_film(data), hashlib.sha256(data).hexdigest()
    assert film.id == sha256[:16]
    assert film.id == film_code(Record("a", "a", "film.png", "", sha256=sha256))
    assert load_image(tmp_path / "film.png").id == film.id
    assert decode_image(data, "other", max_pixels=1000).id == film.id


def test_a_changed_film_and_one_from_no_file_have_ids_of_their_own() -> None:
    film = read_film(encode_png(np.random.default_rng(0).random((80, 60), np.float32)))
    changed = film.with_pixels(film.pixels * np.float32(0.5))
    assert changed.id != film.id
    assert (changed.notes, changed.warnings) == (film.notes, film.warnings)
    assert (
        changed.id
        == Film(film.pixels * np.float32(0.5)).id
        != Film(film.pixels.reshape(60, 80) * np.float32(0.5)).id
    )
