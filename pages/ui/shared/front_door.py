"""Which requests reach the server: those to its own name, from its own pages.

Streamlit checks the name (`server.allowedHosts`) only when a websocket opens, and then accepts any
port of this machine. Here every request is checked, and only the app's own origin is accepted, so
neither a page of another server on this machine nor a name that points to it gets an answer.

`server.allowedHosts` holds the names, `server.corsAllowedOrigins` other origins that are trusted,
and `server.enableCORS = false` lets all origins in.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse
from streamlit import config
from streamlit.web.server.server_util import is_allowed_origin
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = {"content-security-policy": "frame-ancestors 'self'", "x-frame-options": "SAMEORIGIN"}
HEALTH = "/_stcore/health"
WRONG_HOST = (
    "ThoraxLens does not answer under this name.\n"
    "Its administrator can add the name to server.allowedHosts in .streamlit/config.toml, "
    "or start it with --server.allowedHosts NAME.\n"
)
WRONG_ORIGIN = (
    "ThoraxLens answers requests from its own pages only; this one comes from another page.\n"
    "Its administrator can add further origins to server.corsAllowedOrigins.\n"
)


def keep_uploads_in_memory() -> None:
    """Keep uploads out of temporary files, which Starlette uses for those over 1 MB.

    `server.maxUploadSize` limits them; Streamlit keeps them in memory in any case.
    """
    MultiPartParser.spool_max_size = 0  # never rolled over to a file


class FrontDoor:
    """ASGI middleware that refuses foreign names and origins, and frames of other sites.

    Args:
        app: what answers the requests that are let in.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request, or open one websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_framed(message: "Message") -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(FRAMES)
            await send(message)

        refusal = _refusal(scope)
        if not refusal:
            await self._app(scope, receive, send_framed)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # not accepted: status 403
        else:
            answer = PlainTextResponse(refusal, status_code=403)
            await answer(scope, receive, send_framed)


def _refusal(scope: "Scope") -> str:
    """Why a request is not let in; "" where it is."""
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    # Health checks, such as a container's watchdog, address the server by IP.
    watched = scope["type"] == "http" and scope["path"] == HEALTH
    if not watched and (len(hosts) != 1 or not is_host_allowed(hosts[0])):
        return WRONG_HOST
    if origins and not all(_is_own(origin, hosts) or _is_trusted(origin) for origin in origins):
        return WRONG_ORIGIN
    return ""


def _is_own(origin: str, hosts: list[str]) -> bool:
    """Whether a page has the name and port that the request names; programs send no origin."""
    try:
        return urlsplit(origin).netloc.lower() in [host.lower() for host in hosts]
    except ValueError:
        return False


def _is_trusted(origin: str) -> bool:
    return is_allowed_origin(origin) or not config.get_option("server.enableCORS")
