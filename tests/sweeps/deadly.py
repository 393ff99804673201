"""Work that ends its worker. Workers import this file, which does not need PyTorch."""

from __future__ import annotations

import os
from typing import Any

from dgviz.settings import Settings
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.task import Report


def deadly(folder: str, values: list[dict[str, Any]], everything: bool, halving: bool) -> Any:
    """In the place of a training: one trial ends the worker, as too little memory does."""
    trials = [Settings.from_dict(one) for one in values]
    if any(settings.beta == 0.1 and settings.tau == 0.4 for settings in trials):
        os._exit(1)
    return [(Report(trial_id(settings), "done"), None) for settings in trials]
