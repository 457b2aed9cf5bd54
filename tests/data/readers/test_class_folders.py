from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers.class_folders import READER

WriteFilm = Callable[..., Path]


@pytest.mark.parametrize(
    ("path", "label", "split"),
    [
        ("covid/a.png", "covid", ""),
        ("Pneumonia-Bacterial/a.png", "bacterial", ""),
        ("train/Viral Pneumonia/a.png", "viral", "train"),
        ("Viral Pneumonia/Testing/a.png", "viral", "test"),
        ("fold1/valid/No_findings/a.png", "normal", "val"),
        ("train/COVID/images/a.png", "covid", "train"),
        ("Tuberculosis/site 2/a.png", "site_2", ""),  # the nearest folder, never guessed
        ("Pleural effusion/a.png", "pleural_effusion", ""),
        ("a.png", "", ""),
        ("train/a.png", "", "train"),
    ],
)
def test_folders_tell_class_and_split(
    path: str, label: str, split: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / path, 1)

    (record,) = READER.read(tmp_path, "d")

    assert (record.path, record.label, record.split) == (path, label, split)
    assert READER.recognises(tmp_path) is bool(label)


def test_masks_belong_to_their_films_and_are_no_class(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for path in ("covid/a.png", "covid/masks/a.png", "normal/images/b.jpg", "normal/masks/b.png"):
        write_film(tmp_path / path, 1)

    masks = {record.path: record.mask for record in READER.read(tmp_path, "d")}

    assert masks == {
        "covid/a.png": "covid/masks/a.png",
        "normal/images/b.jpg": "normal/masks/b.png",
    }


def test_images_and_masks_alone_are_no_classes(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "images/a.png", 1)
    write_film(tmp_path / "masks/a.png", 1)

    assert not READER.recognises(tmp_path)
