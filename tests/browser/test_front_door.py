"""Who is let in by the running server: its own names and its own pages, nobody else."""

import json
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import App

pytestmark = pytest.mark.browser


def open_socket(app: App, host: str, origin: str | None) -> int:
    """Status of the answer to a websocket that is opened under a name, from a page."""
    port = urlsplit(app.url).port
    host, origin = host.format(port=port), origin and origin.format(port=port)
    with socket.create_connection(("127.0.0.1", port)) as raw:
        try:
            with connect(
                f"ws://{host}/_stcore/stream",
                sock=raw,
                origin=origin,  # type: ignore[arg-type]
                subprotocols=["streamlit"],  # type: ignore[list-item]
                proxy=None,
            ):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_the_apps_own_page_opens_a_websocket(app: App, name: str) -> None:
    assert open_socket(app, f"{name}:{{port}}", f"http://{name}:{{port}}") == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("films.example:{port}", "http://films.example:{port}"),  # a name pointed at this machine
        ("127.0.0.1.films.example:{port}", "http://127.0.0.1.films.example:{port}"),
        ("films.example:{port}", None),
        ("localhost:{port}", "http://localhost:9"),  # another server of this machine
        ("localhost:{port}", "http://127.0.0.1:{port}"),
        ("localhost:{port}", "https://films.example"),
        ("localhost:{port}", "null"),
    ],
)
def test_a_foreign_name_or_page_opens_no_websocket(app: App, host: str, origin: str | None) -> None:
    assert open_socket(app, host, origin) == 403


def test_a_foreign_name_gets_no_page_and_learns_how_it_is_let_in(app: App) -> None:
    asked = urllib.request.Request(app.url, headers={"Host": "films.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)
    assert refused.value.code == 403
    assert "server.allowedHosts" in refused.value.read().decode()


def test_pages_of_other_sites_cannot_frame_the_app(app: App, page: Page) -> None:
    with urllib.request.urlopen(app.url) as answer:
        assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
    page.goto(f"data:text/html,<iframe src={json.dumps(app.url)}></iframe>")
    page.wait_for_timeout(500)
    expect(page.frame_locator("iframe").get_by_text("Research software")).to_have_count(0)
    page.goto(app.url)
    expect(page.get_by_text("Research software").first).to_be_visible()
