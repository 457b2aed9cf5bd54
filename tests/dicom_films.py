"""Synthetic chest films as DICOM files, with the tags that a test wants."""

from typing import Any

import numpy as np

from tests.data.decoding.dicom_files import film_dataset, save
from xray_core.arrays import Float32Array
from xray_core.explain.demo import draw_film

PATIENT: dict[str, Any] = {"PatientName": "Secret^Patient", "PatientID": "ID-471147"}
"""Names and numbers that must turn up nowhere."""


def as_dicom(pixels: Float32Array | None = None, **elements: Any) -> bytes:
    """A film of 12 bits, float32 (height, width) in [0, 1]; a demo film where none is given."""
    stored = np.rint((draw_film(0).image if pixels is None else pixels) * 4095).astype(np.uint16)
    window: dict[str, Any] = {"WindowCenter": 2047.5, "WindowWidth": 4095}
    return save(film_dataset(stored, **PATIENT | window | elements))
