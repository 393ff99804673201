"""Training the baseline of a run, which every page offers."""

from __future__ import annotations

from dgviz.live.hub import the_hub
from dgviz.settings import Settings


def train_baseline(settings: Settings) -> None:
    """Train the baseline: the run that differs in nothing but the method."""
    if (baseline := settings.baseline()) and the_hub().baseline_of(settings) is None:
        the_hub().start(baseline)
