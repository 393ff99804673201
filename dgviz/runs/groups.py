"""Runs that differ only in the seed, as one group with a mean and a spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dgviz.runs.record import Record, title_without_seed
from dgviz.settings import Settings

SEED_AND_MACHINE = ("preset", "seed", "device", "threads")
"""The settings in which the runs of a group may differ; a preset only sets others."""


@dataclass(frozen=True)
class Group:
    """The runs of one group, the newest first; a run without readable settings is alone."""

    records: tuple[Record, ...]

    @property
    def id(self) -> str:
        """The id of its newest run."""
        return self.records[0].id

    @property
    def title(self) -> str:
        """The settings of its runs, or the title of its only run."""
        first = self.records[0]
        if first.settings is None or len(self.records) == 1:
            return first.title
        return title_without_seed(first.settings, first.courses)

    @cached_property
    def counted(self) -> tuple[Record, ...]:
        """The runs of which mean and spread are: for each seed the newest finished run."""
        newest: dict[int, Record] = {}
        for record in self.records:
            if record.phase == "finished" and record.settings is not None:
                newest.setdefault(record.settings.seed, record)
        return tuple(newest[seed] for seed in sorted(newest))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the counted runs."""
        return tuple(record.settings.seed for record in self.counted if record.settings)

    @property
    def phases_text(self) -> str:
        """How many of its runs are in which phase: "2 finished, 1 running"."""
        often = Counter(record.phase for record in self.records)
        return ", ".join(f"{number} {phase}" for phase, number in often.most_common())

    def values(self, figure: str) -> tuple[float, ...]:
        """The figure of each counted run that has it."""
        known = (record.figures.get(figure) for record in self.counted)
        return tuple(value for value in known if value is not None)


def groups(records: Iterable[Record]) -> list[Group]:
    """The runs in groups, in the order of the newest run of each.

    Runs are in one group if they have equal settings besides the seed, whatever their preset,
    device and threads, and equal changes during training. A run that was trained further belongs to
    uninterrupted ones if it equals one, and otherwise to those that were extended at the same
    steps.

    Args:
        records: the newest first.
    """
    found: dict[Hashable, list[Record]] = {}
    for record in records:
        found.setdefault(_key(record), []).append(record)
    return [Group(tuple(alike)) for alike in found.values()]


def _key(record: Record) -> Hashable:
    if record.settings is None:
        return record.id
    moves = tuple((name, course.moves) for name, course in record.courses.items() if course.moves)
    extended = record.extended if record.settings.follows_progress else ()
    return _without_seed(record.settings), moves, extended


@lru_cache(maxsize=4096)
def _without_seed(settings: Settings) -> Settings:
    return settings.normal().with_defaults(SEED_AND_MACHINE)
