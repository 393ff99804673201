"""Forms of a layer: how its weights lie in memory. Needs no torch.

- dense: the matrix itself, zeros included (`CompactLayer`).
- CSR, compressed sparse rows: only weights that are not 0, with the column of each.
- fixed fan-in: the same number of weights for every unit, with their columns; a unit with fewer
  weights than another has zeros as padding.

Each holds the same float32 weights, so `dense()` gives exactly the layer that a form was made from.
Columns are uint16 where all fit, otherwise int32: libraries such as SciPy want int32 and can cast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactLayer, CompactNetwork

Weights = npt.NDArray[np.float32]
Positions = npt.NDArray[np.uint16] | npt.NDArray[np.int32]


class StoredLayer(Protocol):
    """A layer in any form; its arrays are its only contents.

    Attributes:
        weight: the numbers that the form multiplies for one image, zeros and padding included.
        bias: float32 (out,).
    """

    @property
    def weight(self) -> Weights: ...
    @property
    def bias(self) -> Weights: ...


@dataclass(frozen=True, eq=False)
class CsrLayer:
    """A layer as compressed sparse rows.

    Attributes:
        weight: float32 (n,), the weights that are not 0, unit by unit.
        columns: uint16 or int32 (n,), the input of each weight; ascending within a unit.
        starts: uint16 or int32 (out + 1,), where the weights of each unit begin, and n.
        bias: float32 (out,).
        inputs: number of inputs.
    """

    weight: Weights
    columns: Positions
    starts: Positions
    bias: Weights
    inputs: int

    def dense(self) -> CompactLayer:
        weight = np.zeros((len(self.bias), self.inputs), np.float32)
        rows = np.repeat(np.arange(len(self.bias)), self.starts[1:] - self.starts[:-1])
        weight[rows, self.columns] = self.weight
        return CompactLayer(weight, self.bias)


@dataclass(frozen=True, eq=False)
class FanInLayer:
    """A layer in which each unit has the same number k of weights.

    Attributes:
        weight: float32 (out, k); a unit's padding of 0 comes last.
        columns: uint16 or int32 (out, k), the input of each weight; ascending within a unit, and 0
            for padding.
        bias: float32 (out,).
        inputs: number of inputs.
    """

    weight: Weights
    columns: Positions
    bias: Weights
    inputs: int

    def dense(self) -> CompactLayer:
        weight = np.zeros((len(self.bias), self.inputs), np.float32)
        rows, slots = np.nonzero(self.weight)
        weight[rows, self.columns[rows, slots]] = self.weight[rows, slots]
        return CompactLayer(weight, self.bias)


def csr(layer: CompactLayer) -> CsrLayer:
    """The layer as compressed sparse rows."""
    rows, columns = np.nonzero(layer.weight)
    starts = np.searchsorted(rows, np.arange(len(layer.bias) + 1))
    inputs = layer.weight.shape[1]
    return CsrLayer(
        weight=layer.weight[rows, columns],
        columns=_positions(columns, inputs),
        starts=_positions(starts, len(rows) + 1),
        bias=layer.bias,
        inputs=inputs,
    )


def fan_in(layer: CompactLayer) -> FanInLayer:
    """The layer with the fixed fan-in of the unit that has most weights; 0 without weights."""
    kept = layer.weight != 0
    k = int(kept.sum(1).max(initial=0))
    # A stable sort puts each unit's weights first, in the order of their inputs.
    columns = np.argsort(~kept, axis=1, kind="stable")[:, :k]
    weight = np.take_along_axis(layer.weight, columns, axis=1)
    inputs = layer.weight.shape[1]
    return FanInLayer(
        weight=weight,
        columns=_positions(np.where(weight != 0, columns, 0), inputs),
        bias=layer.bias,
        inputs=inputs,
    )


FORMS: Mapping[str, Callable[[CompactLayer], StoredLayer]] = {
    "dense": lambda layer: layer,
    "CSR": csr,
    "fixed fan-in": fan_in,
}
"""The function that puts a layer into each form, by the form's name on the screen."""


def arrays(network: CompactNetwork, form: str) -> dict[str, npt.NDArray[Any]]:
    """All arrays of a network in a form, by name: `layers.0.weight`, `layers.0.columns` and so on.

    `pixels`, uint16 or int32, is left out of a network that reads all inputs.

    Args:
        form: a name in `FORMS`.
    """
    stored: dict[str, npt.NDArray[Any]] = {}
    if len(network.pixels) < network.inputs:
        stored["pixels"] = _positions(network.pixels, network.inputs)
    for i, layer in enumerate(map(FORMS[form], network.layers)):
        parts = vars(layer).items()
        stored |= {f"layers.{i}.{name}": x for name, x in parts if isinstance(x, np.ndarray)}
    return stored


def _positions(positions: npt.NDArray[np.int64], places: int) -> Positions:
    """Positions among this many places, in the smaller of the two types that fits all places."""
    small = places <= np.iinfo(np.uint16).max + 1
    return positions.astype(np.uint16) if small else positions.astype(np.int32)
