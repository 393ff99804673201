"""The complete folder of a small run, like a real one, without training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from dgviz.data.catalogue import DATASETS
from dgviz.gate_bytes import active
from dgviz.runs.snapshots import SnapshotWriter
from dgviz.settings import Settings
from dgviz.training.mask_bits import packed

RUN_ID = "0123456789ab"
SETTINGS = Settings(hidden=8, epochs=2, beta=0.1, validation=0, batch_size=6000, device="cpu")
STEPS_PER_EPOCH = 10


def write_run(
    root: Path,
    run_id: str = RUN_ID,
    settings: Settings = SETTINGS,
    label: dict[str, Any] | None = None,
    card: dict[str, Any] | None = None,
    log: list[dict[str, Any]] | None = None,
) -> Path:
    """Write a run's folder below `root` and return it.

    Args:
        label: the content of label.json; None writes none.
        card: changes of the card of a finished run.
        log: the log entries; by default one metrics entry a step, and a knob moved halfway.
    """
    folder = root / run_id
    folder.mkdir(parents=True)
    _write_json(folder / "settings.json", settings.as_dict())
    _write_json(folder / "card.json", _card(run_id, settings) | (card or {}))
    if label is not None:
        _write_json(folder / "label.json", label)
    entries = log_of(settings) if log is None else log
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / "metrics.jsonl").write_text(lines, encoding="utf-8")
    write_snapshots(folder, settings)
    return folder


def gates(settings: Settings = SETTINGS) -> list[np.ndarray[Any, Any]]:
    """Gate bytes 0..200 of each layer; pixel 0 has no active connection."""
    hidden_shape, output_shape = _shapes(settings)
    ramp = np.arange(hidden_shape[0] * hidden_shape[1]).reshape(hidden_shape) % 201
    ramp[:, 0] = 0
    return [ramp.astype(np.uint8), np.full(output_shape, 150, dtype=np.uint8)]


def snapshot(settings: Settings = SETTINGS, step: int = 0) -> bytes:
    """The gates after a step, as `training.snapshot.pack_gates` makes them."""
    layers = gates(settings)
    figures = {
        **_figures(settings, step),
        "shapes": [list(layer.shape) for layer in layers],
        "scores": "gate probability",
        "preview": True,
    }
    masks = {f"masks.{i}": packed(active(layer, settings.tau)) for i, layer in enumerate(layers)}
    return blob(masks | {f"scores.{i}": layer for i, layer in enumerate(layers)}, figures)


def earlier_snapshot(settings: Settings = SETTINGS, step: int = 0) -> bytes:
    """The same snapshot in the earlier format."""
    layers = {f"gates.{i}": layer for i, layer in enumerate(gates(settings))}
    return blob(layers, {**_figures(settings, step), "gated": settings.method != "dense"})


def _figures(settings: Settings, step: int) -> dict[str, Any]:
    return {"channel": "gates", "step": step, "tau": settings.tau, "beta": settings.beta}


def blob(tensors: dict[str, np.ndarray[Any, Any]], figures: Any) -> bytes:
    """A blob as `training.blob.pack` makes it."""
    return save(tensors, {"dgviz": json.dumps(figures)})


def facts(settings: Settings = SETTINGS) -> bytes:
    """Facts of the settings' data set; pixels 0 to 9 are always blank."""
    entry = DATASETS[settings.dataset]
    always_zero = (np.arange(entry.input_size) < 10).astype(np.uint8)
    shape, classes = list(entry.image_shape), list(entry.classes)
    figures = {"channel": "facts", "image_shape": shape, "classes": classes}
    means = np.zeros((len(classes), entry.input_size), dtype=np.uint8)
    means[:, 10:] = 40
    return blob({"always_zero": always_zero, "class_means": means}, figures)


def checkpoint(settings: Settings = SETTINGS, **changes: np.ndarray[Any, Any]) -> bytes:
    """A valid checkpoint; `changes` are tensors by name, with `_` instead of dots."""
    tensors = {"order": np.arange(5056, dtype=np.int64).astype(np.uint8)}
    for layer, shape in enumerate(_shapes(settings)):
        for name, size in (("weight", shape), ("gate_logits", shape), ("bias", shape[:1])):
            parameter = f"layers.{layer}.{name}"
            tensors[f"model.{parameter}"] = np.full(size, 0.5, dtype=np.float32)
            tensors[f"adam.{parameter}.step"] = np.array(20, dtype=np.float32)
            tensors[f"adam.{parameter}.exp_avg"] = np.zeros(size, dtype=np.float32)
            tensors[f"adam.{parameter}.exp_avg_sq"] = np.zeros(size, dtype=np.float32)
    named = {name.replace(".", "_"): name for name in tensors}
    tensors |= {named.get(name, name): tensor for name, tensor in changes.items()}
    return blob(tensors, {"step": 20, "evaluation": {}})


