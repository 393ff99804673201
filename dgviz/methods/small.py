"""A smaller dense network, the control of all sparse ones: it has as many weights as they keep.

All connections of a hidden unit are weights of it, so a part of the hidden units has the same part
of the weights. They are all active, from the start to the end: nothing is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgviz.methods.dense import Dense

if TYPE_CHECKING:
    from dgviz.settings import Settings


class SmallDense(Dense):
    """A plain MLP with a part of the hidden units."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        inputs, *hidden, classes = sizes
        ratio: float = settings["small.ratio"]
        super().__init__(settings, (inputs, *(max(1, round(n * ratio)) for n in hidden), classes))
