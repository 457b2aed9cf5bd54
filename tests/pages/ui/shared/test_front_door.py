import asyncio
from collections.abc import AsyncGenerator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit import config

from pages.ui.shared.front_door import HEALTH, FrontDoor, keep_uploads_in_memory

Header = tuple[str, str]
Found = TypeVar("Found")


def run(coroutine: Coroutine[Any, Any, Found]) -> Found:
    """Run it in a thread of its own: a browser test before may have left a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def status_of(*headers: Header, kind: str = "http", path: str = "/") -> int | str:
    """How a request is answered: its status, or `refused` for a websocket."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    run(FrontDoor(app)(scope, None, send))  # type: ignore[arg-type]
    if sent[0]["type"] == "websocket.close":
        return "refused"
    assert (b"content-security-policy", b"frame-ancestors 'self'") in sent[0]["headers"]
    return int(sent[0]["status"])


@pytest.fixture
def own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {
        "server.allowedHosts": ["localhost", "*.clinic.example"],
        "server.corsAllowedOrigins": ["https://portal.example"],
        "server.enableCORS": True,
    }
    monkeypatch.setattr(config, "get_option", options.__getitem__)


HOST = ("host", "localhost:8501")


@pytest.mark.usefixtures("own_names")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HOST], 200),
        ([("host", "LOCALHOST")], 200),
        ([("host", "films.clinic.example")], 200),
        ([("host", "clinic.example.evil")], 403),
        ([("host", "localhost@evil.example")], 403),
        ([], 403),
        ([HOST, HOST], 403),
        ([HOST, ("origin", "http://localhost:8501")], 200),
        ([HOST, ("origin", "https://localhost:8501")], 200),  # a proxy speaks TLS for it
        ([HOST, ("origin", "https://portal.example")], 200),
        ([HOST, ("origin", "http://localhost:8502")], 403),
        ([HOST, ("origin", "http://[broken")], 403),
        ([HOST, ("origin", "null")], 403),
        ([HOST, ("origin", "http://localhost:8501"), ("origin", "http://evil.example")], 403),
    ],
)
def test_only_own_names_and_own_pages_are_answered(headers: list[Header], status: int) -> None:
    assert status_of(*headers) == status
    assert status_of(*headers, kind="websocket") == (status if status == 200 else "refused")


@pytest.mark.usefixtures("own_names")
def test_a_watchdog_asks_for_the_servers_health_under_any_name() -> None:
    assert status_of(("host", "10.0.0.7:8501"), path=HEALTH) == 200
    assert status_of(("host", "10.0.0.7:8501"), path=f"/x{HEALTH}") == 403
    assert status_of(("host", "10.0.0.7:8501"), path=HEALTH, kind="websocket") == "refused"


def test_a_large_upload_passes_through_no_file() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.dcm"\r\n\r\n'
        + bytes(3 * 2**20)
        + b"\r\n--x--\r\n"
    )

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    async def is_on_disk() -> bool:
        headers = Headers({"content-type": "multipart/form-data; boundary=x"})
        form = await MultiPartParser(headers, stream()).parse()
        upload = form["f"]
        assert isinstance(upload, UploadFile)
        assert len(await upload.read()) == 3 * 2**20
        return bool(upload.file._rolled)  # type: ignore[attr-defined]

    keep_uploads_in_memory()
    assert not run(is_on_disk())
