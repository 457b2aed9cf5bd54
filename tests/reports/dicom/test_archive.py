"""What others make of the objects: a validator of the standard, and an archive with DICOMweb."""

import json
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.reports.dicom.conftest import WORD
from tests.reports.dicom.films import PDF, dicom_film, stopped, sure, unsure
from xray_core.data.decoding.images import Film, encode_png, read_film
from xray_core.opinion.opinion import Opinion
from xray_core.reports.dicom.objects import DicomStudy, dicom_study

pytestmark = pytest.mark.long

DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
BARE: dict[str, Any] = dict.fromkeys(
    (
        *("PatientName", "PatientBirthDate", "StudyID", "AccessionNumber", "PatientOrientation"),
        *("ImagerPixelSpacing", "BodyPartExamined", "BurnedInAnnotation"),
    )
)
FILMS: dict[str, Callable[[], bytes]] = {
    "CR": dicom_film,
    "DX": lambda: dicom_film("DX"),
    "CR of MONOCHROME1": lambda: dicom_film(photometric="MONOCHROME1"),
    "lossy DX": lambda: dicom_film(
        "DX",
        LossyImageCompression="01",
        LossyImageCompressionRatio="8.5",
        LossyImageCompressionMethod="ISO_10918_1",
    ),
    "DX that says little": lambda: dicom_film("DX", **BARE),
    "PNG": lambda: encode_png(read_film(dicom_film()).pixels),
}
ANSWERS: dict[str, Callable[[Film], Opinion]] = {"sure": sure, "not sure": unsure, "stop": stopped}


def study_of(film_name: str, answer: str = "sure") -> DicomStudy:
    data = FILMS[film_name]()
    film = read_film(data)
    return dicom_study(ANSWERS[answer](film), film, data, word=WORD, pdf=PDF)


@pytest.mark.parametrize(
    ("film", "answer"),
    [*((film, "sure") for film in FILMS), *product(("DX", "PNG"), ("not sure", "stop"))],
)
def test_dciodvfy_finds_no_error(film: str, answer: str, tmp_path: Path) -> None:
    if not shutil.which("dciodvfy"):
        pytest.skip("dciodvfy is not there: install Debian's dicom3tools")
    for item in study_of(film, answer).objects:
        path = tmp_path / f"{item.name}.dcm"
        path.write_bytes(item.encode())
        said = subprocess.run(
            ["dciodvfy", "-new", path], capture_output=True, text=True, check=False
        )
        lines = (said.stdout + said.stderr).splitlines()
        assert lines, item.name
        assert [line for line in lines if line.startswith("Error")] == [], item.name


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an archive with DICOMweb in an empty folder."""
    if not shutil.which("Orthanc") or not DICOMWEB.exists():
        pytest.skip("Orthanc is not there: install Debian's orthanc and orthanc-dicomweb")
    folder = tmp_path_factory.mktemp("orthanc")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = {
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "Plugins": [str(DICOMWEB)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(config), encoding="utf-8")
    with subprocess.Popen(
        ["Orthanc", folder / "orthanc.json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/system")
            yield address
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            ask(address)
        except URLError:
            time.sleep(0.3)
        else:
            return
    pytest.fail("Orthanc did not start within 30 s")


def ask(address: str, body: bytes | None = None, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(address, body, named), timeout=30) as answer:
        content: bytes = answer.read()
        return content


def store(address: str, study: DicomStudy) -> Any:
    """Send all objects by STOW-RS."""
    mark = uuid.uuid4().hex
    parts = [
        f"--{mark}\r\nContent-Type: application/dicom\r\n\r\n".encode() + item.encode() + b"\r\n"
        for item in study.objects
    ]
    kind = f'multipart/related; type="application/dicom"; boundary={mark}'
    body = b"".join(parts) + f"--{mark}--\r\n".encode()
    sent = ask(
        f"{address}/dicom-web/studies", body, Content_Type=kind, Accept="application/dicom+json"
    )
    return json.loads(sent)


def fetch(address: str, uid: str) -> Dataset:
    found = json.loads(ask(f"{address}/tools/lookup", uid.encode()))
    (instance,) = (item["ID"] for item in found if item["Type"] == "Instance")
    return pydicom.dcmread(BytesIO(ask(f"{address}/instances/{instance}/file")))


@pytest.mark.parametrize("film", ["DX", "CR of MONOCHROME1", "DX that says little", "PNG"])
def test_an_archive_takes_all_objects_and_gives_them_back(orthanc: str, film: str) -> None:
    study = study_of(film)
    answer = store(orthanc, study)
    assert len(answer["00081199"]["Value"]) == len(study.objects)
    assert not answer.get("00081198", {}).get("Value")  # Failed SOP Sequence
    for item in study.objects:
        kept = fetch(orthanc, item.dataset.SOPInstanceUID)
        sent = pydicom.dcmread(BytesIO(item.encode()))
        assert kept == sent, item.name
    uid = study.objects[0].dataset.StudyInstanceUID
    (listed,) = json.loads(
        ask(
            f"{orthanc}/dicom-web/studies?StudyInstanceUID={uid}&includefield=00201208",
            Accept="application/dicom+json",
        )
    )
    assert listed["00201208"]["Value"] == [len(study.objects)]
    name = listed["00100010"]["Value"][0]["Alphabetic"] if "Value" in listed["00100010"] else ""
    assert name == str(study.objects[0].dataset.PatientName)