def predictions(settings: Settings = SETTINGS, step: int | None = None) -> bytes:
    """Predictions for 20 test images, two of each class of the data set, after the last step."""
    classes = np.arange(20, dtype=np.uint8) % len(DATASETS[settings.dataset].classes)
    last = settings.epochs * STEPS_PER_EPOCH
    figures = {"channel": "predictions", "step": last if step is None else step}
    return blob({"classes": classes}, figures)


def _shapes(settings: Settings) -> tuple[tuple[int, int], tuple[int, int]]:
    entry = DATASETS[settings.dataset]
    return (settings.hidden, entry.input_size), (len(entry.classes), settings.hidden)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def write_snapshots(folder: Path, settings: Settings) -> None:
    """Snapshots, facts and a checkpoint of the settings' network."""
    (folder / "snapshots.bin").unlink(missing_ok=True)
    (folder / "checkpoint.safetensors").write_bytes(checkpoint(settings))
    writer = SnapshotWriter(folder / "snapshots.bin", resume_step=-1)
    for step in (0, 10, 20):
        writer.append("gates", step, step, snapshot(settings, step))
    weights = {
        f"weights.{i}": np.full(shape, 0.25, dtype=np.float16)
        for i, shape in enumerate(_shapes(settings))
    }
    biases = {
        f"biases.{i}": np.full(shape[0], 0.1, dtype=np.float32)
        for i, shape in enumerate(_shapes(settings))
    }
    writer.append("weights", 20, 20, blob(weights | biases, {"channel": "weights", "step": 20}))
    writer.close()
    (folder / "facts.safetensors").write_bytes(facts(settings))
    (folder / "predictions.safetensors").write_bytes(predictions(settings))


def log_of(settings: Settings) -> list[dict[str, Any]]:
    """One metrics entry a step, and a knob moved after the first epoch."""
    entries: list[dict[str, Any]] = []
    for step in range(settings.epochs * STEPS_PER_EPOCH + 1):
        epoch = step / STEPS_PER_EPOCH
        whole = step % STEPS_PER_EPOCH == 0
        entries.append(
            {
                "kind": "metrics",
                "step": step,
                "epoch": epoch,
                "train_loss": None if step == 0 else 2.3 - 0.05 * step,
                "train_accuracy": None if step == 0 else 0.1 + 0.02 * step,
                "active_ratio": 1 - 0.03 * step,
                "active_weights": 6352 - 190 * step,
                "macs": 6352 - 190 * step,
                "mean_gate_prob": 0.7 - 0.01 * step,
                "test_accuracy": 0.1 + 0.04 * step if whole else None,
                "test_loss": 2.3 - 0.06 * step if whole else None,
                "validation_accuracy": None,
            }
        )
        if step == STEPS_PER_EPOCH:
            move = {"kind": "knob", "step": step, "epoch": epoch, "knob": "beta"}
            entries.append(move | {"from": settings.beta, "to": 1.0})
    return entries


def _card(run_id: str, settings: Settings) -> dict[str, Any]:
    return {
        "format": 1,
        "id": run_id,
        "parent": None,
        "created": "2026-03-04T05:06:07.000+00:00",
        "phase": "finished",
        "reason": "",
        "step": settings.epochs * STEPS_PER_EPOCH,
        "steps_per_epoch": STEPS_PER_EPOCH,
        "epochs": settings.epochs,
        "epoch": float(settings.epochs),
        "figures": {
            "test_accuracy": 0.9,
            "validation_accuracy": None,
            "test_loss": 1.1,
            "active_ratio": 0.4,
            "active_weights": 2552,
            "total_weights": 6352,
            "macs": 2552,
            "dense_macs": 6352,
            "parameters": 2570,
            "dense_parameters": 6370,
            "dead_hidden_units": 0,
        },
        "sessions": [
            {
                "started": "2026-03-04T05:06:07.000+00:00",
                "ended": "2026-03-04T05:06:09.500+00:00",
                "seconds": 2.5,
                "from_step": 0,
                "hardware": {"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
                "versions": {"python": "3.11.7", "torch": "2.13.0", "dgviz": "0.1.0"},
                "git": {"commit": "0" * 40, "dirty": False},
            }
        ],
    }
