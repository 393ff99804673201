"""Which trials of a sweep are trained together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dgviz.sweeps.grid import trial_id
from dgviz.training.alike import in_common

if TYPE_CHECKING:
    from dgviz.settings import Settings

MOST_UNITS = 256
"""Hidden units, all together, of networks that one core trains together: with more, their
parameters no longer stay in its cache. `bench batch` measures it."""
_MOST_UNITS_EACH = 64
"""A core trains larger networks as fast one after the other."""
_MOST_ON_CORE = 32
"""Tiny networks gain no more from being trained with others."""

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


def _most_together(common: Settings, accelerator: bool) -> int:
    if accelerator:
        fitting = _MOST_BYTES // (_BYTES_OF_WEIGHT * common.dense_weights)
        return max(1, min(_MOST_ON_ACCELERATOR, fitting))
    if common.hidden > _MOST_UNITS_EACH:
        return 1
    return min(_MOST_ON_CORE, MOST_UNITS // common.hidden)


def _parts(names: Sequence[str], most: int, jobs: int) -> Iterator[list[str]]:
    """Equal parts of at most so many names; several parts are as many as keep all jobs busy."""
    number = math.ceil(len(names) / most)
    if most > 1 and number > 1:
        number = min(len(names), jobs * math.ceil(number / jobs))
    left = list(names)
    for part in range(number, 0, -1):
        size = math.ceil(len(left) / part)
        yield left[:size]
        left = left[size:]
