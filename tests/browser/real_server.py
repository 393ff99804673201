"""A real server, started by `streamlit run app.py`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from ports import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def running_server(
    *, root: Path = ROOT, port: int | None = None, base_path: str = "", **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run `streamlit run app.py` in `root`; give its address and its process."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    command += ["--server.baseUrlPath", base_path]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, **environment})
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(f"{address}/{base_path}".rstrip("/"), process)
        yield address, process
    finally:
        children = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        process.wait(15)
        _, left = psutil.wait_procs(children, timeout=10)
        for child in left:
            child.kill()
        assert not left, f"the server left processes behind: {left}"


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended while starting"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer within a minute")
