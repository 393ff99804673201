"""The data of the cards of a sweep, as the modules in `web/sweep/` read them."""

from __future__ import annotations

from typing import Any

from dgviz.live.sweep_feed import the_watches
from dgviz.sweeps.watch import Watch


def cards(watch: Watch) -> dict[str, Any]:
    """Only where to read the sweep: the browser reads it step by step, and no rerun is needed."""
    return {"sweep": the_watches().key(watch.path), "name": watch.path.name}
