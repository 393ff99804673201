"""The signals that ask a process to end: Ctrl-C, SIGTERM, and SIGHUP from a closing terminal.

A signal that the caller has switched off (`nohup`, a script's `&`) stays ignored.
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
        The replaced handlers, by signal number.
    """
    before = {number: signal.getsignal(number) for number in NUMBERS}
    # None stands for a handler that was not installed by Python and cannot be put back.
    replaced = {n: old for n, old in before.items() if old is not None and old != signal.SIG_IGN}
    for number in replaced:
        signal.signal(number, handler)
    return replaced


def interruption_text(number: int) -> str:
    """Why a signal interrupted a run, as a sentence."""
    return f"Its process was ended by signal {number} ({signal.strsignal(number)})."
