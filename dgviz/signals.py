"""The signals that ask a process to end: Ctrl-C, SIGTERM, and SIGHUP from a terminal that closes.

A signal that the caller has switched off (`nohup`, a script's `&`) stays switched off.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

Handler = Callable[[int, FrameType | None], object]

# Windows has no SIGHUP.
NUMBERS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def handle(handler: Handler) -> dict[int, Handler | int]:
    """Handle each of the signals that is not ignored.

    Returns:
        The handlers that were replaced, by signal.
    """
    before = {number: signal.getsignal(number) for number in NUMBERS}
    # Python knows nothing of a handler that it shows as None.
    replaced = {n: old for n, old in before.items() if old is not None and old != signal.SIG_IGN}
    for number in replaced:
        signal.signal(number, handler)
    return replaced


def told_to_end(number: int) -> str:
    """Why a run is interrupted that one of the signals has ended, as a sentence."""
    return f"Its process was told to end by signal {number} ({signal.strsignal(number)})."
