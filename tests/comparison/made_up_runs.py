"""Made-up runs in a store, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthetic_run import write_run

from dgviz.runs.record import Record
from dgviz.settings import Settings

_FIGURES = {
    "test_accuracy": 0.98,
    "validation_accuracy": 0.97,
    "active_ratio": 0.4,
    "active_weights": 2540,
    "total_weights": 6352,
    "macs": 2540,
    "parameters": 2558,
    "dense_parameters": 6370,
}
_MOVE = {"kind": "knob", "step": 5, "epoch": 0.5, "knob": "beta", "from": 0.03, "to": 1.0}


def made_up(
    root: Path,
    number: int,
    settings: Settings,
    *,
    figures: dict[str, Any] | None = None,
    moved: bool = False,
    **card: Any,
) -> Record:
    """Write the folder of a finished run with the id `number`; a higher number is newer.

    Args:
        figures: changes of the card's figures.
        moved: whether β was changed during training.
        card: changes of the card.
    """
    changes = {
        "created": f"2026-03-04T05:{number % 60:02}:07.000+00:00",
        "figures": _FIGURES | (figures or {}),
        **card,
    }
    log = [_MOVE] if moved else []
    return Record(write_run(root, f"{number:012x}", settings, card=changes, log=log))
