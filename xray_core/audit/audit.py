"""An audit of a data set: what makes a score on it say something else than it seems to."""

from xray_core.audit.finding import AuditReport, rank
from xray_core.audit.leaks import find_leaks
from xray_core.audit.twins import Progress
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError


def audit(manifest: Manifest, progress: Progress | None = None) -> AuditReport:
    """Look for leaks.

    Args:
        manifest: as scanned, one data set or several.
        progress: called with a step in words, what is done of it, and how much it is.

    Raises:
        DatasetError: there is no film.
    """
    if not manifest.records:
        raise DatasetError("There is no film to audit.", fix="Name a folder with films.")
    findings, not_evaluated = find_leaks(manifest, progress)
    return AuditReport(manifest, rank(findings), tuple(not_evaluated))
