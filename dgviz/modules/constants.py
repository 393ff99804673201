"""Entries of a tensor with the same value for every input, and what operations make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Constants:
    """Which entries of a tensor are constant, along one of its axes.

    Both tensors are on the CPU, because not every device has float64.

    Attributes:
        constant: bool, shape (entries,).
        value: shape (entries,), without meaning where an entry is not constant; float64 for every
            floating point type, and the type of the tensor otherwise.
    """

    constant: Tensor
    value: Tensor


Step = Callable[[Constants], Constants]
"""An operation, as it changes constants."""

_STORAGE = ("device", "layout", "memory_format", "non_blocking", "pin_memory")


def unchanged(before: Constants) -> Constants:
    """An operation that moves entries, or takes one of several."""
    return before


def only_zero(before: Constants) -> Constants:
    """A sum with zeros that are not everywhere, as around an image: only a 0 stays constant."""
    return Constants(before.constant & (before.value == 0), before.value)


def repeated(times: int) -> Step:
    """A flattening, after which each entry is there several times in a row."""

    def step(before: Constants) -> Constants:
        return Constants(
            before.constant.repeat_interleave(times), before.value.repeat_interleave(times)
        )

    return step


def pointwise(operation: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> Step:
    """An operation on each number alone.

    Args:
        operation: A function of PyTorch.
        arguments: Its arguments, with None for the tensor.
        options: Its keyword arguments. Those that say where and how the result is stored are for
            the tensor in the network.
    """
    others = {name: value for name, value in options.items() if name not in _STORAGE}

    def step(before: Constants) -> Constants:
        value = operation(*(before.value if one is None else one for one in arguments), **others)
        return Constants(before.constant, value.double() if value.is_floating_point() else value)

    return step


def normalised(norm: Any) -> Step:
    """A batch norm in evaluation mode."""

    def step(before: Constants) -> Constants:
        parts = (norm.running_mean, norm.running_var, norm.weight, norm.bias)
        mean, variance, weight, bias = (
            None if part is None else part.detach().cpu().double() for part in parts
        )
        value = F.batch_norm(before.value[None], mean, variance, weight, bias, eps=norm.eps)[0]
        return Constants(before.constant, value)

    return step
