import pytest

from xray_core.data.readers.vocabulary import unify_age_group, unify_split, unify_view


@pytest.mark.parametrize(
    ("text", "split"),
    [("Training", "train"), ("valid", "val"), ("TEST", "test"), ("fold 1", ""), ("", "")],
)
def test_splits(text: str, split: str) -> None:
    assert unify_split(text) == split


@pytest.mark.parametrize(
    ("text", "view"),
    [("PA", "PA"), ("AP Supine", "AP"), ("antero-posterior", "AP"), ("LL", "lateral"), ("x", "")],
)
def test_views(text: str, view: str) -> None:
    assert unify_view(text) == view


@pytest.mark.parametrize(
    ("text", "age_group"),
    [
        ("Paediatric", "child"),
        ("Adults", "adult"),
        ("18", "adult"),
        ("17.9", "child"),
        ("034Y", "adult"),
        ("216M", "child"),  # DICOM counts months only for small children
        ("58 years", "adult"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_age_groups(text: str, age_group: str) -> None:
    assert unify_age_group(text) == age_group
