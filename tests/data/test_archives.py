"""Films out of ZIP archives: the good ones are kept, whatever lies beside them."""

import struct
import tracemalloc
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from xray_core.data.archives import films_of_upload
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings, using_settings

Named = Iterable[tuple[str, bytes]]


def film(seed: int = 0) -> bytes:
    buffer = BytesIO()
    noise = np.random.default_rng(seed).integers(0, 256, (40, 40), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, "PNG")
    return buffer.getvalue()


def packed(files: Named, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def outcome(data: bytes) -> dict[str, bytes | str]:
    """Each name with its bytes, or the words of its refusal."""
    return {
        name: content if isinstance(content, bytes) else content.what
        for name, content in films_of_upload("films.zip", data)
    }


def refusal(data: bytes) -> ImageReadError:
    """The only thing that comes out of an archive, which is why there is nothing else."""
    [(_, content)] = films_of_upload("films.zip", data)
    assert isinstance(content, ImageReadError)
    return content


def test_a_file_that_is_no_archive_is_given_as_it_is() -> None:
    assert list(films_of_upload("folder/a.png", b"any")) == [("a.png", b"any")]


def test_films_come_out_by_name_and_in_order() -> None:
    files = [("b/one.png", film(1)), ("a/two.png", film(2)), ("IM0001", film(3))]
    assert list(outcome(packed(files)).items()) == files


def test_what_is_no_film_is_left_out_and_counted() -> None:
    files = [
        *[("folder/", b""), ("__MACOSX/._a.png", b"x"), (".DS_Store", b"x"), ("a/.b.png", b"x")],
        *[("README.txt", b"text"), ("viewer.exe", b"MZ"), ("DICOMDIR", b"x"), ("a.png", film())],
    ]
    films = films_of_upload("films.zip", packed(files))
    assert [name for name, _ in films] == ["a.png"]
    assert films.n_left_out == 7


def test_a_copy_is_left_out_and_counted() -> None:
    films = films_of_upload("a.zip", packed([("a.png", film()), ("copy.png", film())]))
    assert [name for name, _ in films] == ["a.png"]
    assert films.n_copies == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_file_of_the_same_name_is_refused() -> None:
    films = list(films_of_upload("a.zip", packed([("a.png", film(1)), ("a.png", film(2))])))
    assert films[0].content == film(1)
    assert "came before" in str(films[1].content)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/film.png", "film.png"),
        ("/film.png", "film.png"),
        ("C:\\films\\film.png", "film.png"),
        ("a/..\\film.png", "film.png"),
        ("film\x1b[31m.png", "film[31m.png"),
        ("film\u202egnp.exe.png", "filmgnp.exe.png"),
        ("a" * 300 + ".png", "a" * 251 + ".png"),
    ],
)
def test_a_name_that_leads_out_or_cannot_be_shown_is_refused(name: str, shown: str) -> None:
    found = outcome(packed([(name, film()), ("good.png", film(1))]))
    assert found.pop("good.png") == film(1)
    assert list(found) == [shown]
    assert "leads out" in str(found[shown])


def test_an_archive_within_an_archive_is_refused() -> None:
    inner = packed([("a.png", film())])
    found = outcome(packed([("inner.zip", inner), ("film.png", inner), ("b.png", film())]))
    assert "within a ZIP" in str(found["inner.zip"])
    assert "within a ZIP" in str(found["film.png"])
    assert found["b.png"] == film()


def test_an_encrypted_film_is_refused_in_words() -> None:
    data = bytearray(packed([("a.png", film())]))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags] |= 1
    assert "encrypted" in refusal(bytes(data)).what


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_than_deflate_are_refused(method: int) -> None:
    assert "other than Deflate" in refusal(packed([("a.png", film())], method)).what


def test_a_bomb_is_refused_by_its_ratio_before_it_is_inflated() -> None:
    data = packed([("a.png", bytes(64 * 2**20))])
    tracemalloc.start()
    try:
        assert "times its size" in refusal(data).what
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_size_that_the_directory_understates_is_not_exceeded() -> None:
    data = bytearray(packed([("a.png", bytes(64 * 2**20))]))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 1000)
    assert "damaged" in refusal(bytes(data)).what


def test_a_film_over_the_limit_of_one_file_is_refused_and_the_next_one_read() -> None:
    noise = np.random.default_rng(0).bytes(5000)
    with using_settings(replace(get_settings(), max_file_bytes=4000)):
        found = list(films_of_upload("a.zip", packed([("a.png", noise), ("b.png", film())])))
    assert isinstance(found[0].content, ImageTooLargeError)
    assert found[1] == ("b.png", film())


def test_films_beyond_the_limit_of_number_or_bytes_are_not_read() -> None:
    data = packed([(f"{seed}.png", film(seed)) for seed in range(4)])
    with using_settings(replace(get_settings(), max_archive_files=2)):
        found = list(films_of_upload("a.zip", data))
    assert [name for name, _ in found] == ["0.png", "1.png", "a.zip"]
    assert "more than 2 films" in str(found[2].content)
    with using_settings(replace(get_settings(), max_archive_bytes=3 * len(film()))):
        found = list(films_of_upload("a.zip", data))
    assert [name for name, _ in found] == ["0.png", "1.png", "2.png", "a.zip"]
    assert "inflates to more than" in str(found[3].content)


def test_a_directory_of_very_many_entries_is_not_even_listed() -> None:
    data = packed([(f"{number}.txt", b"") for number in range(50)])
    with using_settings(replace(get_settings(), max_archive_files=2)):
        assert "more than 40 entries" in refusal(data).what


def test_entries_that_share_their_bytes_are_refused() -> None:
    data = bytearray(packed([("a.png", film(1)), ("b.png", film(2)), ("c.png", film(3))]))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # offset of the first entry
    found = outcome(bytes(data))
    assert "lies over" in str(found["a.png"])
    assert "lies over" in str(found["b.png"])
    assert found["c.png"] == film(3)


def test_an_office_document_is_no_archive_of_films() -> None:
    data = packed([("[Content_Types].xml", b"<x/>"), ("word/media/a.png", film())])
    assert "Office document" in refusal(data).what


def test_films_are_read_only_as_they_are_asked_for() -> None:
    data = bytearray(packed([("a.png", film(1)), ("b.png", film(2))]))
    data[data.index(b"b.png") + 20] ^= 255
    films = iter(films_of_upload("a.zip", bytes(data)))
    assert next(films).content == film(1)
    assert "damaged" in str(next(films).content)


def test_damaged_archives_give_films_or_reasons_and_nothing_else() -> None:
    whole = packed([(f"{seed}.png", film(seed)) for seed in range(3)])
    films = {film(seed) for seed in range(3)}
    random = np.random.default_rng(1)
    for number in range(400):
        data = bytearray(whole)
        if number % 2:
            data = data[: random.integers(4, len(data))]
        for place in random.integers(4, len(data), random.integers(0, 8)):
            data[place] = random.integers(256)
        for _, content in films_of_upload("a.zip", bytes(data)):
            assert isinstance(content, ImageReadError) or content in films
