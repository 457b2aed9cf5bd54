import io
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import kagglehub
import pytest
from kagglehub.exceptions import BackendError

from xray_core.data import download as module
from xray_core.data.download import SOURCES, download, unpack
from xray_core.errors import DownloadError


def zip_of(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class Server:
    """A small web server whose one answer each test decides."""

    def __init__(self) -> None:
        outer = self
        self.content = b""
        self.status = 200
        self.missing_bytes = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.content) + outer.missing_bytes))
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/films.zip"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    local = replace(SOURCES["curated"], archive=server.url)
    monkeypatch.setitem(SOURCES, "curated", local)
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.mark.parametrize("key", SOURCES)
def test_every_source_can_be_shown_and_fetched(key: str) -> None:
    source = SOURCES[key]

    assert source.title
    assert source.licence
    assert source.citation
    assert source.page.startswith("https://")
    assert bool(source.kaggle) != bool(source.archive)
    assert source.page in source.manual_steps(Path("x"))


def test_an_archive_is_fetched_and_unpacked(server: Server, tmp_path: Path) -> None:
    server.content = zip_of(**{"set/covid/a.png": b"film", "set/normal/b.png": b"other"})
    seen: list[tuple[int, int]] = []

    folder = download("curated", tmp_path, lambda done, total: seen.append((done, total)))

    assert folder == tmp_path / "curated"
    assert (folder / "set/covid/a.png").read_bytes() == b"film"
    assert seen[-1] == (len(server.content), len(server.content))
    assert [path.name for path in tmp_path.iterdir()] == ["curated"]
    assert not list(folder.rglob("*.zip"))


def test_an_archive_inside_the_archive_is_unpacked_too(server: Server, tmp_path: Path) -> None:
    server.content = zip_of(**{"set/inner.zip": zip_of(**{"covid/a.png": b"film"})})

    folder = download("curated", tmp_path)

    assert (folder / "set/covid/a.png").read_bytes() == b"film"


def test_what_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "curated").mkdir()
    (tmp_path / "curated/a.png").write_bytes(b"mine")
    server.status = 500

    assert download("curated", tmp_path) == tmp_path / "curated"


@pytest.mark.parametrize("fault", ["refused", "cut", "no zip", "no server"])
def test_a_failure_tells_the_manual_steps_and_leaves_nothing(
    fault: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.content = zip_of(**{"a.png": b"film" * 1000})
    if fault == "refused":
        server.status = 403
    elif fault == "cut":
        server.missing_bytes = 10
    elif fault == "no zip":
        server.content = b"<html>Please log in</html>"
    else:
        closed = replace(SOURCES["curated"], archive="http://127.0.0.1:9/films.zip")
        monkeypatch.setitem(SOURCES, "curated", closed)

    with pytest.raises(DownloadError) as caught:
        download("curated", tmp_path)

    assert "By hand: 1. Open https://data.mendeley.com" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_download_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.content = zip_of(**{"a.png": b"film"})

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download("curated", tmp_path, stop)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/evil.txt", "..\\evil.txt", "C:\\evil.txt"]
)
def test_an_archive_cannot_write_outside_its_folder(
    name: str, server: Server, tmp_path: Path
) -> None:
    server.content = zip_of(**{"good.png": b"film", name: b"evil"})

    with pytest.raises(DownloadError, match="out of its folder"):
        download("curated", tmp_path / "data")

    assert not list(tmp_path.rglob("*evil*"))
    assert not list(tmp_path.rglob("good.png"))


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(DownloadError, match="out of its folder"):
        unpack(tmp_path / "a.zip", tmp_path)


def test_an_archive_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", 1000)
    (tmp_path / "a.zip").write_bytes(zip_of(**{"a.png": b"\0" * 1001}))

    with pytest.raises(DownloadError, match="would unpack to"):
        unpack(tmp_path / "a.zip", tmp_path)

    assert not (tmp_path / "a.png").exists()


def test_an_unknown_data_set_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="radiography, kermany"):
        download("covidx", tmp_path)


def test_kaggle_reports_how_much_has_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_S", 0.01)

    def fetch(handle: str, output_dir: str) -> str:
        assert handle == "tawsifurrahman/covid19-radiography-database"
        (Path(output_dir) / "half").write_bytes(b"x" * 500)
        time.sleep(0.1)
        (Path(output_dir) / "other half").write_bytes(b"x" * 500)
        return output_dir

    monkeypatch.setattr(kagglehub, "dataset_download", fetch)
    monkeypatch.setitem(SOURCES, "radiography", replace(SOURCES["radiography"], n_bytes=1000))
    seen: list[tuple[int, int]] = []

    folder = download("radiography", tmp_path, lambda done, total: seen.append((done, total)))

    assert (folder / "half").is_file()
    assert (500, 1000) in seen
    assert seen[-1] == (1000, 1000)
    assert [path.name for path in tmp_path.iterdir()] == ["radiography"]


@pytest.mark.parametrize("fault", [BackendError("403 Forbidden"), ConnectionError("no route")])
def test_kaggle_refusing_tells_the_manual_steps(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(handle: str, output_dir: str) -> str:
        (Path(output_dir) / "half").write_bytes(b"x")
        raise fault

    monkeypatch.setattr(kagglehub, "dataset_download", fetch)

    with pytest.raises(DownloadError) as caught:
        download("kermany", tmp_path)

    assert str(fault) in caught.value.what
    assert "Kaggle asks for a free account" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_a_defect_in_a_download_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(handle: str, output_dir: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(kagglehub, "dataset_download", fetch)

    with pytest.raises(ZeroDivisionError):
        download("kermany", tmp_path)
    assert list(tmp_path.iterdir()) == []
