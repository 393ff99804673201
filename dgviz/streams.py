"""Standard streams that do not fail: a closed, full or unread stream never ends a run.

Output that cannot be written is dropped; if that happens on stdout, the exit code reports it.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, TextIO, cast

OUTPUT_LOST = 1
BROKEN_PIPE = 141
"""The exit code that a shell reports for a program ended by SIGPIPE, as in `| head`."""


class Forgiving(io.RawIOBase):
    """Writes to `raw` until that fails; then `problem` is the error.

    Args:
        raw: None for a stream that was closed before the start.
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
        # Write all of it: an unbuffered text stream does not try again with the rest.
        rest = memoryview(content)
        try:
            while rest and self.problem is None:
                written: int | None = self._raw.write(rest)
                if written is None:
                    # The parent process made the stream non-blocking, and its reader is slow.
                    select.select([], [self._raw], [])
                else:
                    rest = rest[written:]
        except OSError as problem:
            self.problem = problem
        return len(content)


def with_forgiving_streams(command: Callable[[], int]) -> int:
    """Run a command with forgiving streams as sys.stdout and sys.stderr.

    Returns:
        The command's own exit code, or OUTPUT_LOST or BROKEN_PIPE if its output was lost.
    """
    out = replace_streams()
    try:
        code = command()
    except SystemExit as end:
        # argparse raises this after it has printed help or a version.
        code = int(end.code or 0)
    sys.stdout.flush()
    if code or out.problem is None:
        return code
    if out.problem.errno == errno.EPIPE:
        return BROKEN_PIPE
    why = out.problem.strerror
    print(f"The result could not be written to standard output: {why}.", file=sys.stderr)
    return OUTPUT_LOST


def replace_streams() -> Forgiving:
    """Replace sys.stdout and sys.stderr; return the raw stream of stdout."""
    occupy_closed_descriptors()
    out, sys.stdout = _forgiving(sys.stdout)
    _, sys.stderr = _forgiving(sys.stderr)
    return out


def occupy_closed_descriptors() -> None:
    """Open the null device for closed standard streams, so that no file gets their numbers."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # `open` takes the lowest free number, and those below this one are in use.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _forgiving(stream: TextIO | None) -> tuple[Forgiving, TextIO]:
    """A text stream like `stream`, and the raw stream that it writes to."""
    buffer = getattr(stream, "buffer", None)
    raw = Forgiving(getattr(buffer, "raw", buffer))
    # With `python -u` or PYTHONUNBUFFERED there is no buffer in between.
    unbuffered = isinstance(buffer, io.RawIOBase)
    text = io.TextIOWrapper(
        cast(BinaryIO, raw) if unbuffered else io.BufferedWriter(raw),
        encoding=getattr(stream, "encoding", "utf-8"),
        # A console without β shows a question mark; it must not end a training run.
        errors="replace",
        line_buffering=getattr(stream, "line_buffering", False),
        write_through=getattr(stream, "write_through", False),
    )
    return raw, text
