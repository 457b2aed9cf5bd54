"""What Home needs, loaded by importing this: the server listens before."""

import pages.ui.film.viewer
import pages.ui.home.last_work
import pages.ui.shared.page  # noqa: F401
from xray_core.reports.damage import damage
from xray_core.runs.listing import list_runs


def look_through_models() -> None:
    """Read the files of all models once; what is found is kept."""
    for run in list_runs():
        damage(run)
