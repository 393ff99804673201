"""Which requests reach the app, the answers to the others, and the security headers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket
from streamlit import file_util

from dgviz.live.guard import Guard, policy

OWN = {"host": "localhost:8501"}


BOUNDS = {
    b"content-security-policy": b"the policy",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
}


async def page(request: Request) -> Response:
    return PlainTextResponse("inside", headers={"Access-Control-Allow-Origin": "*"})


async def socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def guarded() -> Starlette:
    return Starlette(
        routes=[Route("/", page, methods=["GET", "PUT"]), WebSocketRoute("/", socket)],
        middleware=[
            Middleware(
                Guard, hosts=["localhost"], origins=["https://lab.example"], policy="the policy"
            )
        ],
    )


def answer(
    headers: dict[str, str],
    kind: str = "http",
    method: str = "GET",
    path: str = "/",
    app: Starlette | None = None,
) -> list[Message]:
    """The messages that a guarded app sends in answer to one request."""
    app = app or guarded()
    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await app(scope, receive, send)

    # In another thread: an earlier browser test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, ask()).result()
    return sent


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        (OWN, "GET"),
        ({**OWN, "origin": "http://localhost:8501"}, "PUT"),
        ({**OWN, "origin": "https://lab.example"}, "PUT"),
        ({**OWN, "referer": "https://elsewhere.example/"}, "GET"),
        # Behind a proxy that changes the Host header, our own page requests its scripts like this.
        ({**OWN, "origin": "https://elsewhere.example"}, "GET"),
    ],
    ids=["a program", "the own page", "an allowed page", "a link from elsewhere", "reading"],
)
def test_own_requests_pass_and_get_the_policy(headers: dict[str, str], method: str) -> None:
    start, body = answer(headers, method=method)
    assert (start["status"], body["body"]) == (200, b"inside")
    given = dict(start["headers"])
    assert BOUNDS.items() <= given.items()
    assert b"access-control-allow-origin" not in given


@pytest.mark.parametrize(
    ("headers", "method", "reason"),
    [
        ({"host": "evil.example"}, "GET", b"does not accept the host name"),
        (
            {"host": "evil.example", "origin": "http://evil.example"},
            "GET",
            b"does not accept the host name",
        ),
        ({}, "GET", b"does not accept the host name"),
        *(
            ({**OWN, "origin": origin}, method, b"The server refuses this page")
            for method in ("POST", "PUT", "DELETE", "OPTIONS")
            for origin in ("http://localhost:3000", "null")
        ),
    ],
)
def test_foreign_requests_are_refused_with_a_reason(
    headers: dict[str, str], method: str, reason: bytes
) -> None:
    start, body = answer(headers, method=method)
    assert start["status"] == 421 and reason in body["body"]
    assert body["body"].startswith(b"The server ")
    assert BOUNDS.items() <= dict(start["headers"]).items()


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        {**OWN, "origin": "http://localhost:3000"},
        {**OWN, "origin": "http://evil.example"},
        {"host": "evil.example", "origin": "http://evil.example"},
    ],
    ids=["no page", "another port", "another host", "a rebound page"],
)
def test_foreign_sockets_are_not_accepted(headers: dict[str, str]) -> None:
    (closed,) = answer(headers, "websocket")
    assert closed["type"] == "websocket.close"


@pytest.mark.parametrize(
    "given", [{"referer": "https://lab.other/gates/"}, {"origin": "https://lab.other"}]
)
def test_a_page_under_another_name_gets_the_reason_from_the_health_check(
    given: dict[str, str],
) -> None:
    start, body = answer({**OWN, **given}, path="/gates/_stcore/health")
    assert start["status"] == 421
    # Streamlit's page shows only answers in JSON.
    assert "which was opened at https://lab.other:" in json.loads(body["body"])


def test_each_refusal_is_logged_once_and_their_number_is_bounded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = guarded()
    for number in range(200):
        for _ in range(2):
            answer({"host": f"{number}.example"}, app=app)
    logged = [record.message for record in caplog.records]
    assert "'0.example'" in logged[0] and "'1.example'" in logged[1]
    assert len(logged) < 100


@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://lab.example"])
def test_own_sockets_are_accepted(origin: str) -> None:
    assert answer({**OWN, "origin": origin}, "websocket")[0]["type"] == "websocket.accept"


def test_the_policy_lets_the_scripts_in_streamlits_page_run_and_no_others() -> None:
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    (scripts,) = (part for part in policy(html).split("; ") if part.startswith("script-src"))
    digest = hashlib.sha256(html.split("<script>")[1].split("</script>")[0].encode()).digest()
    assert scripts == f"script-src 'self' blob: 'sha256-{base64.b64encode(digest).decode()}'"


def test_the_policy_allows_no_other_host() -> None:
    assert policy("") == (
        "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'self'"
    )
