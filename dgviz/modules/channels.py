"""A tensor whose entries along one axis belong to the outputs of a layer, through operations."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.fx import Node

from dgviz.modules.constants import Step, only_zero, pointwise, repeated, unchanged

_aten = torch.ops.aten

_RESHAPES = (_aten.view, _aten.reshape, _aten._unsafe_view, _aten.unsqueeze, _aten.squeeze)
_COPIES = (_aten.clone, _aten._to_copy)
_POOLINGS = (_aten.max_pool2d, _aten.avg_pool2d, _aten.adaptive_avg_pool2d)

_OWN_STATISTICS = "a batch norm with the statistics of the batch"
_NAMES: dict[Any, str] = {
    _aten._native_batch_norm_legit: _OWN_STATISTICS,
    _aten._native_batch_norm_legit_functional: _OWN_STATISTICS,
}
"""What users call operations that PyTorch gives other names."""


@dataclass(frozen=True)
class Channels:
    """Where the outputs of a layer are in a tensor.

    Attributes:
        axis: the axis of the outputs.
        repeat: entries for each output: entry j belongs to output j // repeat.
        steps: the operations since the layer.
    """

    axis: int
    repeat: int = 1
    steps: tuple[Step, ...] = ()

    def after(self, step: Step, axis: int | None = None, repeat: int = 1) -> Channels:
        """The same after an operation.

        Args:
            axis: the new axis, if it is another one.
            repeat: entries that become of each entry.
        """
        return Channels(
            self.axis if axis is None else axis, self.repeat * repeat, (*self.steps, step)
        )


def shape(node: Node) -> tuple[int, ...]:
    """The shape of a tensor in the graph."""
    return tuple(node.meta["val"].shape)


def through(node: Node, channels: Channels) -> Channels | None:
    """The channels after an operation on one tensor; None if it needs several of them at once."""
    source, arguments = node.all_input_nodes[0], _arguments(node)
    kind = getattr(node.target, "overloadpacket", None)
    if node.target is operator.getitem:
        # The first result of a batch norm is what it computes.
        return channels if arguments[1] == 0 else None
    axes = len(shape(source))
    if kind in _COPIES or _is_pointwise(node):
        others = [None if one is source else one for one in arguments]
        return channels.after(pointwise(node.target, others, node.kwargs))
    if kind in _POOLINGS:
        # Of images (..., channels, height, width). An average over zeros at the border is another.
        step = only_zero if kind is _aten.avg_pool2d and _pads(*arguments) else unchanged
        return channels.after(step) if channels.axis == axes - 3 else None
    if kind is _aten.mean:
        return _mean(channels, axes, *arguments[1:])
    if kind is _aten.permute:
        order = [axis % axes for axis in arguments[1]]
        return channels.after(unchanged, axis=order.index(channels.axis))
    if kind is _aten.transpose:
        order = list(range(axes))
        one, other = arguments[1] % axes, arguments[2] % axes
        order[one], order[other] = other, one
        return channels.after(unchanged, axis=order.index(channels.axis))
    if kind in _RESHAPES:
        return _reshaped(channels, shape(source), shape(node))
    return None


def reason(node: Node) -> str:
    """Why an operation needs all outputs of a layer, after "its outputs"."""
    kind = getattr(node.target, "overloadpacket", None)
    if kind in (_aten.add, _aten.mul, _aten.sub, _aten.div):
        return "are combined with other values, as in a residual connection"
    if kind in _RESHAPES:
        return "are split by a reshape, as into attention heads"
    name = _NAMES.get(kind, getattr(kind, "__name__", node.target))
    return f"are read by {name}, through which they are not followed"


def _arguments(node: Node) -> tuple[Any, ...]:
    return node.args


def _is_pointwise(node: Node) -> bool:
    tags = getattr(node.target, "tags", ())
    if torch.Tag.pointwise not in tags or torch.Tag.nondeterministic_seeded in tags:
        return False
    # The operations `equal` and `frexp` do not return one tensor.
    return isinstance(node.meta["val"], Tensor)


def _pads(
    images: Node,
    size: Any,
    stride: Any = (),
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> bool:
    """Whether an average pooling may divide by another number than that of the pixels."""
    padded = padding if isinstance(padding, int) else any(padding)
    return bool(padded or ceil_mode or divisor)


def _mean(
    channels: Channels, axes: int, over: Sequence[int] | None = None, keeps_axes: bool = False
) -> Channels | None:
    positions = [axis % axes for axis in over or range(axes)]
    if channels.axis in positions:
        return None
    before = 0 if keeps_axes else sum(axis < channels.axis for axis in positions)
    return channels.after(unchanged, axis=channels.axis - before)


def _reshaped(channels: Channels, before: Sequence[int], after: Sequence[int]) -> Channels | None:
    """After a reshape: their axis must stay, or take in axes that follow it."""
    ahead = math.prod(before[: channels.axis])
    for axis in range(len(after)):
        if math.prod(after[:axis]) != ahead:
            continue
        for end in range(channels.axis + 1, len(before) + 1):
            if after[axis] == math.prod(before[channels.axis : end]):
                repeat = math.prod(before[channels.axis + 1 : end])
                return channels.after(repeated(repeat), axis=axis, repeat=repeat)
    return None
