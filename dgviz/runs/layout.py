"""The files of a run: their names and largest sizes."""

from __future__ import annotations

from collections.abc import Mapping

SETTINGS = "settings.json"
CARD = "card.json"
LABEL = "label.json"
METRICS = "metrics.jsonl"
SNAPSHOTS = "snapshots.bin"
FACTS = "facts.safetensors"
CHECKPOINT = "checkpoint.safetensors"
PREDICTIONS = "predictions.safetensors"
FINDINGS = "faithfulness.json"
SPEED = "speed.json"
SPEED_BY_RATIO = "speed-by-ratio.json"
LOCK = "lock"
SWEEPS = "sweeps"
"""The folder of the sweeps in the runs directory: each is a folder of trials, which are runs."""
FILES = (SETTINGS, CARD, LABEL, METRICS, SNAPSHOTS, FACTS, CHECKPOINT, PREDICTIONS)
"""The files that make up a run; the lock belongs to the process that trains it."""

_KB, _MB = 2**10, 2**20

LARGEST_TEXT: Mapping[str, int] = {
    SETTINGS: 64 * _KB,
    CARD: _MB,
    LABEL: 64 * _KB,
    METRICS: 8 * _MB,
    FINDINGS: _MB,
    SPEED: _MB,
    SPEED_BY_RATIO: 8 * _MB,
}
"""Largest size in bytes of each file that is parsed whole. dgviz writes less: a card of 1,000
sessions has less than 500 KB, and the longest log that the settings allow, as the most times by
ratio, 6 MB. The oldest measurements are dropped from `speed.json` when it is full."""

LARGEST_CHECKPOINT = 512 * _MB
"""Bytes of a checkpoint; that of the largest allowed network has 200 MB."""

LARGEST_FACTS = _MB
"""Bytes of the facts; with 100 classes of 3,072 inputs they have 310 KB."""

LARGEST_PREDICTIONS = _MB
"""Bytes of the predictions; those of 10,000 test images have 10 KB."""

LARGEST_SNAPSHOT_FILE = 2048 * _MB
"""Bytes of all recorded snapshots; those of the largest allowed network have 1 GB."""

LARGEST_SNAPSHOT = 16 * _MB
"""Bytes of one snapshot, compressed or not; that of the largest allowed network has 13 MB."""

LARGEST_DIGITS = 64 * _MB
"""Bytes of a data set's test images, compressed or not; the largest data set has 31 MB."""
