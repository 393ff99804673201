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
card of 1,000 sessions has 350 KB, and the longest log that the settings allow 6 MB."""

LARGEST_ARRAYS = 512 * _MB
"""Bytes of a checkpoint or of the facts: that of the largest network allowed takes 160 MB."""
