"""What every request passes before Streamlit or a route of ours sees it.

Streamlit checks the Origin of its own socket only, and takes every page of `localhost` for its own.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from dgviz.live import access

_logger = logging.getLogger("dgviz")

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_ASKED_FIRST = "/_stcore/health"
"""Streamlit's page asks this before it opens its socket, and shows what it is answered, if that is
JSON. It does not show why a socket is refused."""

_READING = ("GET", "HEAD")

_MISDIRECTED = 421
"""Not 403: Streamlit's page would show words of its own in place of ours."""

_MOST_TOLD = 64
"""Refusals in the server's log: whoever sends ever new names must not fill it."""


def policy(page: str) -> str:
    """What a page of ours may load, and who may show it in a frame: a Content-Security-Policy.

    Args:
        page: Streamlit's own HTML, whose scripts in the page are allowed by their hashes.
    """
    hashes = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page)]
    in_page = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes]
    return "; ".join(
        [
            "default-src 'self'",
            # Streamlit imports the code of cards from blobs. One of its libraries asks in vain for
            # WebAssembly, which browsers report as a violation, and does without.
            " ".join(["script-src 'self' blob:", *in_page]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


class Guard:
    """ASGI middleware: refuses foreign names and foreign pages, and bounds what our pages load.

    Args:
        app: what the other requests go on to.
        hosts: the names that the server answers to, as from `access.hosts`.
        origins: whose pages may make requests besides the server's own, as from `access.origins`.
        policy: as from `policy`.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str], policy: str
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._told: set[str] = set()
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        reason = self._refusal(scope)
        if reason:
            self._log_once(reason)
        if reason and scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                # Streamlit lets every page read its answers where `server.enableCORS` is false.
                del headers["Access-Control-Allow-Origin"]
            await send(message)

        answer = _refused(scope, reason) if reason else self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        host, page = headers.get("host", ""), headers.get("origin", "")
        if reason := access.host_refusal(host, self._hosts):
            return reason
        if scope["type"] == "websocket":
            return access.page_refusal(page, host, self._origins)
        if _is_asked_first(scope):
            page = page or access.referring_page(headers)
        elif scope["method"] in _READING:
            # A browser does not let a foreign page read the answer.
            return ""
        # A browser names the page: without one it is another program, which no page can send.
        return access.page_refusal(page, host, self._origins) if page else ""

    def _log_once(self, reason: str) -> None:
        """Tell whoever runs the server, who can mend it; a page that tries again is no news."""
        if reason not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(reason)
            _logger.warning("%s", reason)


def _is_asked_first(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.endswith(_ASKED_FIRST)


def _refused(scope: Scope, reason: str) -> ASGIApp:
    kind = JSONResponse if _is_asked_first(scope) else PlainTextResponse
    return kind(reason, _MISDIRECTED)
