"""Closed, full or unread standard streams neither end a run nor cause a traceback."""

from __future__ import annotations

import errno
import io
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from dgviz.runs.store import Store
from dgviz.streams import Forgiving, replace_streams

ROOT = Path(__file__).parents[1]
DGVIZ = f"{sys.executable} -m dgviz"
TINY = "train --epochs 2 --hidden 4 --batch-size 10000 --device cpu --runs"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_run_continues_when_its_output_pipe_is_closed(tmp_path: Path) -> None:
    reader, pipe = os.pipe()
    # Closed before the start: a reader of one line could still be open at the end of the training.
    os.close(reader)
    command = [*DGVIZ.split(), *TINY.split(), str(tmp_path)]
    with os.fdopen(pipe, "wb") as unread:
        done = subprocess.run(command, cwd=ROOT, stdout=unread, stderr=unread, check=False)
    # The result could not be printed either.
    assert done.returncode == 141
    (record,) = Store(tmp_path).records()
    assert (record.phase, record.epoch) == ("finished", 2.0)


def test_a_run_needs_no_streams(tmp_path: Path) -> None:
    done = shell(f"{DGVIZ} {TINY} {tmp_path} <&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    (record,) = Store(tmp_path).records()
    assert (record.phase, record.damage()) == ("finished", ())


def test_output_of_a_page_that_cannot_be_written_is_dropped() -> None:
    done = shell(f"{sys.executable} -c 'import app; print(1, flush=True)' >&- 2>&-")
    assert done.returncode == 0
    if Path("/dev/full").exists():
        done = shell(f"{sys.executable} -c 'import app; print(1, flush=True)' >/dev/full")
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)


_OPEN = "file = open(sys.argv[1], 'w'); file.write(str(file.fileno()))"
_COMMAND = f"import sys; from dgviz.streams import replace_streams; replace_streams(); {_OPEN}"
_WORKER = f"""
import sys, types
from dgviz.live.worker_entry import run_worker
class Worker:
    def __init__(self, *_): pass
    def run(self): {_OPEN}
sys.modules["dgviz.live.worker"] = types.SimpleNamespace(Worker=Worker)
run_worker(None, None)
"""


@pytest.mark.parametrize("code", [_COMMAND, _WORKER], ids=["a command", "a worker"])
def test_no_opened_file_gets_the_number_of_a_closed_stream(tmp_path: Path, code: str) -> None:
    """A library that writes to a standard stream would write into the file."""
    opened = tmp_path / "opened"
    done = shell(f"{sys.executable} -c {shlex.quote(code)} {opened} <&- >&- 2>&-")
    assert done.returncode == 0
    assert int(opened.read_text()) > 2


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("knobs >&-", 1, "The result could not be written to standard output: it is closed."),
        ("knobs >/dev/full", 1, "standard output: No space left on device."),
        ("--help >/dev/full", 1, "standard output: No space left on device."),
        ("knobs 2>&-", 0, ""),
        ("--version", 0, ""),
        ("runs show none 2>&-", 2, ""),
        ("runs show none 2>/dev/full", 2, ""),
        ("runs list >&-", 1, "it is closed."),
        ("bench train --help >&-", 1, "it is closed."),
        ("faithful --help >&-", 1, "it is closed."),
    ],
)
def test_the_exit_code_shows_that_a_result_was_lost(command: str, code: int, message: str) -> None:
    if "full" in command and not Path("/dev/full").exists():
        pytest.skip("there is no such device on this machine")
    done = shell(f"{DGVIZ} {command}")
    assert done.returncode == code
    assert message in done.stderr and len(done.stderr.splitlines()) <= 1


class Raw(io.RawIOBase):
    """A stream that takes three bytes at a time, and fails once it has taken `room`."""

    def __init__(self, room: int) -> None:
        self.room, self.taken = room, b""

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        if len(self.taken) >= self.room:
            raise OSError(errno.EIO, "the terminal is gone")
        self.taken += bytes(content[:3])
        return min(3, len(content))


def test_output_is_written_until_an_error_and_then_dropped() -> None:
    whole, part = Raw(100), Raw(6)
    for raw in (whole, part):
        forgiving = Forgiving(raw)
        with io.TextIOWrapper(io.BufferedWriter(forgiving), write_through=True) as text:
            text.write("0123456789")
            text.write("abc")
        assert (forgiving.problem is None) == (raw is whole)
    assert (whole.taken, part.taken) == (b"0123456789abc", b"012345")


@pytest.mark.parametrize("flags", [["-u"], []])
def test_unbuffered_output_is_written_at_once(flags: list[str]) -> None:
    code = (
        "import os; from dgviz import streams; streams.replace_streams(); print('a β'); os._exit(0)"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, *flags, "-c", code],
        cwd=ROOT,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.decode() == ("a β\n" if flags else "")


def test_unbuffered_output_is_written_completely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = Raw(100)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(cast(BinaryIO, raw), write_through=True))
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    replace_streams()
    print("0123456789")
    assert raw.taken == b"0123456789\n"


def test_a_non_blocking_stream_is_waited_for() -> None:
    there, here = os.pipe()
    os.set_blocking(here, False)
    command = [sys.executable, "-c", "import sys; print(len(sys.stdin.read()))"]
    with (
        subprocess.Popen(command, stdin=there, stdout=subprocess.PIPE, text=True) as reader,
        io.FileIO(here, "w") as raw,
    ):
        os.close(there)
        with io.BufferedWriter(Forgiving(raw)) as buffer:
            buffer.write(b"x" * 10**6)
        raw.close()
        assert reader.communicate(timeout=60)[0] == f"{10**6}\n"
