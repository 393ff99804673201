"""Give the layers of a PyTorch module gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from dgviz.formatting import joined
from dgviz.gates.estimator import checked_initial_logit, checked_tau
from dgviz.gates.linear import GatedLinear
from dgviz.modules.gated_class import GATES, add_gates, gates_of
from dgviz.modules.gates import Gates
from dgviz.modules.kinds import Word, kinds_of

Module = TypeVar("Module", bound=nn.Module)

_WITHOUT_GATES = (
    nn.Bilinear,
    nn.Conv1d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
    nn.RNNBase,
    nn.RNNCellBase,
)
"""Layers with matrices that `gate` does not support."""

_ONE_LAYER = (nn.Linear, nn.Conv2d)


def gate(
    module: Module,
    *,
    gates: Word = "weight",
    tau: float = 0.5,
    initial_logit: float = 1.0,
    skip: Iterable[str] = (),
) -> Module:
    """Give each `nn.Linear`, `nn.Conv2d` and `nn.MultiheadAttention` gates, in place.

    A gate is active, 1, if its probability σ(gate_logit) is above τ, and closed, 0, otherwise;
    backward it has the gradient of its probability. A layer's `weight` becomes W ⊙ G. The
    parameters W stay the same objects, under the same names in the state dict. Draw them before the
    layer gets gates: `nn.init` on `layer.weight` then writes into W ⊙ G, which is lost.
    `layer.reset_parameters()` and `load_state_dict` write into W.

    Biases have no gates of their own; a gate of an output multiplies the bias too. The packed
    projection of queries, keys and values counts as one layer with 3 E outputs and E inputs.

    Args:
        module: Any module. To have gates of other kinds in some of its layers, gate its parts.
        gates: Of what there is a gate for each one: "weight", "output" (a unit or a channel),
            "input", or several of these, in any order: "weight-input", "input-output" and so on.
        tau: Threshold τ in [0, 1].
        initial_logit: Starting value of every gate logit, finite.
        skip: Names of layers that get no gates, as in `module.named_modules()`; the name of a part
            skips all layers in it.

    Returns:
        The same module.

    Raises:
        ValueError: When an argument is not one of its values, or a layer cannot have gates; the
            message names the layer. Then nothing has been changed.
    """
    check_module(module)
    kinds, tau = kinds_of(gates), checked_tau(tau)
    initial_logit = checked_initial_logit(initial_logit)
    names = list(skip) if isinstance(skip, Iterable) and not isinstance(skip, str) else [skip]
    layers = dict(_layers(module, names))
    for name, layer in layers.items():
        _check(name, layer, _weights(layer))
    _refuse_tied_parameters(module, layers)
    if not layers:
        raise ValueError(
            f"{type(module).__name__} has no Linear, Conv2d or MultiheadAttention layer that is "
            "not skipped, so nothing in it can have gates."
        )
    for layer in layers.values():
        groups = layer.groups if isinstance(layer, nn.Conv2d) else 1
        add_gates(
            layer,
            {
                name: Gates(weight, kinds, groups=groups, tau=tau, initial_logit=initial_logit)
                for name, weight in _weights(layer).items()
            },
            "bias" if isinstance(layer, _ONE_LAYER) else "in_proj_bias",
        )
    return module


def check_module(module: object) -> None:
    """Raise a ValueError if this is no module."""
    if not isinstance(module, nn.Module):
        raise ValueError(f"module must be a torch.nn.Module, not {type(module).__name__}.")


def check_values(name: str, weight: Tensor) -> None:
    """Raise a ValueError if a weight of this layer has no values, or NaN or infinite ones."""
    if weight.is_meta:
        raise ValueError(f"{called(name)} is on the meta device, so its weight has no values yet.")
    if not torch.isfinite(weight).all():
        raise ValueError(f"{called(name)} has a weight that is NaN or infinite.")


def called(name: str) -> str:
    """A layer in a message, by its name in the module."""
    return f"Layer {name!r}" if name else "The layer"


def _layers(module: nn.Module, skip: Sequence[object]) -> Iterator[tuple[str, nn.Module]]:
    """The layers that get gates, by name."""
    # With all names of a part that is there several times.
    parts = dict(module.named_modules(remove_duplicate=False))
    unknown = [repr(name) for name in skip if name not in list(parts)]
    if unknown:
        raise ValueError(f"skip names {joined(unknown)}, but the module has no such layer.")
    skipped = {id(layer) for name in skip for layer in parts[str(name)].modules()}
    for name, layer in module.named_modules():
        if id(layer) in skipped:
            continue
        if isinstance(layer, _WITHOUT_GATES):
            # The name of the whole module is empty, and with it nothing would be left to gate.
            advice = f" To leave it as it is, name it in skip: skip=[{name!r}]." if name else ""
            raise ValueError(
                f"{called(name)} is of the type {type(layer).__name__}, which cannot have gates."
                f"{advice}"
            )
        if isinstance(layer, GatedLinear) or gates_of(layer):
            raise ValueError(f"{called(name)} has gates already.")
        if isinstance(layer, (*_ONE_LAYER, nn.MultiheadAttention)):
            yield name, layer


def _weights(layer: nn.Module) -> dict[str, Tensor]:
    """The weights of a layer that get gates, by the name of the parameter."""
    if isinstance(layer, _ONE_LAYER):
        names = ["weight"]
    elif layer._parameters.get("in_proj_weight") is not None:
        names = ["in_proj_weight"]
    else:
        names = ["q_proj_weight", "k_proj_weight", "v_proj_weight"]
    found = {name: layer._parameters.get(name) for name in names}
    return {name: weight for name, weight in found.items() if weight is not None}


def _check(name: str, layer: nn.Module, weights: dict[str, Tensor]) -> None:
    if not weights:
        raise ValueError(
            f"{called(name)} computes its weight from other tensors, as weight norm, pruning and "
            "quantisation do, so it cannot have gates. Make it a plain layer first, or name it in "
            "skip."
        )
    if hasattr(layer, GATES):
        raise ValueError(
            f"{called(name)} has an attribute {GATES!r} of its own, so it cannot have gates. "
            "Rename the attribute, or name the layer in skip."
        )
    for weight in weights.values():
        if is_lazy(weight):
            raise ValueError(
                f"{called(name)} is of the type {type(layer).__name__} and has no size yet. Call "
                "the module once before it gets gates."
            )
        if not weight.is_floating_point():
            raise ValueError(f"{called(name)} has a weight of {weight.dtype}, not of real numbers.")
        check_values(name, weight)


def _refuse_tied_parameters(module: nn.Module, layers: dict[str, nn.Module]) -> None:
    """Gates on one of two layers with the same weight or bias would make them different."""
    owners: dict[int, list[str]] = {}
    for name, part in module.named_modules():
        for parameter in part.parameters(recurse=False):
            owners.setdefault(id(parameter), []).append(name)
    for name, layer in layers.items():
        for own_name, parameter in layer.named_parameters(recurse=False):
            if len(owners[id(parameter)]) > 1:
                shared = [repr(owner) for owner in owners[id(parameter)]]
                skippable = [repr(owner) for owner in owners[id(parameter)] if owner in layers]
                noun = "bias" if "bias" in own_name else "weight"
                raise ValueError(
                    f"Layers {joined(shared)} share one {noun}, so {name!r} cannot have gates. "
                    f"Name it in skip: skip=[{', '.join(skippable)}]."
                )
