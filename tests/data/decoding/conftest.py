"""What tests of decoding share."""

from collections.abc import Iterator

import pytest

from xray_core.settings import settings_of_environment


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set limits by `limits.setenv`; they are forgotten afterwards."""
    settings_of_environment.cache_clear()
    yield monkeypatch
    settings_of_environment.cache_clear()
