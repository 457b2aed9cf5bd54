"""Opinions and DICOM films of known content, for the tests of what goes back to an archive."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)

from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.explain.attribution import Attribution
from xray_core.opinion.gate.result import GateFinding, GateResult
from xray_core.opinion.opinion import ModelAnswer, Opinion

ROWS, COLUMNS = 96, 64
RAW = {"normal": 0.0731, "viral": 0.1040, "covid": 0.8229}
MET = {"normal": 0.0816, "covid": 0.9184}
SCOPE = "For adults this model cannot recognise viral pneumonia."
TURNED = GateFinding("turned", 90, "It lies on its side.", stops=True, advice="Turn it.")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def dicom_film(kind: str = "CR", *, photometric: str = "MONOCHROME2", **tags: object) -> bytes:
    """A DICOM film, taller than wide, with a bright corner at the top left.

    Args:
        kind: `CR` or `DX`.
        photometric: its grey scale.
        tags: keyword -> value of further elements; None removes one.
    """
    grey = np.add.outer(np.arange(ROWS), np.arange(COLUMNS)).astype(np.uint16) * 20
    grey[:12, :8] = 4095
    if photometric == "MONOCHROME1":
        grey = 4095 - grey
    film = Dataset()
    film.file_meta = FileMetaDataset()
    film.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    film.SpecificCharacterSet = "ISO_IR 100"
    film.SOPClassUID = {
        "CR": ComputedRadiographyImageStorage,
        "DX": DigitalXRayImageStorageForPresentation,
    }[kind]
    film.file_meta.MediaStorageSOPClassUID = film.SOPClassUID
    film.SOPInstanceUID = film.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    film.SeriesInstanceUID, film.StudyInstanceUID = generate_uid(), generate_uid()
    film.PatientName, film.PatientID = "Müller^Änne", "4711"
    film.PatientBirthDate, film.PatientSex = "19600203", "F"
    film.StudyDate, film.StudyTime, film.StudyID = "20240506", "070809", "S1"
    film.AccessionNumber, film.ReferringPhysicianName = "A1", "Who^Doctor"
    film.Modality, film.BodyPartExamined, film.ViewPosition = kind, "CHEST", "PA"
    film.PatientOrientation, film.BurnedInAnnotation = ["L", "F"], "NO"
    film.ImagerPixelSpacing = [0.2, 0.2]
    film.SeriesNumber, film.InstanceNumber = 1, 1
    film.Rows, film.Columns, film.SamplesPerPixel = ROWS, COLUMNS, 1
    film.PhotometricInterpretation = photometric
    film.BitsAllocated, film.BitsStored, film.HighBit, film.PixelRepresentation = 16, 12, 11, 0
    film.PixelData = grey.tobytes()
    if kind == "DX":
        film.ImageLaterality = "U"
    for keyword, value in tags.items():
        if value is None:
            delattr(film, keyword)
        else:
            setattr(film, keyword, value)
    buffer = BytesIO()
    film.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def corner_map(*, turned: int = 0) -> Float32Array:
    """Evidence in one corner alone: the top left of the file's pixels, whatever the turn."""
    values = np.zeros((ROWS // 4, COLUMNS // 4), np.float32)
    values[:3, :2] = 2
    return np.ascontiguousarray(np.rot90(values, -turned // 90))


def model(run_id: str, evidence: Float32Array, label: str = "covid") -> ModelAnswer:
    """A model that finds `label` likeliest, with a map of each class it met."""
    return ModelAnswer(
        run_id=run_id,
        title=run_id.title(),
        weights="0123456789ab",
        probabilities=RAW,
        restricted=MET,
        possible=tuple(MET),
        never_met=("viral",),
        scope_words=SCOPE,
        conformal_set=("covid",),
        attribution=Attribution(evidence, "grad_cam", label, RAW[label], layer="last"),
        label=label,
    )


def sure(film: Film, *, turned: int = 0) -> Opinion:
    """Two models that agree on COVID-19, each with its map, and a third that does not."""
    evidence = corner_map(turned=turned)
    return Opinion(
        film.id,
        "mueller.dcm",
        FilmFacts(),
        "adult",
        GateResult(),
        models=(
            model("first", evidence),
            model("second", evidence),
            model("third", evidence, "normal"),
        ),
        mean=MET,
        conformal_set=("covid",),
        sure=True,
        notes=(SCOPE,),
        verdict="Opacity like that of COVID-19 films (0.92)",
        sentence="Adult. Opacity like that of COVID-19 films (0.92), mean of 3 models.",
        spread=0.1234,
    )


def unsure(film: Film) -> Opinion:
    """One of the models, which is not sure."""
    opinion = sure(film)
    return replace(
        opinion,
        models=opinion.models[:1],
        conformal_set=tuple(MET),
        sure=False,
        reasons=("Two classes cannot be ruled out.",),
        verdict="Not sure: no pneumonia (0.08) or opacity like that of COVID-19 films (0.92)",
        sentence="Adult. Not sure.",
    )


def stopped(film: Film) -> Opinion:
    """A film that the gate stopped: it has no class anywhere."""
    gate = GateResult((TURNED,))
    words = f"No answer: {TURNED.words}"
    return Opinion(
        film.id, "a.dcm", FilmFacts(), "adult", gate, reasons=(TURNED.words,), verdict=words
    )
