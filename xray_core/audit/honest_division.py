"""The honest division: a patient, and all copies that an audit found, in one split."""

import pandas as pd

from xray_core.audit.finding import COPIES, AuditReport
from xray_core.data.labels import order_labels
from xray_core.data.records import SPLITS
from xray_core.data.splits import assign_splits

_COLUMNS = (
    "path",
    "label",
    "patient",
    "source",
    "view",
    "age_group",
    "split",
    "mask",
    "lesion",
    "boxes",
    "reading",
)


def honest_division(report: AuditReport, seed: int = 0) -> pd.DataFrame:
    """Films divided by patient, with everything together that the audit found to be one radiograph.

    Laid beside the films it is their index: `train --keep-own-split` honours the division.

    Args:
        report: of the data set.
        seed: another seed gives another division.

    Returns:
        One row per usable film: its path, as in `AuditReport.as_json`, its facts, and its split.

    Raises:
        SplitError: a class has too few patients to be divided.
    """
    copies = [group for item in report.findings if item.kind in COPIES for group in item.groups]
    frame = assign_splits(report.manifest, seed=seed, copies=copies).usable.to_frame()
    if len(report.manifest.roots) > 1:
        frame["path"] = frame["id"]
    return frame[frame["split"] != ""][list(_COLUMNS)]


def counts_of(division: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Split -> class -> films, of a division."""
    counts = division.groupby(["split", "label"]).size()
    labels = order_labels(set(division["label"]))
    return {name: {label: int(counts.get((name, label), 0)) for label in labels} for name in SPLITS}
