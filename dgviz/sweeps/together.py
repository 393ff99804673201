"""Which trials of a sweep are trained together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dgviz.sweeps.cost import KIND, SAME_SPEED, Group, Left, Speed, kinds
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.training.alike import ALIKE, FREE, in_common

if TYPE_CHECKING:
    from dgviz.settings import Settings

MOST_UNITS = 256
"""Hidden units, all together, of networks that one core trains together: with more, their
parameters no longer stay in its cache. `bench batch` measures it."""
_MOST_UNITS_EACH = 64
"""A core trains larger networks as fast one after the other."""
_MOST_ON_CORE = 32
"""Tiny networks gain no more from being trained with others."""

_MOST_KEPT = 20_000
"""Settings that are kept for the pages, which ask again every few seconds: two large sweeps'."""

_MOST_ON_ACCELERATOR = 128
_MOST_BYTES = 2**31
_BYTES_OF_WEIGHT = 64
"""Memory of an accelerator that networks take for each weight: for W, its gate, both gradients,
Adam's four averages, and what a step computes."""


def groups(waiting: Mapping[str, Settings], *, accelerator: bool, jobs: int) -> list[list[str]]:
    """Divide trials into groups that are trained together, where that is faster.

    Args:
        waiting: the settings of each trial by its id, in the order in which to begin them.
        accelerator: whether they are trained on an accelerator.
        jobs: how many groups are trained at once.

    Returns:
        The ids of the trials of each group; a trial that is trained alone is a group too.
    """
    alike: dict[str, list[str]] = {}
    most: dict[str, int] = {}
    # On an accelerator a larger group takes hardly longer; cores share the trials out.
    share = len(waiting) if accelerator else math.ceil(len(waiting) / jobs)
    for name, settings in waiting.items():
        common = in_common(settings)
        key = name if common is None else trial_id(common)
        most[key] = 1 if common is None else min(share, _most_together(common, accelerator))
        alike.setdefault(key, []).append(name)
    return [
        group
        for key, names in alike.items()
        for group in _parts(names, most[key], 1 if accelerator else jobs)
    ]


def grouped(
    grid: Grid,
    left: Left,
    *,
    accelerator: bool,
    jobs: int,
    alone: bool = False,
    is_shard: bool = False,
) -> list[Group]:
    """The number of the groups into which `groups` divides trials. It makes no settings of them.

    It is exact for a whole grid. Of a part, it is not known which trials are left: then a group's
    trials are taken to be all left or all done, and a shard to have an equal part of each group.

    Args:
        left: trials of the grid. Those that were stopped early are trained alone.
        accelerator, jobs: as in `groups`.
        alone: whether each trial is trained alone.
        is_shard: whether they are those of a shard.
    """
    rest = [Group(kind, number, number) for kind, number in left.rest.items()]
    if alone or grid.base.method != ALIKE["method"]:
        return [*(Group(kind, number, number) for kind, number in left.whole.items()), *rest]
    values = {name: grid.axes.get(name, (grid.base[name],)) for name in (*KIND, *FREE, *ALIKE)}
    fitting = math.prod(values[name].count(ALIKE[name]) / len(values[name]) for name in ALIKE)
    size = math.prod(len(values[name]) for name in FREE)
    # Of each kind.
    alike = round(len(grid) * fitting / size / math.prod(len(values[name]) for name in KIND))
    total = left.whole.total()
    share = total if accelerator else math.ceil(total / jobs)
    most: dict[Speed, int] = {}
    found = []
    for kind, trials in left.whole.items():
        if kind.speed not in most:
            settings = _with_speed(grid.base, kind.speed)
            most[kind.speed] = min(share, _most_together(settings, accelerator))
        together = round(trials * fitting)
        if is_shard:
            each, more = divmod(together, alike) if alike else (0, 0)
            sizes = {each + 1: more, each: alike - more}
        else:
            sizes = {size: together // size, together % size: 1}
        number = sum(
            times * _number_of_parts(names, most[kind.speed], 1 if accelerator else jobs)
            for names, times in sizes.items()
            if names
        )
        if trials > together:
            found.append(Group(kind, trials - together, trials - together))
        if together:
            found.append(Group(kind, number, together))
    return [*found, *rest]


class Begun(NamedTuple):
    """The trials that a training has begun with.

    Attributes:
        grid: that the sweep had then, as it may have more trials now.
        left: those that it is to train.
    """

    grid: Grid
    left: Left


def still_to_do(
    begun: Begun, grid: Grid, left: Left, *, accelerator: bool, jobs: int, alone: bool
) -> list[Group]:
    """The groups that a training has not ended. They are as large as when it has begun.

    Args:
        grid: that the sweep has now.
        left: its trials that are not done.
        accelerator, jobs, alone: as in `grouped`.
    """
    whole = left.whole - (kinds(grid) - kinds(begun.grid))
    at_first = Left(begun.left.whole, Counter())
    found = []
    for kind, number, trials in grouped(
        begun.grid, at_first, accelerator=accelerator, jobs=jobs, alone=alone
    ):
        part = min(1.0, whole[kind] / at_first.whole[kind])
        if rest := math.ceil(trials * part):
            # Those that are trained at once end at about the same time.
            still = max(min(number, jobs, rest), math.ceil(number * part))
            found.append(Group(kind, still, math.ceil(trials * still / number)))
    return [*found, *(Group(kind, number, number) for kind, number in left.rest.items())]


@lru_cache(_MOST_KEPT)
def _with_speed(base: Settings, speed: Speed) -> Settings:
    return base.with_changes(**dict(zip(SAME_SPEED, speed, strict=True)))


def _most_together(common: Settings, accelerator: bool) -> int:
    if accelerator:
        fitting = _MOST_BYTES // (_BYTES_OF_WEIGHT * common.dense_weights)
        return max(1, min(_MOST_ON_ACCELERATOR, fitting))
    if common.hidden > _MOST_UNITS_EACH:
        return 1
    return min(_MOST_ON_CORE, MOST_UNITS // common.hidden)


def _parts(names: Sequence[str], most: int, jobs: int) -> Iterator[list[str]]:
    """Equal parts of at most so many names; several parts are as many as keep all jobs busy."""
    left = list(names)
    for part in range(_number_of_parts(len(names), most, jobs), 0, -1):
        size = math.ceil(len(left) / part)
        yield left[:size]
        left = left[size:]


def _number_of_parts(names: int, most: int, jobs: int) -> int:
    number = math.ceil(names / most)
    if most > 1 and number > 1:
        number = min(names, jobs * math.ceil(number / jobs))
    return number
