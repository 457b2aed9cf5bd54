"""The Explain page in tests."""

from typing import Any

from xray_core.data.records import Manifest, film_code


def codes_of(page: Any, dataset: str) -> list[str]:
    """Codes of the films of a data set that the page has opened."""
    films: Manifest = page.session_state["manifests"][dataset]
    return [film_code(record) for record in films.for_maps.records]
