"""A sweep of networks so small that its training takes almost no time."""

from __future__ import annotations

from dgviz.settings import Settings
from dgviz.sweeps.grid import Grid

BASE = Settings.from_preset("classroom", epochs=4, batch_size=6, hidden=8, device="cpu")
TRIAL = BASE.with_changes(beta=0.1)
GRID = Grid(BASE, {"beta": (0.01, 0.1), "tau": (0.5, 0.6)}, seeds=2)
