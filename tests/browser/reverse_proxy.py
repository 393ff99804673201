"""nginx in front of a server, with the configuration in the documentation."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_DOCUMENTED = Path(__file__).parents[2] / "docs" / "proxy.md"
_NGINX_CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {blocks}
}}
"""


def documented(part: str) -> str:
    """The documentation's `map` or `server` block."""
    (block,) = re.findall(r"```nginx\n(.*?)```", _DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    at = block.index("\nserver {")
    return block[:at] if part == "map" else block[at:]


def server_block(port: int, upstream: str, *changes: tuple[str, str]) -> str:
    """The documented server on another port, for another upstream, with some lines changed."""
    own = [("listen 80;", f"listen 127.0.0.1:{port};"), ("http://127.0.0.1:8501", upstream)]
    block = documented("server")
    for before, after in (*own, *changes):
        assert before in block, f"docs/proxy.md has no {before!r}"
        block = block.replace(before, after)
    return block


@contextmanager
def running_nginx(
    nginx: str, folder: Path, ports: Sequence[int], servers: Sequence[str]
) -> Iterator[None]:
    """Run nginx and wait until it listens on all `ports`."""
    conf = folder / "nginx.conf"
    blocks = "\n".join([documented("map"), *servers])
    conf.write_text(_NGINX_CONF.format(folder=folder, blocks=blocks), encoding="utf-8")
    command = [nginx, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        for port in ports:
            _wait_until_open(port, process)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx ended while starting"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx did not answer within half a minute")
