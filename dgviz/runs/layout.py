"""The files of a run: what they are called, and how large each may be."""

from __future__ import annotations

from collections.abc import Mapping

SETTINGS = "settings.json"
CARD = "card.json"
LABEL = "label.json"
METRICS = "metrics.jsonl"
SNAPSHOTS = "snapshots.bin"
FACTS = "facts.safetensors"
CHECKPOINT = "checkpoint.safetensors"
FINDINGS = "faithfulness.json"
LOCK = "lock"
FILES = (SETTINGS, CARD, LABEL, METRICS, SNAPSHOTS, FACTS, CHECKPOINT)
"""All that a run consists of; the lock belongs to the process that trains it."""

_KB, _MB = 2**10, 2**20

LARGEST_TEXT: Mapping[str, int] = {
    SETTINGS: 64 * _KB,
    CARD: _MB,
    LABEL: 64 * _KB,
    METRICS: 8 * _MB,
    FINDINGS: _MB,
}
"""Bytes of each file that is parsed, in one go and while pages wait. Far more than is written: a
card of 1,000 sessions has less than 500 KB, and the longest log that the settings allow 6 MB."""

LARGEST_CHECKPOINT = 512 * _MB
"""Bytes of a checkpoint: that of the largest network allowed takes 200 MB."""

LARGEST_FACTS = _MB
"""Bytes of the facts, which take 310 KB where there are 100 classes of 3,072 inputs."""

LARGEST_SNAPSHOT_FILE = 2048 * _MB
"""Bytes of all recorded snapshots: those of the largest network allowed take 1 GB."""

LARGEST_SNAPSHOT = 16 * _MB
"""Bytes of one of them, compressed or not: of the largest network allowed it takes 13 MB."""

LARGEST_DIGITS = 64 * _MB
"""Bytes of a data set's test images, compressed or not: those of the largest take 31 MB."""
