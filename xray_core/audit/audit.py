"""An audit of a data set: what makes a score on it say something else than it seems to."""

from collections.abc import Callable, Sequence

from xray_core.audit.confounding import film_facts, find_confounding
from xray_core.audit.division import split_cost
from xray_core.audit.features import film_features
from xray_core.audit.finding import COPIES, AuditReport, Finding, rank
from xray_core.audit.labels import doubtful_labels, label_conflicts, too_few
from xray_core.audit.leaks import find_leaks
from xray_core.audit.local_features import FILM_PX
from xray_core.audit.twins import Progress, is_readable
from xray_core.data.duplicates import leak_groups
from xray_core.data.film_cache import cache_films
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError, ImageReadError, WeightsError


def audit(manifest: Manifest, progress: Progress | None = None) -> AuditReport:
    """Look for copies, leaks, doubtful labels, facts that go with the class, and their cost.

    Args:
        manifest: as scanned, one data set or several.
        progress: called with a step in words, what is done of it, and how much it is.

    Raises:
        DatasetError: there is no film.
    """
    if not manifest.records:
        raise DatasetError("There is no film to audit.", fix="Name a folder with films.")
    findings, missed = find_leaks(manifest, progress)
    findings += label_conflicts([record for record in manifest.records if is_readable(record)])
    copies = [group for item in findings if item.kind in COPIES for group in item.groups]
    found, left = _of_labels(manifest, copies, progress)
    return AuditReport(manifest, rank(findings + found), tuple(missed + left))


def _of_labels(
    manifest: Manifest, copies: Sequence[tuple[str, ...]], progress: Progress | None
) -> tuple[list[Finding], list[str]]:
    """What needs labels: doubt, confounding and the cost of a division."""
    usable = manifest.usable
    what = "Doubtful labels, confounding and the cost of the division"
    if len(usable.classes) < 2:
        return [], [f"{what}: fewer than two classes have films."]
    keys = leak_groups(usable, copies)
    groups = [keys[record.id] for record in usable.records]
    missed = []
    features = None
    try:
        step = _step(progress, "reading films")
        facts = film_facts(usable, cache_films(usable, FILM_PX, progress=step))
        if short := too_few(usable, groups):
            missed.append(f"Doubtful labels, probes and the cost of the division: {short}.")
        else:
            features = film_features(usable, _step(progress, "looking at films"))
    except (ImageReadError, WeightsError) as error:
        return [], [f"{what}: {error.what}"]
    if progress:
        progress("asking a quick model", 0, 1)
    found, left = find_confounding(usable, facts, features, groups)
    if features is not None:
        doubtful, honest = doubtful_labels(usable, features, groups)
        found += doubtful + split_cost(usable, features, groups, honest)
    return found, missed + left


def _step(progress: Progress | None, name: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(name, done, total)
