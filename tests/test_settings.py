from pathlib import Path

import pytest

from xray_core.errors import SettingsError
from xray_core.settings import PROJECT_DIR, Settings, get_settings


@pytest.fixture
def bare(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any variable of ours."""
    for name in ("MODELS_DIR", "CACHE_DIR", "WEIGHTS_DIR", "MAX_MEGABYTES", "MAX_MEGAPIXELS"):
        monkeypatch.delenv(f"XRAY_{name}", raising=False)
    get_settings.cache_clear()
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
    settings = get_settings()
    assert settings.cache_dir == (tmp_path / "here").resolve()
    assert settings.weights_dir == Path.home() / "weights"
    assert settings.max_file_bytes == 1_572_864
    assert settings.max_pixels == 2_000_000


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
    get_settings.cache_clear()
    assert get_settings().max_file_bytes == 7 * 2**20
