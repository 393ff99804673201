"""Train sweeps from the server: `python -m dgviz sweep work` in a process that the server owns.

One sweep at a time. Its folder is all that it leaves behind, so the pages learn how far it is from
there, and it goes on from its checkpoints when it is started again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from functools import cache
from pathlib import Path
from typing import IO

from dgviz.live.hub import Hub, the_hub
from dgviz.sweeps.together import Begun

PACKAGES = Path(__file__).parents[2]
"""Where `dgviz` lies: a server may have been started from another folder."""

STOP_SECONDS = 5.0
"""How long the process may take to end its workers; then it is killed, and they end themselves."""

_LAST_LINES = 5


class Busy(Exception):
    """Another sweep is being trained; `path` is its folder, and the message one sentence."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The sweep {path.name} is being trained: pause or cancel it first.")
        self.path = path


class SweepWork:
    """The process that trains a sweep, if there is one. Its methods may be called from any thread.

    Args:
        hub: its runs and the trials together are at most `hub.limit`.

    Attributes:
        owner: the name by which its processes say in the folders of sweeps whose they are.
        path: the folder of the sweep that is trained, or was trained last; None before the first.
        jobs: trials at once.
        halving: whether trials that are behind others are stopped early.
        began: when it was started, in seconds since 1970.
        begun: what it is to train, as the page that shows it first has found it.
        reason: why the last one ended by itself before all trials were done, in sentences; "".
    """

    def __init__(self, hub: Hub) -> None:
        self.owner = secrets.token_hex(6)
        self.path: Path | None = None
        self.jobs = 0
        self.halving = False
        self.began = 0.0
        self.begun: Begun | None = None
        self.reason = ""
        self._hub = hub
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._lock = threading.RLock()

    @property
    def most_jobs(self) -> int:
        return self._hub.limit

    def trains(self, path: Path) -> bool:
        """Whether the sweep in this folder is being trained here."""
        return self._process is not None and self.path == path

    def start(self, path: Path, jobs: int, *, halving: bool = False) -> None:
        """Train the trials of a sweep that are not done.

        Args:
            jobs: trials at once, from 1 to `most_jobs`.
            halving: whether trials that are behind others are stopped early. Otherwise those that
                were are trained to their end.

        Raises:
            Busy: another sweep is being trained.
            OSError: the process cannot be started.
        """
        with self._lock:
            if self._process is not None:
                if self.path == path:
                    return
                assert self.path is not None
                raise Busy(self.path)
            command = ["sweep", "work", str(path), "--jobs", str(jobs), "--yes"]
            command += ["--attached", self.owner]
            command += ["--halving"] if halving else []
            paths = [str(PACKAGES), os.environ.get("PYTHONPATH", "")]
            process = subprocess.Popen(
                [sys.executable, "-m", "dgviz", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
                # Ctrl-C in the terminal ends the server, which ends this process.
                start_new_session=True,
            )
            self.path, self.jobs, self.halving, self.reason = path, jobs, halving, ""
            self.began, self.begun = time.time(), None
            self._process, self._stopping = process, False
            self._hub.lend(jobs)
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()

    def stop(self, path: Path) -> None:
        """Stop the training of the sweep in this folder. Blocks until its processes have ended."""
        with self._lock:
            process = self._process if self.path == path else None
            if process is None:
                return
            self._stopping = True
        with contextlib.suppress(OSError):
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _kill_group(process.pid)
        self._ended(process, "")

    def close(self) -> None:
        """Stop the training, at the server's end."""
        if self.path is not None:
            self.stop(self.path)

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the end of the process, and read what it says."""
        assert process.stderr is not None and process.stdin is not None
        last: deque[str] = deque(maxlen=_LAST_LINES)
        reader = threading.Thread(target=_read, args=(process.stderr, last), daemon=True)
        reader.start()
        code = process.wait()
        # If it was killed, its workers are left, and they have the same stderr.
        _kill_group(process.pid)
        reader.join()
        process.stdin.close()
        # Lines of progress begin with a number.
        said = " ".join(line for line in last if line and not line[0].isdigit())
        self._ended(process, said or f"It ended with exit code {code}." if code else "")

    def _ended(self, process: subprocess.Popen[bytes], reason: str) -> None:
        with self._lock:
            if self._process is not process:
                return
            self._process = None
            self.reason = "" if self._stopping else reason
            self._hub.lend(0)


def _read(stderr: IO[bytes], last: deque[str]) -> None:
    with stderr:
        for line in stderr:
            last.append(line.decode(errors="replace").strip())


def _kill_group(leader: int) -> None:
    """Kill what is left of the processes that a process has started; Windows has no groups."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


@cache
def the_sweep_work() -> SweepWork:
    """The only one of this server."""
    return SweepWork(the_hub())
