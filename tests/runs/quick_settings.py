"""Knobs with which a run of a few steps has all that a long one has."""

from __future__ import annotations

from typing import Any

from dgviz.methods.catalogue import METHODS


def quick(method: str) -> dict[str, Any]:
    """A method's own intervals of steps, each as short as possible."""
    return {knob.name: 2 for knob in METHODS[method].knobs if knob.name.endswith(".every")}
