"""What a visitor may do here: which folders a page opens, and whether it changes anything."""

import ipaddress
from pathlib import Path

import streamlit as st

from xray_core.data.allowed import allowed_path
from xray_core.errors import DatasetError, WeightsError
from xray_core.settings import get_settings

READ_ONLY_LINE = (
    "This app is read-only: its administrator has switched off training, adding, downloading and "
    "deleting."
)


def may_change() -> bool:
    """Whether trainings, models and data sets can be added and removed from the pages."""
    return not get_settings().read_only


def read_only_line() -> None:
    """Why there are no controls here; shows nothing where there are."""
    if not may_change():
        st.caption(f":material/lock: {READ_ONLY_LINE}")


def data_roots() -> tuple[Path, ...]:
    """Folders that the pages open: those of the settings, else the home folder if only local."""
    roots = get_settings().data_roots
    if roots is not None:
        return roots
    return (Path.home().resolve(),) if _listens_here_alone() else ()


def data_path(text: str) -> Path:
    """The folder, or index file, that a visitor typed.

    Raises:
        DatasetError: nothing was typed, or it may not be opened.
    """
    if not text.strip():
        raise DatasetError("No path was given.", fix="Type the path of a folder or index file.")
    return allowed_path(text, data_roots())


def require_weights_allowed(text: str) -> None:
    """Check a weights file that a visitor typed: those of the runs may be opened as well.

    Raises:
        WeightsError: it may not be opened, whether it exists or not.
    """
    settings = get_settings()
    own = (settings.models_dir, settings.shipped_dir, settings.weights_dir)
    roots = (*data_roots(), *(folder.resolve() for folder in own if folder))
    try:
        allowed_path(text, roots)
    except DatasetError as error:
        raise WeightsError(error.what, where=error.where, fix=error.fix) from None


def _listens_here_alone() -> bool:
    address = str(st.get_option("server.address") or "")
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
