"""The WebSocket on a real port, to runs with fake workers."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from fake_worker import FakeWorker
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.websockets import WebSocket
from waiting import TINY, entries, until
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dgviz.live import playback, stream
from dgviz.live.guard import Guard
from dgviz.live.hub import Hub
from dgviz.live.run import Run
from dgviz.web import files

QUIET = 0.3
"""Seconds after which no more messages are expected."""


ALLOWED = "https://lab.example.org"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    routes = [*stream.routes(), *stream.routes(base_path="/gates/")]
    guard = Middleware(Guard, hosts=["127.0.0.1"], origins=[ALLOWED], policy="")
    served = Starlette(routes=routes, middleware=[guard])
    server = uvicorn.Server(uvicorn.Config(served, log_config=None, lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    until(lambda: server.started)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture
def hub(
    make_hub: Callable[[int], Hub], workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> Hub:
    hub = make_hub(99)
    monkeypatch.setattr(stream, "the_hub", lambda: hub)
    return hub


@pytest.fixture
def run(hub: Hub, workers: list[FakeWorker]) -> Run:
    run = hub.start(TINY)
    until(lambda: run.process)
    return run


@pytest.fixture
def worker(run: Run, workers: list[FakeWorker]) -> FakeWorker:
    return workers[0]


def open_socket(
    port: int, run_id: str, origin: str | None = "same", base: str = "", **query: str
) -> Any:
    if origin == "same":
        origin = f"http://127.0.0.1:{port}"
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    uri = f"ws://127.0.0.1:{port}{base}/dgviz/stream/{run_id}?{asked}"
    return connect(uri, origin=origin, proxy=None, open_timeout=10, close_timeout=1)


def watch(port: int, run: Run, channels: str = "") -> Any:
    return open_socket(port, run.id, token=run.token, channels=channels)


def messages(viewer: ClientConnection) -> Iterator[Any]:
    """The messages up to a pause of `QUIET` seconds: bytes, or parsed JSON."""
    while True:
        try:
            message = viewer.recv(timeout=QUIET)
        except TimeoutError:
            return
        yield message if isinstance(message, bytes) else json.loads(message)


def blobs_of(viewer: ClientConnection) -> list[bytes]:
    return [message for message in messages(viewer) if isinstance(message, bytes)]


def next_message(viewer: ClientConnection) -> Any:
    message = viewer.recv(timeout=10)
    return message if isinstance(message, bytes) else json.loads(message)


def show(run: Run, worker: FakeWorker, channel: str, content: bytes) -> None:
    """Send the content of a channel from the worker, and wait until the run has it."""
    worker.send("newest", channel, content)
    until(lambda: run.newest.get(channel, (0, b""))[1] == content)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_a_viewer_is_sent_log_snapshots_and_status(port: int, run: Run, worker: FakeWorker) -> None:
    worker.send("log", entries("a", "b"))
    show(run, worker, "gates", b"snapshot")
    with watch(port, run, "gates") as viewer:
        assert next_message(viewer) == {"type": "log", "start": 0, "entries": entries("a", "b")}
        assert next_message(viewer) == b"snapshot"
        assert next_message(viewer) == run.status()
        worker.send("log", entries("c"))
        assert next_message(viewer) == {"type": "log", "start": 2, "entries": entries("c")}


def test_a_long_log_comes_in_parts(port: int, run: Run, worker: FakeWorker) -> None:
    worker.send("log", entries(*range(2500)))
    until(lambda: len(run.log) == 2500)
    with watch(port, run) as viewer:
        parts = [next_message(viewer) for _ in range(3)]
        assert [part["start"] for part in parts] == [0, 1000, 2000]
        assert [entry for part in parts for entry in part["entries"]] == entries(*range(2500))


def test_a_viewer_that_connects_after_the_end_is_sent_everything(
    port: int, run: Run, worker: FakeWorker
) -> None:
    worker.send("newest", "weights", b"w")
    worker.send("newest", "gates", b"g")
    worker.send("log", entries("a"))
    worker.end("failed", "It broke.")
    until(lambda: run.ended)
    with watch(port, run, "gates,weights") as viewer:
        received = list(messages(viewer))
    assert received[0]["entries"] == entries("a")
    assert set(received[1:3]) == {b"g", b"w"}
    assert (received[3]["phase"], received[3]["reason"]) == ("failed", "It broke.")


def test_a_log_that_was_cut_is_sent_from_its_beginning(
    port: int, run: Run, worker: FakeWorker
) -> None:
    worker.send("log", entries("a", "b", "c"))
    until(lambda: len(run.log) == 3)
    with watch(port, run) as viewer:
        assert next_message(viewer)["entries"] == entries("a", "b", "c")
        assert next_message(viewer)["type"] == "status"
        worker.send("past", entries("a"))
        assert next_message(viewer) == {"type": "log", "start": 0, "entries": entries("a")}
        worker.send("past", [])
        assert next_message(viewer) == {"type": "log", "start": 0, "entries": []}


def test_the_socket_of_a_resumed_run_is_closed_as_restarted(
    port: int, run: Run, worker: FakeWorker
) -> None:
    with watch(port, run) as viewer:
        assert next_message(viewer)["type"] == "status"
        run.supersede()
        with pytest.raises(ConnectionClosed) as closed:
            viewer.recv(timeout=10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == stream.RESTARTED


def test_the_end_is_sent_after_the_final_snapshot_and_log(
    port: int, hub: Hub, workers: list[FakeWorker]
) -> None:
    for number in range(10):
        run = hub.start(TINY)
        until(lambda: len(workers) > number)  # noqa: B023
        with watch(port, run, "gates") as viewer:
            workers[number].send("newest", "gates", b"final")
            workers[number].send("log", entries("final"))
            workers[number].end()
            received: list[Any] = []
            while not received or received[-1].get("phase") != "finished":
                message = next_message(viewer)
                received.append({"phase": "snapshot"} if message == b"final" else message)
        assert {"phase": "snapshot"} in received
        assert {"type": "log", "start": 0, "entries": entries("final")} in received


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "http://["],
)
def test_a_foreign_page_is_refused(port: int, run: Run, origin: str | None) -> None:
    for run_id in (run.id, "0" * 12):
        with pytest.raises(InvalidStatus) as refused:
            open_socket(port, run_id, origin, token=run.token, channels="gates")
        assert refused.value.response.status_code == 403
    assert run.viewers == 0


def test_a_page_of_an_allowed_origin_may_watch(port: int, run: Run, worker: FakeWorker) -> None:
    with open_socket(port, run.id, ALLOWED, token=run.token) as viewer:
        assert next_message(viewer)["type"] == "status"


def test_everything_answers_below_the_servers_base_path(
    port: int, run: Run, hub: Hub, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_socket(port, run.id, base="/gates", token=run.token) as viewer:
        assert next_message(viewer)["type"] == "status"
    assert get(port, f"/gates/{files.address('dgviz.js')}")[0] == 200
    monkeypatch.setattr(playback, "the_hub", lambda: hub)
    status, headers, _ = get(port, f"/gates/dgviz/runs/{run.id}/timeline")
    assert (status, headers["content-type"]) == (403, "application/json")


@pytest.mark.parametrize("token", ["", "x", "é" * 22, "other"])
def test_a_wrong_token_is_refused(port: int, hub: Hub, run: Run, token: str) -> None:
    token = hub.start(TINY).token if token == "other" else token
    for wrong in (token, run.token + token + "x"):
        with open_socket(port, run.id, token=wrong) as viewer:
            assert "no longer valid" in next_message(viewer)["message"]
            with pytest.raises(ConnectionClosed) as closed:
                next_message(viewer)
        assert closed.value.rcvd.code == stream.REFUSED


@pytest.mark.parametrize("run_id", ["0" * 12, "..", "%2e%2e", "%00", "%F0%9F%8E%9B", "a" * 4000])
def test_an_unknown_run_is_refused(port: int, hub: Hub, run_id: str) -> None:
    with open_socket(port, run_id) as viewer:
        words = "There is no run" if run_id == "0" * 12 else "is not a run's id"
        assert words in next_message(viewer)["message"]
        with pytest.raises(ConnectionClosed) as closed:
            next_message(viewer)
    assert closed.value.rcvd.code == stream.NO_SUCH_RUN


def test_a_path_that_is_no_run_is_no_socket(port: int, hub: Hub) -> None:
    with pytest.raises(InvalidStatus):
        open_socket(port, "..%2f..%2fweb")


def test_a_viewer_that_never_answers_is_sent_two_snapshots_and_then_only_text(
    port: int, run: Run, worker: FakeWorker
) -> None:
    with watch(port, run, "gates") as viewer:
        received = []
        for number in range(20):
            show(run, worker, "gates", b"%d" % number)
            worker.send("log", entries(number))
            received += list(messages(viewer)) if number < 3 else []
        received += list(messages(viewer))
        assert len([message for message in received if isinstance(message, bytes)]) == 2
        logged = [m["entries"] for m in received if isinstance(m, dict) and m["type"] == "log"]
        assert [entry for some in logged for entry in some] == entries(*range(20))

        viewer.send("ready")
        assert next_message(viewer) == b"19"


def test_more_answers_do_not_allow_more_unanswered_snapshots(
    port: int, run: Run, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    receive = WebSocket.receive

    async def count(socket: WebSocket) -> Any:
        message = await receive(socket)
        answers.append(message.get("text"))
        return message

    monkeypatch.setattr(WebSocket, "receive", count)
    with watch(port, run, "gates") as viewer:
        assert next_message(viewer)["type"] == "status"
        for _ in range(50):
            viewer.send("ready")
        until(lambda: answers.count("ready") == 50)
        for number in range(10):
            show(run, worker, "gates", b"%d" % number)
            worker.send("log", entries(number))
            until(lambda: len(run.log) > number)  # noqa: B023
        received = list(messages(viewer))
        blobs = [message for message in received if isinstance(message, bytes)]
        assert 1 <= len(blobs) <= 2


def test_a_slow_viewer_is_sent_every_channel(port: int, run: Run, worker: FakeWorker) -> None:
    """The other channels are sent even if there are new gates after each answer."""
    with watch(port, run, "gates,weights,facts") as viewer:
        assert next_message(viewer)["type"] == "status"
        show(run, worker, "gates", b"gates 0")
        show(run, worker, "gates", b"gates 1")
        until(lambda: run.newest["gates"][0] == 2)
        seen = [next_message(viewer)]
        show(run, worker, "facts", b"facts")
        show(run, worker, "weights", b"weights")
        for number in range(2, 8):
            show(run, worker, "gates", b"gates %d" % number)
            viewer.send("ready")
            seen.append(next_message(viewer))
    assert {b"facts", b"weights"} <= set(seen)


@pytest.mark.parametrize(
    "garbage", ["", "garbage", "ready ", "{", b"\x00\xff", b"ready", "x" * 9999]
)
def test_garbage_neither_counts_as_an_answer_nor_ends_the_socket(
    port: int, run: Run, worker: FakeWorker, garbage: Any
) -> None:
    with watch(port, run, "gates") as viewer:
        assert next_message(viewer)["type"] == "status"
        for number in range(2):
            show(run, worker, "gates", b"%d" % number)
            assert next_message(viewer) == b"%d" % number
        viewer.send(garbage)
        show(run, worker, "gates", b"unpaid")
        worker.send("log", entries("still there"))
        received = list(messages(viewer))
    assert b"unpaid" not in received
    assert any(isinstance(m, dict) and m.get("entries") == entries("still there") for m in received)


@pytest.mark.parametrize(
    "channels", ["gates," * 900, "gates,progress,nope,*,../gates," + "," * 900]
)
def test_absurd_channels_do_no_harm(port: int, run: Run, worker: FakeWorker, channels: str) -> None:
    show(run, worker, "gates", b"once")
    worker.send("newest", "progress", run.progress)
    with watch(port, run, channels) as viewer:
        received = list(messages(viewer))
    assert [message for message in received if isinstance(message, bytes)] == [b"once"]


def test_of_masks_and_gates_only_the_gates_are_sent(
    port: int, run: Run, worker: FakeWorker
) -> None:
    show(run, worker, "masks", b"masks")
    show(run, worker, "gates", b"gates")
    with watch(port, run, "masks,gates") as viewer:
        assert blobs_of(viewer) == [b"gates"]
    with watch(port, run, "masks") as viewer:
        assert blobs_of(viewer) == [b"masks"]


def test_other_channels_are_asked_for_on_the_open_socket(
    port: int, run: Run, worker: FakeWorker
) -> None:
    """For example while the tau slider of a paused run is dragged."""
    for channel in ("masks", "gates", "weights"):
        show(run, worker, channel, channel.encode())
    with watch(port, run, "masks,weights") as viewer:
        assert blobs_of(viewer) == [b"masks", b"weights"]
        for text in ("ready", "ready", "channels gates,weights"):
            viewer.send(text)
        assert blobs_of(viewer) == [b"gates"]
        show(run, worker, "masks", b"not asked for any more")
        show(run, worker, "weights", b"new weights")
        assert blobs_of(viewer) == [b"new weights"]


def test_absurd_messages_of_a_viewer_do_no_harm(port: int, run: Run, worker: FakeWorker) -> None:
    with watch(port, run, "gates") as viewer:
        for text in ("?", "channels", "channels " + "gates " * 900, "channels nope,*,masks"):
            viewer.send(text)
        viewer.send(b"channels gates")
        show(run, worker, "gates", b"not asked for any more")
        show(run, worker, "masks", b"once")
        assert b"once" in blobs_of(viewer)


def test_a_viewer_that_disconnects_is_removed(
    port: int, run: Run, worker: FakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for how in ("close", "reset"):
            with watch(port, run, "gates") as viewer:
                until(lambda: run.viewers == 1)
                for number in range(30):
                    worker.send("newest", "gates", b"%d" % number + bytes(300_000))
                    worker.send("log", entries(number))
                    if number == 15 and how == "reset":
                        viewer.socket.shutdown(socket.SHUT_RDWR)
                    elif number == 15:
                        viewer.close()
            until(lambda: run.viewers == 0)
    # The client, whose socket was shut down, may log an error.
    loud = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record for record in loud if record.name != "websockets.client"] == []
    assert not run._listeners
