"""`predict` on DICOM files: compressions, windows, objects that are no films, and no patient."""

import json
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import uid

from tests.data.decoding.dicom_files import film_dataset, save
from tests.dicom_films import PATIENT, as_dicom
from xray_core.cli import main
from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.gate.result import GateResult
from xray_core.runs.store import Run

LOSSLESS = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
)
LOSSY: dict[uid.UID, dict[str, Any]] = {
    uid.JPEGLSNearLossless: {"jls_error": 2},
    uid.JPEG2000: {"j2k_cr": [8]},
}
REPORT = uid.EnhancedSRStorage
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def gated(monkeypatch: pytest.MonkeyPatch) -> list[Film]:
    """An open gate, and the films that went through it."""
    films: list[Film] = []

    def passes(film: Film, facts: FilmFacts) -> GateResult:
        films.append(film)
        return GateResult()

    monkeypatch.setattr("xray_core.opinion.gate.check", passes)
    return films


@pytest.fixture
def words(tiny_run: Run) -> list[str]:
    return ["predict", "--run", tiny_run.id, "--models-dir", str(tiny_run.path.parent), "--json"]


def written_as(syntax: uid.UID, **options: Any) -> bytes:
    dataset = pydicom.dcmread(BytesIO(as_dicom()))
    if syntax.is_compressed and syntax != uid.DeflatedExplicitVRLittleEndian:
        dataset.compress(syntax, generate_instance_uid=False, **options)
    else:
        dataset.file_meta.TransferSyntaxUID = syntax
    buffer = BytesIO()
    dataset.save_as(buffer, implicit_vr=syntax == uid.ImplicitVRLittleEndian, little_endian=True)
    return buffer.getvalue()


@pytest.mark.usefixtures("gated")
def test_a_film_is_answered_in_each_of_eight_transfer_syntaxes_alike(
    tmp_path: Path, words: list[str], capsys: Capture
) -> None:
    files = {syntax: written_as(syntax) for syntax in LOSSLESS}
    files |= {syntax: written_as(syntax, **how) for syntax, how in LOSSY.items()}
    for syntax, data in files.items():
        assert syntax.encode() in data[:400]
        (tmp_path / syntax).write_bytes(data)
    assert main([*words, *(str(tmp_path / syntax) for syntax in files)]) == 0
    answers = [item["probabilities"] for item in json.loads(capsys.readouterr().out)]
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers[: len(LOSSLESS)])
    for answer in answers[len(LOSSLESS) :]:
        assert list(answer.values()) == pytest.approx(list(answers[0].values()), abs=0.05)


def test_a_window_is_chosen_by_its_name(
    tmp_path: Path, words: list[str], capsys: Capture, gated: list[Film]
) -> None:
    several: dict[str, Any] = {
        "WindowCenter": [2047.5, 3000],
        "WindowWidth": [4095, 6000],
        "WindowCenterWidthExplanation": ["NORMAL", "SOFT"],
    }
    (tmp_path / "a.dcm").write_bytes(as_dicom(**several))
    for name in ("normal", "soft"):
        assert main([*words, "--window", name, str(tmp_path / "a.dcm")]) == 0
        capsys.readouterr()
    assert gated[1].pixels.mean() < gated[0].pixels.mean() - 0.1
    assert main([*words, "--window", "lung", str(tmp_path / "a.dcm")]) == 2
    (answer,) = json.loads(capsys.readouterr().out)
    assert "window 2: SOFT (3000 / 6000)" in answer["error"]


def test_no_name_or_number_of_the_patient_is_printed_or_logged(
    tmp_path: Path,
    words: list[str],
    capsys: Capture,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(logging.DEBUG)
    name = PATIENT["PatientName"]
    files = {
        "film.dcm": as_dicom(PatientAge="004Y"),
        "odd.dcm": as_dicom(BodyPartExamined=name, Modality="DX", ViewPosition=name).replace(
            b"PN\x0e\x00", b"DA\x0e\x00"
        ),
        "report.dcm": save(film_dataset(**PATIENT, PixelData=None, SOPClassUID=REPORT)),
        "cut.dcm": as_dicom()[:9000],
    }
    recwarn.clear()  # pydicom warned of odd values as the files were written
    caplog.clear()
    for file, data in files.items():
        (tmp_path / file).write_bytes(data)
    main([*words, "--answer-anyway", *(str(tmp_path / file) for file in files)])
    shown = capsys.readouterr()
    said = "\n".join(
        [shown.out, shown.err, caplog.text, *(str(item.message) for item in recwarn.list)]
    )
    assert [part for part in ("Secret", "471147") if part in said] == []
    assert "a structured report" in said


@pytest.mark.usefixtures("gated")
def test_several_frames_are_answered_by_the_first_and_say_so(
    tmp_path: Path, words: list[str], capsys: Capture
) -> None:
    frames = np.stack([np.arange(4096, dtype=np.uint16).reshape(64, 64)] * 3)
    (tmp_path / "a.dcm").write_bytes(save(film_dataset(frames, NumberOfFrames=3)))
    assert main([*words, str(tmp_path / "a.dcm")]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert "first of 3 frames" in answer["notes"]
