"""The Compare page follows what other tabs and other processes do with the runs of its plan.

The sockets of the runs in flight tell the browser how they go on and that they end. That a run has
been started, resumed, paused or deleted elsewhere is found here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence

import streamlit as st

from dgviz.comparison.standing import Standing, compared, standings
from dgviz.live.hub import the_hub
from dgviz.runs.record import Record
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui.compare import race
from dgviz.ui.compare.race import Elsewhere
from dgviz.ui.notes import rerun_unasked

_SECONDS = 3.0


def rerun_when_the_race_changes(
    shown: Sequence[Standing], ids: Collection[str], elsewhere: Elsewhere
) -> None:
    """Rerun the page when a run of the race has been started, resumed, paused or deleted.

    Args:
        shown: the race, as the page shows it.
        ids: of the runs in the store before the race was looked up.
        elsewhere: what the page shows of other races.
    """
    st.fragment(_rerun_if_changed, run_every=_SECONDS)(shown, set(ids), elsewhere)


def _rerun_if_changed(shown: Sequence[Standing], ids: set[str], elsewhere: Elsewhere) -> None:
    if has_changed(shown, ids, elsewhere):
        rerun_unasked()


def has_changed(shown: Sequence[Standing], ids: set[str], elsewhere: Elsewhere) -> bool:
    """Whether the race is not as the page shows it.

    Of runs that were done, which may be many, only the names of the folders are read.

    Args:
        ids: of the runs that need not be read; those of other plans are added.
    """
    if elsewhere != race.elsewhere(shown):
        return True
    present = the_store().ids()
    if any(one.id not in present for one in shown if one.done):
        return True
    undone = [one for one in shown if not one.done]
    flying = the_hub().in_flight()
    started = present - ids
    to_read = started | {one.id for one in undone if one.id} | {run.id for run in flying}
    records = list(_records(to_read))
    wanted = {compared(one.planned.settings) for one in shown}
    ids |= {one.id for one in records if one.settings and compared(one.settings) not in wanted}
    now = standings([one.planned for one in undone], records, flying)
    return [*map(_state, now)] != [*map(_state, undone)]


def _records(ids: Collection[str]) -> Iterator[Record]:
    for run_id in ids:
        with contextlib.suppress(RunNotFound):
            yield the_store().record(run_id)


def _state(one: Standing) -> tuple[object, ...]:
    """What the page shows of a run and its socket does not tell."""
    return one.id, one.done, one.resumable, one.phase == "paused"
