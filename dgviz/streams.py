"""Standard streams that may be closed, full or unread: they never cost a run, nor a traceback.

What cannot be written is dropped. On stderr that costs the line; on stdout, which holds the
result, it shows in the exit code.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, TextIO, cast

LOST = 1
NOT_READ = 141
"""As a shell tells the end by SIGPIPE: what other programs end with in `| head`."""


class Forgiving(io.RawIOBase):
    """Writes to `raw` for as long as that works; `problem` says why it no longer does.

    Args:
        raw: None stands for a stream that was closed before the start.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.problem = None if raw else OSError(errno.EBADF, "it is closed")

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._raw is None:
            raise io.UnsupportedOperation("the stream is closed")
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw is not None and self._raw.isatty()

    def write(self, content: Any) -> int:
        # All of it: a text stream that is not buffered does not write the rest again.
        rest = memoryview(content)
        try:
            while rest and self.problem is None:
                written: int | None = self._raw.write(rest)
                if written is None:
                    # Whoever started us has made it non-blocking, and its reader is behind.
                    select.select([], [self._raw], [])
                else:
                    rest = rest[written:]
        except OSError as problem:
            self.problem = problem
        return len(content)


def with_forgiving_streams(command: Callable[[], int]) -> int:
    """Run a command with such streams as sys.stdout and sys.stderr.

    Returns:
        The command's own code, or one that says that its result could not be printed.
    """
    out = forgive()
    try:
        code = command()
    except SystemExit as end:
        # argparse, after it has printed help or a version.
        code = int(end.code or 0)
    sys.stdout.flush()
    if code or out.problem is None:
        return code
    if out.problem.errno == errno.EPIPE:
        # It has seen enough.
        return NOT_READ
    why = out.problem.strerror
    print(f"The result could not be written to standard output: {why}.", file=sys.stderr)
    return LOST


def forgive() -> Forgiving:
    """Put such streams in the place of sys.stdout and sys.stderr; what stdout writes to."""
    occupy_closed_descriptors()
    out, sys.stdout = _forgiving(sys.stdout)
    _, sys.stderr = _forgiving(sys.stderr)
    return out


def occupy_closed_descriptors() -> None:
    """Keep files opened later from becoming a closed standard stream, which libraries write to."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken, and those below are taken already.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _forgiving(stream: TextIO | None) -> tuple[Forgiving, TextIO]:
    """A text stream like `stream`, and what it writes to."""
    buffer = getattr(stream, "buffer", None)
    raw = Forgiving(getattr(buffer, "raw", buffer))
    # `python -u` and PYTHONUNBUFFERED put no buffer between the two.
    unbuffered = isinstance(buffer, io.RawIOBase)
    text = io.TextIOWrapper(
        cast(BinaryIO, raw) if unbuffered else io.BufferedWriter(raw),
        encoding=getattr(stream, "encoding", "utf-8"),
        # A console that has no β shows a question mark; it must not end a training run.
        errors="replace",
        line_buffering=getattr(stream, "line_buffering", False),
        write_through=getattr(stream, "write_through", False),
    )
    return raw, text
