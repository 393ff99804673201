"""The check of every request, before Streamlit or one of our routes handles it.

Streamlit checks the Origin of its own socket only, and accepts every page of `localhost`.
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

_HEALTH_PATH = "/_stcore/health"
"""Streamlit's page requests this before it opens its socket, and shows an answer in JSON. It does
not show why a socket is refused."""

_READING = ("GET", "HEAD")

_MISDIRECTED = 421
"""Not 403: for that Streamlit's page shows its own message instead of ours."""

_MAX_LOGGED = 64
"""Refusals in the server's log: requests with ever new names must not fill it."""


def policy(page: str) -> str:
    """The Content-Security-Policy: what our pages may load, and which pages may embed them.

    Args:
        page: Streamlit's own HTML, whose scripts in the page are allowed by their hashes.
    """
    hashes = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page)]
    in_page = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes]
    return "; ".join(
        [
            "default-src 'self'",
            # Streamlit imports the code of cards from blobs. One of its libraries tries to use
            # WebAssembly: browsers report a violation, and it works without.
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
    """ASGI middleware: refuses foreign host names and foreign pages, and sets security headers.

    Args:
        app: handles the accepted requests.
        hosts: the host names that are accepted, as from `access.hosts`.
        origins: other origins whose pages may make requests, as from `access.origins`.
        policy: the Content-Security-Policy, as from `policy`.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str], policy: str
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._logged: set[str] = set()
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
        if _is_health_check(scope):
            page = page or access.referring_page(headers)
        elif scope["method"] in _READING:
            # A browser does not let a foreign page read the answer.
            return ""
        # A browser always names the page: without an origin, the sender is another program.
        return access.page_refusal(page, host, self._origins) if page else ""

    def _log_once(self, reason: str) -> None:
        """Log the refusal for the operator; repeated requests of a page are logged once."""
        if reason not in self._logged and len(self._logged) < _MAX_LOGGED:
            self._logged.add(reason)
            _logger.warning("%s", reason)


def _is_health_check(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.endswith(_HEALTH_PATH)


def _refused(scope: Scope, reason: str) -> ASGIApp:
    kind = JSONResponse if _is_health_check(scope) else PlainTextResponse
    return kind(reason, _MISDIRECTED)
