"""Knobs with which a short run does everything that a long one does."""

from __future__ import annotations

from typing import Any

from dgviz.methods.catalogue import METHODS


def quick(method: str) -> dict[str, Any]:
    """The intervals of steps of a method, each as short as possible."""
    return {knob.name: 2 for knob in METHODS[method].knobs if knob.name.endswith(".every")}
