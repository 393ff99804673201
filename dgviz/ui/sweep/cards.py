"""The data of the cards of a sweep, as the modules in `web/sweep/` read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dgviz.live.sweep_feed import the_watches
from dgviz.sweeps.watch import Watch


def cards(watches: Sequence[Watch]) -> list[dict[str, Any]]:
    """Only where to read each sweep: the browser reads it step by step, and no rerun is needed.

    Args:
        watches: one sweep, or two to compare.

    Returns:
        For each, the data of its cards; `other` is what the other one has, or None.
    """
    sides = [{"sweep": the_watches().key(watch.path), "name": watch.path.name} for watch in watches]
    others = sides[::-1] if len(sides) > 1 else [None]
    return [{**side, "other": other} for side, other in zip(sides, others, strict=True)]
