"""Numbers as people read them, as `web/core/format.js` writes them; what is unknown is "–"."""

from __future__ import annotations

import math
from collections.abc import Mapping

UNKNOWN = "–"


def count(n: float | None) -> str:
    """77046 -> "77,046"."""
    return f"{n:,.0f}" if n is not None and math.isfinite(n) else UNKNOWN


def percent(share: float | None) -> str:
    """0.9826 -> "98.26%"."""
    return f"{share:.2%}" if share is not None and math.isfinite(share) else UNKNOWN


def ratio(r: float | None) -> str:
    """0.379 -> "0.379"; a very small ratio keeps a fourth decimal."""
    if r is None or not math.isfinite(r):
        return UNKNOWN
    if 0 < r < 5e-5:
        return "< 0.0001"
    # What is not all must not be rounded up to all.
    return f"{r:.4f}" if 0 < r < 0.01 else f"{min(r, 0.999) if r < 1 else r:.3f}"


def plain(x: float) -> str:
    """A knob's value in its shortest honest form: 0.03, 1, 30, −1."""
    return f"{x:.6g}".replace("-", "−")


def size(n: int) -> str:
    """8388608 -> "8 MB", 65536 -> "64 KB": of a limit, which is a round number of either."""
    return f"{n / 2**20:g} MB" if n >= 2**20 else f"{n / 2**10:g} KB"


def duration(seconds: float) -> str:
    """1.31 -> "1.3 s", 125 -> "2 min 5 s", 3780 -> "1 h 3 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(whole / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def onward(resuming: str, step: int, epoch: float | None = None) -> str:
    """Where training begins when a run is resumed, as a sentence.

    Args:
        resuming: what does it: the name of a button, or a command.
        step: of the checkpoint that is kept; 0 where there is none but the start.
        epoch: the same in epochs, where it is to be told.
    """
    if not step:
        return f"{resuming} begins the run again from the start."
    place = f"step {step:,}" if epoch is None else f"epoch {epoch:.1f} (step {step:,})"
    return f"{resuming} goes on from {place}."


def system_in_words(info: Mapping[str, object]) -> str:
    """What is known of a machine or of its software: "cores 2, device cpu"."""
    return ", ".join(f"{name} {value}" for name, value in info.items() if value is not None)
