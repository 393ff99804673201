"""How fast the network of a run was on this machine, in a few words."""

from __future__ import annotations

from typing import Any

from dgviz.compaction.speed.choice import choose
from dgviz.compaction.speed.measurement_file import read
from dgviz.compaction.speed.text import time_text, times_text
from dgviz.live.hub import Run
from dgviz.runs.contents import Unreadable
from dgviz.runs.store import RunNotFound, the_store


def measured_speed(run: Run | None) -> dict[str, Any] | None:
    """The time of the fastest form for one image and one thread, for `web/live/remains.js`.

    Returns:
        The "step" of the network, and the "text": "3.91 µs, 5.6× as fast". None while the run
        trains, and if its network, as trained, has not been measured.
    """
    if run is None or not run.ended:
        return None
    try:
        measured = read(the_store().record(run.id))
    except (RunNotFound, Unreadable):
        return None
    if measured is None or not measured.of(1, 1):
        return None
    taken = choose(measured.of(1, 1)).taken
    text = f"{time_text(taken.seconds)}, {times_text(taken.speedup)} as fast"
    return {"step": measured.step, "text": text}
