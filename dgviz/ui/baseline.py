"""Training the dense baseline of a run, which every page offers."""

from __future__ import annotations

from dgviz.live.hub import the_hub
from dgviz.settings import Settings


def train_baseline(settings: Settings) -> None:
    """Start the dense baseline, whose settings differ in the method only, unless there is one."""
    if (baseline := settings.baseline()) and the_hub().baseline_of(settings) is None:
        the_hub().start(baseline)
