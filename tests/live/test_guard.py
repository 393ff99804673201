"""What reaches the app, what is answered in its place, and what pages may load."""

from __future__ import annotations

import asyncio
import base64
import hashlib
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


async def page(request: Request) -> Response:
    return PlainTextResponse("inside")


async def socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def answer(
    headers: dict[str, str], kind: str = "http", method: str = "GET", path: str = "/"
) -> list[Message]:
    """What the guarded app sends in answer to one request."""
    app = Starlette(
        routes=[Route("/", page, methods=["GET", "PUT"]), WebSocketRoute("/", socket)],
        middleware=[
            Middleware(
                Guard, hosts=["localhost"], origins=["https://lab.example"], policy="the policy"
            )
        ],
    )
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

    # In a thread of its own: a browser test before may have left a loop running in this one.
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
    ],
    ids=["a program", "the own page", "an allowed page", "a link from elsewhere"],
)
def test_own_requests_pass_and_get_the_policy(headers: dict[str, str], method: str) -> None:
    start, body = answer(headers, method=method)
    assert (start["status"], body["body"]) == (200, b"inside")
    given = dict(start["headers"])
    assert given[b"content-security-policy"] == b"the policy"
    assert given[b"x-content-type-options"] == b"nosniff"
    assert given[b"referrer-policy"] == b"same-origin"


@pytest.mark.parametrize(
    ("headers", "method", "said"),
    [
        ({"host": "evil.example"}, "GET", b"does not answer to the name"),
        (
            {"host": "evil.example", "origin": "http://evil.example"},
            "GET",
            b"does not answer to the name",
        ),
        ({}, "GET", b"does not answer to the name"),
        ({**OWN, "origin": "http://localhost:3000"}, "PUT", b"refuses this page"),
        ({**OWN, "origin": "null"}, "PUT", b"refuses this page"),
    ],
    ids=["a name", "a rebound page", "no name", "a port", "a sandbox"],
)
def test_foreign_requests_are_told_why_not(
    headers: dict[str, str], method: str, said: bytes
) -> None:
    start, body = answer(headers, method=method)
    assert start["status"] == 421 and said in body["body"]


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


def test_a_page_behind_another_name_is_told_at_the_first_question() -> None:
    headers = {**OWN, "referer": "https://lab.other.example/gates/"}
    start, body = answer(headers, path="/gates/_stcore/health")
    assert start["status"] == 421
    assert b"which was opened at https://lab.other.example" in body["body"]


@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://lab.example"])
def test_own_sockets_are_accepted(origin: str) -> None:
    assert answer({**OWN, "origin": origin}, "websocket")[0]["type"] == "websocket.accept"


def test_the_policy_lets_the_scripts_in_streamlits_page_run_and_no_others() -> None:
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    (scripts,) = (part for part in policy(html).split("; ") if part.startswith("script-src"))
    digest = hashlib.sha256(html.split("<script>")[1].split("</script>")[0].encode()).digest()
    assert scripts == f"script-src 'self' blob: 'sha256-{base64.b64encode(digest).decode()}'"
    assert "frame-ancestors 'self'" in policy(html)
