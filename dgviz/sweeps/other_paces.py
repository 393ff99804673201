"""How long the trials of other sweeps took, for a sweep of which too few are done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from dgviz.runs.files import folders_in
from dgviz.sweeps.cost import Kind, Paces, kinds, training_seconds
from dgviz.sweeps.folder import SweepError, SweepFolder

_MOST_SWEEPS = 100
_MOST_RESULTS = 200
"""Of one sweep: a few trials tell how long the others took, and reading thousands takes seconds."""


def paces_of_others(place: Path, trials: Mapping[Kind, int], *known: Paces) -> Paces:
    """Those of sweeps with such trials. It stops reading as soon as the time of all is known.

    Args:
        place: the folder in which the folders of the sweeps are. The newest one is read first.
        trials: their number, by their kinds.
        known: what was measured elsewhere; see `training_seconds`.
    """
    speeds = {kind.speed for kind in trials}
    paces = Paces()
    for folder in _newest(place)[:_MOST_SWEEPS]:
        if training_seconds(trials, *known, paces) is not None:
            break
        sweep = SweepFolder(folder)
        # One that is damaged says nothing.
        with suppress(SweepError):
            if speeds.isdisjoint(kind.speed for kind in kinds(sweep.grid())):
                continue
            # The names are as good as random, so the first ones are of all kinds.
            for name in islice(sorted(sweep.begun()), _MOST_RESULTS):
                if result := sweep.result(name):
                    paces.add(result)
    return paces


def _newest(place: Path) -> list[Path]:
    """The folders, the one that was changed last first."""

    def changed(folder: Path) -> float:
        try:
            return folder.stat().st_mtime
        except OSError:
            # It was removed meanwhile.
            return 0.0

    return sorted(folders_in(place, lambda name: True), key=changed, reverse=True)
