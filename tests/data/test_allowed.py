from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.allowed import LEADS_OUTSIDE, allowed_path
from xray_core.data.scan import scan
from xray_core.errors import DatasetError, XrayError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder that may be opened; beside it lies one that may not."""
    for folder in ("open/films/covid", "open/films/normal", "open/.ssh", "closed/films/covid"):
        (tmp_path / folder).mkdir(parents=True)
    for number, path in enumerate(
        ("open/films/covid/1.png", "open/films/normal/2.png", "closed/films/covid/secret.png")
    ):
        pixels = np.random.default_rng(number).integers(0, 255, (48, 48), np.uint8)
        Image.fromarray(pixels).save(tmp_path / path)
    (tmp_path / "closed/films/index.csv").write_text("disease,image path\ncovid,covid/secret.png\n")
    return (tmp_path / "open").resolve()


def refusal(text: str, root: Path) -> XrayError:
    with pytest.raises(DatasetError) as caught:
        allowed_path(text, [root])
    return caught.value


def test_what_lies_inside_may_be_opened_whether_it_exists_or_not(root: Path) -> None:
    assert allowed_path(f"  {root}/films ", [root]) == root / "films"
    assert allowed_path(f"{root}/films/../films/covid", [root]) == root / "films/covid"
    assert allowed_path(str(root), [root]) == root
    assert allowed_path(f"{root}/not/there", [root]) == root / "not/there"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/etc",
        "{root}/..",
        "{root}/../closed",
        "{root}/films/../../closed/films",
        "{root}-other",
        "{root}/.ssh",
        "{root}/films/.hidden/1.png",
        "{root}/link",
        "{root}/link/films",
        "{root}/circle/../../closed",
        "films",
        "../../../../etc",
        "~root",
        "~nobody-of-this-name/films",
        "\x00",
        "{root}/films\x00/../../closed",
        "{root}/" + "a/" * 5_000,
        "\\\\server\\share",
    ],
)
def test_what_lies_outside_is_refused_in_the_same_words_there_or_not(root: Path, text: str) -> None:
    (root / "link").symlink_to(root.parent / "closed")
    (root / "circle").symlink_to(root / "circle")
    error = refusal(text.replace("{root}", str(root)), root)
    missing = refusal(f"{root.parent}/no/such/folder", root)
    assert (error.what, error.fix) == (missing.what, missing.fix)
    assert "XRAY_DATA_ROOTS" in error.fix
    assert str(root) not in str(error)
    assert len(error.where) <= 60
    assert error.where.isprintable()


def test_without_roots_nothing_may_be_opened(root: Path) -> None:
    with pytest.raises(DatasetError, match="XRAY_DATA_ROOTS"):
        allowed_path(str(root), [])


def test_a_name_too_long_for_any_file_lies_inside_and_is_missing(root: Path) -> None:
    with pytest.raises(DatasetError, match="doesn't exist"):
        scan(root / ("a" * 300), within=[root])


def test_a_scan_within_its_roots_finds_what_any_scan_finds(root: Path) -> None:
    assert scan(root / "films", within=[root]) == scan(root / "films")


def test_a_scan_outside_of_its_roots_is_refused(root: Path) -> None:
    for path in (root.parent / "closed/films", root.parent / "nothing"):
        with pytest.raises(DatasetError, match="does not open"):
            scan(path, within=[root])


def test_a_film_that_is_a_link_leading_outside_is_not_opened(root: Path) -> None:
    secret = root.parent / "closed/films/covid/secret.png"
    (root / "films/covid/3.png").symlink_to(secret)
    (root / "films/covid/4.png").symlink_to(root.parent / "missing.png")
    (root / "films/covid/5.png").symlink_to(root / "films/covid/1.png")
    records = {record.path: record for record in scan(root / "films", within=[root]).records}
    for name in ("covid/3.png", "covid/4.png"):
        assert records[name].problem == LEADS_OUTSIDE
        assert not records[name].sha256
    assert not records["covid/5.png"].problem


@pytest.mark.parametrize("target", ["closed/films", "closed/films/index.csv"])
def test_a_folder_or_table_that_is_a_link_leading_outside_is_not_listed(
    root: Path, target: str
) -> None:
    name = Path(target).name
    (root / "films" / name).symlink_to(root.parent / target)
    with pytest.raises(DatasetError) as caught:
        scan(root / "films", within=[root])
    assert caught.value.where == name
    assert "secret" not in str(caught.value)


def test_a_way_out_behind_a_link_that_stays_inside_is_found(root: Path) -> None:
    (root / "more").mkdir()
    (root / "more/deep").symlink_to(root.parent / "closed")
    (root / "more/back").symlink_to(root / "films")
    (root / "films/more").symlink_to(root / "more")
    with pytest.raises(DatasetError, match="leads outside"):
        scan(root / "films", within=[root])


@pytest.mark.parametrize(
    "cell", ["../../closed/films/covid/secret.png", "/etc/passwd.png", ".ssh/key.png", "link.png"]
)
def test_a_table_opens_nothing_outside(root: Path, cell: str) -> None:
    folder = root / "films"
    (folder / "link.png").symlink_to(root.parent / "closed/films/covid/secret.png")
    table = folder / "index.csv"
    table.write_text(f"disease,image path,mask\ncovid,{cell},\nnormal,normal/2.png,link.png\n")
    bad, good = scan(table, within=[root]).records
    assert bad.problem
    assert not bad.sha256
    assert good.mask == ""
    assert not good.problem
