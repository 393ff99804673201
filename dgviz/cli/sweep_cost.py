"""What `python -m dgviz sweep` says of the time of trials."""

from __future__ import annotations

import sys
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from dgviz.formatting import duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgviz.runs.store import Store
    from dgviz.sweeps.cost import Paces, Speed
    from dgviz.sweeps.grid import Grid
    from dgviz.sweeps.known_paces import Cost
    from dgviz.sweeps.result import TrialResult


class Work(NamedTuple):
    """What a command is to train.

    Attributes:
        chosen: for each trial in the order of the grid, whether it is in the shard; None if all
            are.
        found: the results of those that have one.
        reached: epochs that others have trained already, by their ids.
    """

    grid: Grid
    chosen: bytes | None
    found: Mapping[str, TrialResult]
    jobs: int
    halving: bool = False
    record_all: bool = False
    reached: Mapping[str, float] = MappingProxyType({})

    @property
    def mine(self) -> int:
        """How many trials of the grid are in the shard."""
        return len(self.grid) if self.chosen is None else sum(self.chosen)

    @property
    def alone(self) -> bool:
        """Whether each trial is trained alone."""
        return self.halving or self.record_all


def cost_of(
    work: Work, store: Store | None, *, is_here: bool = True, may_measure: bool = False
) -> tuple[str, Cost]:
    """The time that the trials that are left will take, as the end of a sentence.

    Args:
        store: the runs directory, as in `KnownPaces`.
        is_here: whether they are trained on this machine.
        may_measure: whether it is measured if it is not known.

    Returns:
        What it follows from, too.

    Raises:
        DataError: it is measured, and the data set cannot be loaded.
        SettingsError: it is measured, and the device is not available.
    """
    from dgviz.sweeps.backends import on_accelerator
    from dgviz.sweeps.cost import Paces, kinds, known_when, left_of, time_of
    from dgviz.sweeps.known_paces import KnownPaces
    from dgviz.sweeps.together import grouped

    grid = work.grid
    accelerator = on_accelerator(grid.base.device, here=is_here)
    groups = grouped(
        grid,
        left_of(kinds(grid, work.chosen), work.found.values(), halving=work.halving),
        accelerator=accelerator,
        jobs=work.jobs,
        alone=work.alone,
        is_shard=work.chosen is not None,
    )
    own = Paces.of_trials(one for one in work.found.values() if one.is_of_this_machine)
    estimated = partial(
        KnownPaces(store).cost,
        groups,
        jobs=work.jobs,
        accelerator=accelerator,
        own=[own],
        reached=sum(work.reached.values()),
    )
    cost = estimated()
    if cost.unmeasured and may_measure:
        cost = estimated(brief=[_measured(work, cost.unmeasured)])
    if (known := cost.estimate) is None:
        # Those of a cluster tell how long it takes, which is shown while it trains.
        where = " on this machine" if is_here else ""
        return f"; how long a trial takes is known when {known_when(grid)}{where}", cost
    over = " over a second of training" if cost.is_brief else ""
    text = (
        f"; as measured on this machine{over}, a trial takes "
        f"{'at most' if cost.is_most else 'about'} {duration(known.each)}, all that are left "
        f"{'at most ' if work.halving or cost.is_most else ''}{time_of(known)}"
    )
    if not is_here:
        # Its workers may be faster or slower, and their number is not known here.
        text += "; how long the cluster takes is not known"
    return text, cost


def _measured(work: Work, speeds: Sequence[Speed]) -> Paces:
    """How long trials take, measured before any is trained.

    Empty for too many speeds, and if the measurement is lost.
    """
    from dgviz.sweeps.cost import MOST_MEASURED, Paces

    if not 0 < len(speeds) <= MOST_MEASURED:
        return Paces()
    print("Measuring how long a trial takes.", file=sys.stderr)
    from dgviz.sweeps.engine import BackendError
    from dgviz.sweeps.pace import measure

    try:
        return measure(work.grid, speeds, jobs=work.jobs, alone=work.alone)
    except BackendError as problem:
        print(problem, file=sys.stderr)
        return Paces()
