"""A layer whose `weight` is the gated one, for all code that reads it.

The layer gets a subclass of its own class, in which `weight` and `bias` are properties that return
W ⊙ G and b ⊙ G. So its forward pass stays as it is, and so does code that takes the weight of a
layer and computes with it, as `nn.MultiheadAttention` does. The state dict has W under the name
that it had, and the logits below `gates`.

`torch.nn.utils.parametrize` works alike, but its modules cannot be pickled, a copy shares its class
with the original, and two tensors cannot share gates, as the weight and the bias of an output do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from dgviz.modules.gates import Gates

GATES = "gates"
"""The attribute with the `Gates` of each weight, an `nn.ModuleDict` by the weight's name."""


def add_gates(module: nn.Module, gates: Mapping[str, Gates], bias: str) -> None:
    """Give a module gates, in place.

    Args:
        gates: By the names of the weights. Several weights share the bias in their order.
        bias: The name of the bias, which may be None.
    """
    plain: Any = type(module)
    module.add_module(GATES, nn.ModuleDict(gates))
    module.__class__ = _subclass(plain, tuple(gates), bias)


def remove_gates(module: nn.Module) -> None:
    """Make a module with gates a plain one, with its effective weights and bias, in place."""
    plain, weights, bias = _plain(module)
    with torch.no_grad():
        effective = {name: getattr(module, name) for name in (*weights, bias)}
    delattr(module, GATES)
    module.__class__ = plain
    for name, tensor in effective.items():
        parameter = module._parameters[name]
        if parameter is not None and tensor is not parameter:
            module.register_parameter(name, nn.Parameter(tensor, parameter.requires_grad))


def gates_of(module: nn.Module) -> dict[str, Gates]:
    """The gates of this module itself, by the name of the weight; empty without any."""
    return dict(getattr(module, GATES).items()) if hasattr(type(module), "_dgviz_plain") else {}


def raw(module: nn.Module, name: str) -> nn.Parameter:
    """W without its gates."""
    parameter = module._parameters[name]
    assert parameter is not None
    return parameter


@cache
def _subclass(plain: type[nn.Module], weights: tuple[str, ...], bias: str) -> type[nn.Module]:
    members: dict[str, Any] = {name: property(_effective_weight(name)) for name in weights}
    members[bias] = property(_effective_bias(weights, bias))
    members["__reduce_ex__"] = _reduce
    if hasattr(plain, "reset_parameters"):
        members["reset_parameters"] = _reset_parameters
    members["_dgviz_plain"] = (plain, weights, bias)
    return type(f"Gated{plain.__name__}", (plain,), members)


def _effective_weight(name: str) -> Any:
    def effective_weight(self: nn.Module) -> Tensor:
        gated: Tensor = self._modules[GATES][name](self._parameters[name])  # type: ignore
        return gated

    return effective_weight


def _effective_bias(weights: tuple[str, ...], name: str) -> Any:
    def effective_bias(self: nn.Module) -> Tensor | None:
        bias = self._parameters[name]
        if bias is None:
            return None
        gates = [self._modules[GATES][weight].output_gates() for weight in weights]  # type: ignore
        if gates[0] is None:
            return bias
        return bias * (gates[0] if len(gates) == 1 else torch.cat(gates))

    return effective_bias


def _reset_parameters(self: nn.Module) -> None:
    """Draw W and b again as the plain layer does, and set every gate logit to its start."""
    gated, self.__class__ = type(self), _plain(self)[0]
    try:
        self.reset_parameters()  # type: ignore[operator]
    finally:
        self.__class__ = gated
    for gates in gates_of(self).values():
        gates.reset_parameters()


def _plain(module: nn.Module) -> tuple[type[nn.Module], tuple[str, ...], str]:
    found: tuple[type[nn.Module], tuple[str, ...], str] = type(module)._dgviz_plain  # type: ignore
    return found


def _reduce(self: nn.Module, protocol: int) -> tuple[Any, ...]:
    """For pickle and copy, which find a class by its name, and this one has none in a file."""
    return _empty, _plain(self), self.__dict__


def _empty(plain: Any, weights: tuple[str, ...], bias: str) -> nn.Module:
    made: type[nn.Module] = _subclass(plain, weights, bias)
    return made.__new__(made)
