"""Small run folders with the layout of real ones, written without training."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    LABEL,
    LOCK,
    METRICS,
    PREDICTIONS,
    SETTINGS,
    SNAPSHOTS,
)
from dgviz.runs.snapshots import SnapshotWriter
from dgviz.settings import Settings

_STEPS_PER_EPOCH = 430
_BEGAN = datetime(2025, 3, 1, 12, tzinfo=UTC)
_FIGURES = {
    "test_accuracy": 0.9812,
    "test_loss": 0.071,
    "validation_accuracy": 0.9794,
    "active_ratio": 0.3331,
    "active_weights": 67_708,
    "total_weights": 203_264,
    "macs": 67_708,
    "dense_macs": 203_264,
    "parameters": 67_974,
    "dense_parameters": 203_530,
    "dead_hidden_units": 3,
    "pixels_in_use": 611,
}


def write_run(root: Path, run_id: str, settings: Settings | None = None, **changes: Any) -> Path:
    """Write an ended run with four log points and a change of a knob; return its folder.

    Args:
        changes: fields of its card that replace the defaults.
    """
    settings = settings or Settings()
    folder = root / run_id
    folder.mkdir(parents=True)
    card = {**_card(run_id, settings), **changes}
    _write(folder / SETTINGS, settings.as_dict())
    _write(folder / CARD, card)
    _write(folder / LABEL, {"name": "", "tags": ["bench"]})
    entries = [entry for i in range(4) for entry in _entries(i)]
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / METRICS).write_text(lines, encoding="utf-8")
    snapshots = SnapshotWriter(folder / SNAPSHOTS, resume_step=-1)
    for i in range(4):
        snapshots.append("gates", 43 * i, i, b"gates %d" % i * 100)
    snapshots.append("weights", 0, 0, b"weights" * 100)
    snapshots.close()
    for name in (FACTS, CHECKPOINT, PREDICTIONS):
        (folder / name).write_bytes(zlib.compress(name.encode()) * 20)
    (folder / LOCK).touch()
    return folder


def _card(run_id: str, settings: Settings) -> dict[str, Any]:
    # Spread over a year, so that sorting has work to do.
    began = _BEGAN + timedelta(minutes=int(run_id, 16) * 7919 % 525_600)
    session = {
        "started": began.isoformat(timespec="milliseconds"),
        "ended": (began + timedelta(seconds=61)).isoformat(timespec="milliseconds"),
        "seconds": 61.0,
        "from_step": 0,
        "hardware": {"cpu": "Some processor", "cores": 2, "device": "cpu", "threads": 1},
        "versions": {"python": "3.11.7", "torch": "2.13.0", "dgviz": "0.1.0"},
        "git": {"commit": "0123456789abcdef0123456789abcdef01234567", "dirty": False},
    }
    return {
        "format": 1,
        "id": run_id,
        "parent": None,
        "created": session["started"],
        "phase": "finished",
        "reason": "",
        "step": _STEPS_PER_EPOCH * settings.epochs,
        "steps_per_epoch": _STEPS_PER_EPOCH,
        "epochs": settings.epochs,
        "epoch": float(settings.epochs),
        "figures": _FIGURES,
        "sessions": [session],
    }


def _entries(log_point: int) -> list[dict[str, Any]]:
    step = 43 * log_point
    place = {"step": step, "epoch": step / _STEPS_PER_EPOCH}
    metrics = {
        "kind": "metrics",
        **place,
        "train_loss": 2.3 / (1 + log_point),
        "train_accuracy": 0.5,
        "active_ratio": 1.0,
        "active_weights": 203_264,
        "macs": 203_264,
        "mean_gate_prob": 0.73,
        "test_accuracy": None,
        "test_loss": None,
        "validation_accuracy": None,
    }
    moved = {"kind": "knob", **place, "knob": "beta", "from": 0.03, "to": 1.0}
    return [metrics, moved] if log_point == 2 else [metrics]


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
