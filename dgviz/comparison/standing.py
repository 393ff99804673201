"""How far the runs of a plan are: for each, the run of the store or of the server that is it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.result import Result
from dgviz.runs.card import UNFINISHED
from dgviz.runs.record import Record
from dgviz.settings import Settings
from dgviz.training.diverged import DIVERGED

MISSING = "missing"
"""The phase of a planned run that has not been started."""

DIVERGED_PHASE = "diverged"
"""The phase of a run whose loss was no longer finite: it is done, and has no result."""

IGNORED = ("preset", "device", "threads")
"""The settings in which two equal runs of a comparison may differ."""


class LiveRun(Protocol):
    """A run that a server trains, or has queued.

    Attributes:
        knobs: the present values of the settings that can change during training.
        progress: has the `epoch` that it has reached.
    """

    @property
    def id(self) -> str: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def phase(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def knobs(self) -> Mapping[str, Any]: ...
    @property
    def progress(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Standing:
    """A planned run, and how far it is.

    Attributes:
        id: of the run; "" if it is missing.
        phase: "missing", "diverged", or that of the run.
        epoch: the epochs that it has trained.
        record: the recorded run; None if there is none, or while a server trains it.
        stored: the result of a run whose folder is not here.
    """

    planned: PlannedRun
    id: str = ""
    phase: str = MISSING
    reason: str = ""
    epoch: float = 0.0
    record: Record | None = None
    stored: Result | None = None

    @cached_property
    def result(self) -> Result | None:
        """What it reached; None before it has finished, or if a figure of it is not known."""
        found = self.stored
        if self.record is not None and self.finished:
            found = Result.of_record(self.record)
        validated = self.planned.settings.validation > 0
        return found if found and found.is_complete(validated=validated) else None

    @property
    def unmeasured(self) -> bool:
        """Whether it has finished, and its figures are not all known: a damaged card."""
        return self.finished and self.result is None

    @property
    def finished(self) -> bool:
        return self.phase == "finished"

    @property
    def diverged(self) -> bool:
        return self.phase == DIVERGED_PHASE

    @property
    def done(self) -> bool:
        """Whether there is nothing left to train: it has finished, or it diverged."""
        return self.finished or self.diverged

    @property
    def missing(self) -> bool:
        return self.phase == MISSING

    @property
    def resumable(self) -> bool:
        """Whether it ended early and can go on."""
        return self.phase in UNFINISHED

    @property
    def share(self) -> float:
        """The part of its training that is done, in [0, 1]."""
        return 1.0 if self.done else min(1.0, self.epoch / self.planned.settings.epochs)


def standings(
    planned: Sequence[PlannedRun], records: Iterable[Record], live: Iterable[LiveRun] = ()
) -> list[Standing]:
    """The standing of each planned run, in order.

    A run counts if its settings give the same numbers, whatever its preset, device and threads, if
    no setting was changed during training, and if it is done, is being trained or can go on. The
    best of several: one that has finished, then one that is being trained, then one that diverged,
    then one that ended early; of equal ones the newest.

    Args:
        records: of the store, the newest first.
        live: the runs that this server trains or has queued; of their folders only whether they
            were trained further is looked at.
    """
    found: dict[Settings, list[Standing]] = defaultdict(list)
    wanted = {compared(run.settings): run for run in planned}
    in_flight = [run for run in live if run.phase not in ("finished", *UNFINISHED)]
    records = list(records)
    extended = {record.id for record in records if record.extended and not _is_as_planned(record)}
    for run in in_flight:
        key = compared(run.settings)
        if run.id in extended:
            continue
        if key in wanted and all(run.settings[n] == value for n, value in run.knobs.items()):
            epoch = float(run.progress["epoch"])
            found[key].append(Standing(wanted[key], run.id, run.phase, run.reason, epoch))
    skipped = {run.id for run in in_flight}
    for record in records:
        if record.id in skipped or record.settings is None:
            continue
        key = compared(record.settings)
        if key in wanted and _is_as_planned(record) and _counts(record):
            found[key].append(_of_record(wanted[key], record))
    best = [max(found[compared(run.settings)], key=_rank, default=Standing(run)) for run in planned]
    # Two planned runs may be the same run.
    return [replace(one, planned=run) for run, one in zip(planned, best, strict=True)]


@lru_cache(maxsize=4096)
def compared(settings: Settings) -> Settings:
    """The settings with the defaults for all that two equal runs of a comparison may differ in."""
    return settings.normal().with_defaults(IGNORED)


def _is_as_planned(record: Record) -> bool:
    """Whether the run has, or will have, the numbers of an undisturbed run of its settings."""
    return record.matches_settings and not record.planned


def _counts(record: Record) -> bool:
    """Whether there is nothing left to do, or it can be done: not with a damaged card."""
    return record.phase not in UNFINISHED or _has_diverged(record) or record.resumable


def _has_diverged(record: Record) -> bool:
    return record.phase == "failed" and record.reason.startswith(DIVERGED)


def _of_record(planned: PlannedRun, record: Record) -> Standing:
    phase = DIVERGED_PHASE if _has_diverged(record) else record.phase
    return Standing(planned, record.id, phase, record.reason, record.epoch, record)


def _rank(standing: Standing) -> int:
    if standing.finished:
        return 3
    if standing.diverged:
        return 1
    return 0 if standing.resumable else 2
