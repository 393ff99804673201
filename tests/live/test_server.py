"""The real server as a process: its ports, its libraries, and its processes after the end."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from ports import free_port
from waiting import gone, until
from websockets.sync.client import connect

from dgviz.environment import runs_folder
from dgviz.runs.store import Store
from dgviz.web import files

ROOT = Path(__file__).parents[2]
WITH_A_RUN = "tests/live/server_with_a_run.py"
SCRIPT = f"/{files.address('dgviz.js')}"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and sends signals")


class Server:
    def __init__(self, script: str, port: int, home: Path) -> None:
        self.port = port
        command = [sys.executable, "-m", "streamlit", "run", script]
        command += ["--server.headless", "true", "--server.port", str(port)]
        self.output = home / f"output-{port}-{os.urandom(2).hex()}"
        paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "live")])
        with self.output.open("wb") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "HOME": str(home), "PYTHONPATH": paths},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.process = psutil.Process(self.popen.pid)
        self.family: set[int] = {self.popen.pid}

    def read(self, path: str) -> bytes | None:
        with contextlib.suppress(OSError):
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.read()
        return None

    def wait_until_healthy(self) -> None:
        until(lambda: self.read("/_stcore/health") == b"ok" or self.popen.poll(), what="health")
        assert self.popen.poll() is None

    def note_children(self) -> list[psutil.Process]:
        children = self.process.children(recursive=True)
        self.family |= {child.pid for child in children}
        return children

    def stop_with(self, number: int) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(60)

    def nobody_left(self) -> bool:
        return all(gone(pid) for pid in self.family)


@contextlib.contextmanager
def serving(script: str, home: Path) -> Iterator[Server]:
    server = Server(script, free_port(), home)
    try:
        server.wait_until_healthy()
        yield server
    except BaseException:
        print(server.output.read_text())
        raise
    finally:
        for pid in server.family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.popen.wait()


def status(server: Server, path: str, *, socket: bool = False, **headers: str) -> int:
    """The status of the answer to a request with these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.putrequest("GET", path, skip_host=True)
        if socket:
            key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"}
            headers |= {"Connection": "Upgrade", "Upgrade": "websocket", **key}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status


@contextlib.contextmanager
def unread(server: Server, path: str) -> Iterator[None]:
    """Request a file and read only the first bytes."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
        yield


@contextlib.contextmanager
def watched_run(server: Server) -> Iterator[str]:
    """Open a socket to the server's run, wait until it trains, and return its id."""
    line = until(
        lambda: next((x for x in server.output.read_text().split("\n") if '"token"' in x), None)
    )
    run = json.loads(line)
    address = f"ws://127.0.0.1:{server.port}/dgviz/stream/{run['run']}?token={run['token']}"
    origin = f"http://127.0.0.1:{server.port}"
    with connect(address, origin=origin, proxy=None) as viewer:  # type: ignore[arg-type]
        until(lambda: json.loads(viewer.recv(timeout=60)).get("phase") == "running")
        yield run["run"]


def test_foreign_names_and_pages_reach_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "lab.example")
    with serving("app.py", tmp_path) as server:
        local = f"localhost:{server.port}"
        for host in (local, f"127.0.0.1:{server.port}", "lab.example", "192.168.1.2:80"):
            assert status(server, "/", Host=host) == 200
            for path in ("/_stcore/stream", f"/dgviz/stream/{'0' * 12}"):
                opened = [
                    status(server, path, socket=True, Host=host, Origin=origin)
                    for origin in (f"http://{host}", "http://localhost:3000", "http://evil.example")
                ]
                # The socket to an unknown run is accepted and gives the reason.
                assert opened == [101, 403, 403]
            assert status(server, "/_stcore/stream", socket=True, Host=host) == 403
        for path in ("/", "/_stcore/health", "/_stcore/host-config", SCRIPT):
            assert status(server, path, Host="evil.example") == 421
        assert status(server, "/_stcore/health", Host=local, Origin="http://localhost:3000") == 421
        rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert status(server, "/_stcore/stream", socket=True, **rebound) == 403


def test_the_server_loads_no_torch_and_listens_on_one_port(tmp_path: Path) -> None:
    with serving("app.py", tmp_path) as server:
        (forkserver,) = until(
            lambda: [c for c in server.note_children() if "forkserver" in "".join(c.cmdline())]
        )
        maps = Path(f"/proc/{server.popen.pid}/maps").read_text()
        assert "libtorch" not in maps
        # The forkserver does load it, so the name above is right.
        until(lambda: "libtorch" in Path(f"/proc/{forkserver.pid}/maps").read_text())

        listening = [c.laddr for c in server.process.net_connections() if c.status == "LISTEN"]
        assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", server.port)]
        assert b"export" in (server.read(SCRIPT) or b"")

        second = Server("app.py", server.port, tmp_path)
        until(lambda: second.note_children() or second.popen.poll() is not None)
        assert second.popen.wait(60) != 0
        assert f"Port {server.port} is not available" in second.output.read_text()
        until(second.nobody_left)

        assert server.read("/_stcore/health") == b"ok"
        # The file is larger than the system's buffers for a browser that does not read.
        with unread(server, f"/{files.address('plotly.min.js')}"):
            server.stop_with(signal.SIGTERM)
        until(server.nobody_left, what="the processes to end")


@pytest.mark.parametrize(
    ("number", "phase"),
    [(signal.SIGINT, "stopped"), (signal.SIGKILL, "interrupted")],
    ids=["Ctrl-C", "kill -9"],
)
def test_no_process_outlives_a_server_and_its_run_can_be_resumed(
    tmp_path: Path, number: int, phase: str
) -> None:
    with serving(WITH_A_RUN, tmp_path) as server:
        with watched_run(server) as run_id:
            children = server.note_children()
            # The forkserver, its worker, and Python's resource tracker.
            assert len(children) >= 3
            server.stop_with(number)
        until(server.nobody_left, what="the processes to end")
    record = Store(runs_folder()).record(run_id)
    assert (record.phase, record.resumable) == (phase, True)
