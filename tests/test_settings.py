import os
from dataclasses import replace
from pathlib import Path

import pytest

from xray_core.errors import SettingsError
from xray_core.settings import (
    PROJECT_DIR,
    Settings,
    as_command,
    expand_home,
    get_settings,
    require_changes_allowed,
    settings_of_environment,
    using_settings,
)


@pytest.fixture
def bare(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any variable of ours."""
    for name in [name for name in os.environ if name.startswith("XRAY_")]:
        monkeypatch.delenv(name)
    settings_of_environment.cache_clear()
    return monkeypatch


def test_without_variables_everything_lies_in_the_checkout(bare: pytest.MonkeyPatch) -> None:
    settings = get_settings()
    assert settings == Settings()
    assert settings.models_dir == PROJECT_DIR / "models"
    assert settings.weights_dir is None
    assert settings.max_file_bytes == 104_857_600
    assert settings.max_pixels == 80_000_000


def test_variables_move_folders_and_limits(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("XRAY_CACHE_DIR", str(tmp_path / "there" / ".." / "here"))
    bare.setenv("XRAY_WEIGHTS_DIR", "~/weights")
    bare.setenv("XRAY_MAX_MEGABYTES", "1.5")
    bare.setenv("XRAY_MAX_MEGAPIXELS", "2")
    bare.setenv("XRAY_MAX_DECODE_SECONDS", "4")
    bare.setenv("XRAY_MAX_ARCHIVE_FILES", "20")
    bare.setenv("XRAY_MAX_ARCHIVE_MEGABYTES", "0.5")
    settings = get_settings()
    assert settings.cache_dir == (tmp_path / "here").resolve()
    assert settings.weights_dir == Path.home() / "weights"
    assert settings.max_file_bytes == 1_572_864
    assert settings.max_pixels == 2_000_000
    assert settings.max_decode_seconds == 4
    assert settings.max_archive_files == 20
    assert settings.max_archive_bytes == 524_288


@pytest.mark.parametrize("value", ["0", "-3", "many", "nan", "inf"])
def test_a_limit_that_is_no_positive_number_is_refused(
    bare: pytest.MonkeyPatch, value: str
) -> None:
    bare.setenv("XRAY_MAX_MEGABYTES", value)
    with pytest.raises(SettingsError) as caught:
        get_settings()
    assert caught.value.where == f"XRAY_MAX_MEGABYTES={value}"


def test_settings_are_read_once(bare: pytest.MonkeyPatch) -> None:
    before = get_settings()
    bare.setenv("XRAY_MAX_MEGABYTES", "7")
    assert get_settings() is before
    settings_of_environment.cache_clear()
    assert get_settings().max_file_bytes == 7 * 2**20


def test_roots_are_read_as_in_path_and_empty_means_none(
    bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert get_settings().data_roots is None
    bare.setenv("XRAY_DATA_ROOTS", f"{tmp_path}/a/../b{os.pathsep}~{os.pathsep}")
    settings_of_environment.cache_clear()
    assert get_settings().data_roots == ((tmp_path / "b").resolve(), Path.home().resolve())
    bare.setenv("XRAY_DATA_ROOTS", "")
    settings_of_environment.cache_clear()
    assert get_settings().data_roots == ()


@pytest.mark.parametrize(
    ("name", "value"), [("XRAY_DATA_ROOTS", "films"), ("XRAY_READ_ONLY", "ja")]
)
def test_a_restriction_that_cannot_be_understood_stops_everything(
    bare: pytest.MonkeyPatch, name: str, value: str
) -> None:
    bare.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        get_settings()
    assert caught.value.where == f"{name}={value}"


def test_a_home_that_is_not_there_stays_as_it_was_written() -> None:
    assert expand_home("~/films") == Path.home() / "films"
    assert expand_home("~no-such-user/films") == Path("~no-such-user/films")


@pytest.mark.parametrize(("value", "changes"), [("1", False), ("true", False), ("0", True)])
def test_a_read_only_app_changes_nothing_but_a_command_does(
    bare: pytest.MonkeyPatch, value: str, *, changes: bool
) -> None:
    bare.setenv("XRAY_READ_ONLY", value)
    with as_command():
        require_changes_allowed()
    if changes:
        require_changes_allowed()
    else:
        with pytest.raises(SettingsError):
            require_changes_allowed()


def test_settings_can_be_handed_in_instead_of_the_environment(bare: pytest.MonkeyPatch) -> None:
    usual = get_settings()
    bare.setenv("XRAY_MAX_MEGAPIXELS", "not a number")
    settings_of_environment.cache_clear()
    with using_settings(replace(usual, max_pixels=7)) as outer:
        assert get_settings() is outer
        with using_settings(replace(usual, max_pixels=8)):
            assert get_settings().max_pixels == 8
        assert get_settings().max_pixels == 7
    with pytest.raises(SettingsError):
        get_settings()
