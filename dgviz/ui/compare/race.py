"""A race: the runs of a plan in the store and the hub, and how they are started and stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import Standing, standings
from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.runs.contents import RunsError
from dgviz.runs.store import the_store
from dgviz.ui.notes import note
from dgviz.ui.words import runs_text

_starting = threading.Lock()
"""Two tabs that start the same race at once would train a run twice."""

_plans: dict[str, Plan] = {}
"""The plan whose Race started a run, by the run's id; of the runs in flight."""


def standing_of(plan: Plan) -> list[Standing]:
    """How far each run of the plan is, in the order in which they are trained."""
    return standings(plan.runs(), the_store().records(), the_hub().in_flight())


def in_flight(standing: Sequence[Standing]) -> list[Run]:
    """The runs of a race that this server trains or has queued, in that order."""
    ours = {one.id for one in standing}
    return [run for run in the_hub().in_flight() if run.id in ours]


def start(plan: Plan) -> None:
    """Start the runs that are missing, and resume those that ended early or are paused."""
    if (usage := the_store().usage()).full:
        note(f"{usage.warning} A race needs the recordings of its runs, so none was started.")
        return
    hub = the_hub()
    with _starting:
        flying = {run.id for run in hub.in_flight()}
        for run_id in _plans.keys() - flying:
            del _plans[run_id]
        standing = standing_of(plan)
        for run in in_flight(standing):
            if run.phase == "paused":
                run.resume()
        for one in standing:
            if one.missing:
                _plans[hub.start(one.planned.settings).id] = plan
            elif one.resumable:
                try:
                    resumed = hub.resume(one.id).id
                except (RunsError, UnknownRun) as problem:
                    note(str(problem))
                else:
                    # Removed first, so that the plan that was raced last stays the last one.
                    _plans.pop(resumed, None)
                    _plans[resumed] = plan


class Elsewhere(NamedTuple):
    """What this server trains or has queued beside a race.

    Attributes:
        any: whether there are such runs.
        plan: the one that was raced last of those that they are of; None if no plan is known.
    """

    any: bool
    plan: Plan | None


def elsewhere(standing: Sequence[Standing]) -> Elsewhere:
    ours = {one.id for one in standing}
    others = {run.id for run in the_hub().in_flight()} - ours
    plans = [plan for run_id, plan in list(_plans.items()) if run_id in others]
    return Elsewhere(bool(others), plans[-1] if plans else None)


def stop(plan: Plan) -> None:
    """Stop all runs of the race, the queued ones first: they would take the place of others."""
    runs = in_flight(standing_of(plan))
    for run in sorted(runs, key=lambda run: run.phase != "queued"):
        the_hub().stop(run)


def paces(standing: Sequence[Standing]) -> dict[str, float]:
    """Seconds per epoch that were measured in finished runs, by method."""
    measured: dict[str, list[float]] = {}
    for one in standing:
        if one.finished and one.record and one.record.seconds:
            pace = one.record.seconds / one.planned.settings.epochs
            measured.setdefault(one.planned.method, []).append(pace)
    return {method: sum(values) / len(values) for method, values in measured.items()}


def text(standing: Sequence[Standing]) -> str:
    """What the race would do now, in one or two sentences; how far it is, its card says."""
    total = len(standing)
    done = sum(one.done for one in standing)
    early = sum(one.resumable for one in standing) - interrupted(standing)
    if done == total:
        return f"All {runs_text(total)} are trained." if total > 1 else "The run is trained."
    parts = [f"This plan has {runs_text(total)}."]
    if done and not in_flight(standing):
        are, them = ("is", "it") if done == 1 else ("are", "them")
        parts.append(f"{done:,} {are} trained already, and Race does not repeat {them}.")
    if early:
        parts.append(f"{early:,} ended early, and Race resumes {'it' if early == 1 else 'them'}.")
    return " ".join(parts)


def interrupted(standing: Sequence[Standing]) -> int:
    """The number of runs whose process was killed."""
    return sum(one.phase == "interrupted" for one in standing)


def interrupted_text(number: int) -> str:
    was, it = ("was", "it") if number == 1 else ("were", "them")
    return (
        f"{runs_text(number)} {was} interrupted, because the process that trained {it} ended. "
        f"Press Race to go on with {it} from the last checkpoint."
    )
