"""Fetching public data sets: the licence is shown first, half a download never looks whole."""

import http.client
import shutil
import stat
import threading
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from xray_core.errors import DownloadError
from xray_core.settings import require_changes_allowed

Progress = Callable[[int, int], None]

MAX_UNPACKED_BYTES = 40 * 2**30
_CHUNK_BYTES = 2**20
_TIMEOUT_S = 30
_POLL_S = 0.5
_AGENT = {"User-Agent": "ThoraxLens (research)"}
_NETWORK_FAULTS = (OSError, http.client.HTTPException, ValueError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Source:
    """A public data set that can be fetched.

    Attributes:
        title: name by which it is known.
        n_films: how many films its page states.
        n_bytes: size of the archive, about; 0 where its page doesn't say.
        page: where it is described and can be fetched by hand.
        licence: terms of use, to be shown before a download.
        citation: what to cite.
        kaggle: `owner/name` for kagglehub; "" for a plain archive.
        archive: URL of a zip file; "" for kagglehub.
    """

    title: str
    n_films: int
    n_bytes: int
    page: str
    licence: str
    citation: str
    kaggle: str = ""
    archive: str = ""

    def manual_steps(self, folder: Path) -> str:
        """How to get the data set without this program."""
        return (
            f"By hand: 1. Open {self.page} in a browser and read the licence. "
            f"2. Download the archive; Kaggle asks for a free account. "
            f"3. Unpack it into a folder named {folder.name}. "
            f"4. Add that folder on the Dataset page, or run `python -m xray_core scan` on it."
        )


SOURCES: dict[str, Source] = {
    "radiography": Source(
        title="COVID-19 Radiography Database",
        n_films=21_165,
        n_bytes=820_000_000,
        page="https://www.kaggle.com/datasets/tawsifurrahman/covid19-radiography-database",
        licence="Data files © Original Authors. Offered for research with citation; the films come "
        "from several collections, each under its own terms. Not for redistribution.",
        citation="Chowdhury et al., IEEE Access 8:132665, 2020; "
        "Rahman et al., Computers in Biology and Medicine 132:104319, 2021.",
        kaggle="tawsifurrahman/covid19-radiography-database",
    ),
    "kermany": Source(
        title="Chest X-Ray Images (Pneumonia), Kermany et al., as on Kaggle",
        n_films=5_856,
        n_bytes=2_460_000_000,
        page="https://www.kaggle.com/datasets/paultimothymooney/chest-xray-pneumonia",
        licence="CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).",
        citation="Kermany, Zhang, Goldbaum, Mendeley Data, 2018, doi:10.17632/rscbjbr9sj.",
        kaggle="paultimothymooney/chest-xray-pneumonia",
    ),
    "kermany-mendeley": Source(
        title="Chest X-Ray Images (Pneumonia), Kermany et al., as on Mendeley Data",
        n_films=5_856,
        n_bytes=1_240_000_000,
        page="https://data.mendeley.com/datasets/rscbjbr9sj/2",
        licence="CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).",
        citation="Kermany, Zhang, Goldbaum, Mendeley Data, 2018, doi:10.17632/rscbjbr9sj.",
        archive="https://data.mendeley.com/public-files/datasets/rscbjbr9sj/files/"
        "f12eaf6d-6023-432f-acc9-80c9d7393433/file_downloaded",
    ),
    "curated": Source(
        title="Curated Dataset for COVID-19 Posterior-Anterior Chest Radiography Images",
        n_films=9_208,
        n_bytes=0,
        page="https://data.mendeley.com/datasets/9xkhgts2s6/4",
        licence="The terms are on the Mendeley Data page. It combines 15 public collections, "
        "each under its own terms; for research, with citation.",
        citation="Sait et al., Mendeley Data, version 4, 2022, doi:10.17632/9xkhgts2s6.4.",
        archive="https://prod-dcd-datasets-cache-zipfiles.s3.eu-west-1.amazonaws.com/9xkhgts2s6-4.zip",
    ),
}


def download(key: str, target: Path, progress: Progress | None = None) -> Path:
    """Fetch and unpack a public data set.

    Show `SOURCES[key].licence` and have it accepted before. Everything is collected in a
    `.part` folder, which takes its final name only when complete and is removed on any failure.

    Args:
        key: a key of `SOURCES`.
        target: folder under which the folder `key` is made.
        progress: called in the calling thread with (bytes here, bytes in all; 0 if unknown).

    Returns:
        The folder to scan. One that is already there is returned at once.

    Raises:
        DownloadError: unknown key, no network, refused, damaged, or no room on the disk; says
            how to get the data set by hand.
    """
    require_changes_allowed()
    if key not in SOURCES:
        raise DownloadError(
            f"No data set is named '{key}'.", where=key, fix=f"Choose one of {', '.join(SOURCES)}."
        )
    source = SOURCES[key]
    folder = target / key
    if folder.is_dir() and any(folder.iterdir()):
        return folder
    part = target / f"{key}.part"
    fetch = _fetch_kaggle if source.kaggle else _fetch_archive
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        fetch(source, part, progress or (lambda done, total: None))
        if folder.exists():
            folder.rmdir()
        part.replace(folder)
    except DownloadError:
        raise
    except _NETWORK_FAULTS as error:
        raise DownloadError(
            f"{source.title} could not be fetched: {_reason(error)}.",
            where=source.page,
            fix=source.manual_steps(folder),
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip file, and one that it holds alone, without leaving the folder.

    Raises:
        DownloadError: a member points outside, is a link, or all of them are too large.
        zipfile.BadZipFile: the archive is damaged.
    """
    with zipfile.ZipFile(archive) as content:
        members = content.infolist()
        for member in members:
            path = PurePosixPath(member.filename.replace("\\", "/"))
            is_link = stat.S_ISLNK(member.external_attr >> 16)
            has_drive = ":" in "".join(path.parts[:1])
            if path.is_absolute() or ".." in path.parts or has_drive or is_link:
                raise DownloadError(
                    "The archive holds a path that leads out of its folder; nothing was kept.",
                    where=member.filename,
                    fix="Don't use this archive; fetch it from its own page.",
                )
        n_bytes = sum(member.file_size for member in members)
        if n_bytes > MAX_UNPACKED_BYTES:
            raise DownloadError(
                f"The archive would unpack to {n_bytes / 2**30:,.0f} GB; "
                f"at most {MAX_UNPACKED_BYTES / 2**30:,.0f} GB are allowed.",
                where=archive.name,
                fix="Don't use this archive; fetch it from its own page.",
            )
        free = shutil.disk_usage(folder).free
        if n_bytes > free:
            raise DownloadError(
                f"{n_bytes / 2**30:,.1f} GB are needed, {free / 2**30:,.1f} GB are free.",
                where=folder.name,
                fix="Make room, or choose a folder on another disk.",
            )
        content.extractall(folder)
    archive.unlink()
    inner = [path for path in folder.rglob("*") if path.is_file()]
    if len(inner) == 1 and zipfile.is_zipfile(inner[0]):
        unpack(inner[0], inner[0].parent)


def _fetch_archive(source: Source, part: Path, progress: Progress) -> None:
    archive = part / "archive.zip"
    request = urllib.request.Request(source.archive, headers=_AGENT)
    with (
        urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response,
        archive.open("wb") as file,
    ):
        stated = int(response.headers.get("Content-Length") or 0)
        done = 0
        while chunk := response.read(_CHUNK_BYTES):
            file.write(chunk)
            done += len(chunk)
            progress(done, stated or source.n_bytes)
    if stated and done != stated:
        raise OSError(f"it ends after {done:,} of {stated:,} bytes")
    unpack(archive, part)


def _fetch_kaggle(source: Source, part: Path, progress: Progress) -> None:
    """Run kagglehub, which does not report progress, and report how much has arrived."""
    import kagglehub
    from kagglehub import exceptions

    refusals = (
        exceptions.BackendError,
        exceptions.CredentialError,
        exceptions.DataCorruptionError,
        exceptions.KaggleEnvironmentError,
        exceptions.NotFoundError,
        exceptions.UnauthenticatedError,
    )
    faults: list[Exception] = []

    def fetch() -> None:
        try:
            kagglehub.dataset_download(source.kaggle, output_dir=str(part))
        except Exception as error:
            faults.append(error)  # raised again below, in the calling thread

    worker = threading.Thread(target=fetch, daemon=True)  # ends with the program on Ctrl-C
    worker.start()
    while worker.is_alive():
        worker.join(_POLL_S)
        progress(min(_size_of(part), source.n_bytes), source.n_bytes)
    if faults:
        if isinstance(faults[0], refusals):
            raise OSError(str(faults[0])) from faults[0]
        raise faults[0]
    if not any(path.is_file() for path in part.rglob("*")):
        raise OSError("nothing arrived")


def _size_of(folder: Path) -> int:
    """Bytes under a folder that is being written to, so files may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _reason(error: Exception) -> str:
    lines = str(error).splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
