"""Remove the outputs of layers that no layer reads, or whose value never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn

from dgviz.modules.constants import Constants
from dgviz.modules.flow import Outputs

Kept = Mapping[str, Tensor]
"""The positions of the outputs that stay, int64, by the name of the layer that has them."""


@torch.no_grad()
def fold_constants(module: nn.Module, flow: Sequence[Outputs]) -> None:
    """Add what constant outputs contribute to the biases of the layers that read them, in place.

    An output without weights is its bias for every input. The columns that read it become 0. A
    layer with zero padding sees the constant in the middle of an image and 0 at its border, so it
    goes on reading it, unless it is 0.

    Args:
        flow: In the order of computation, because a layer may get constant outputs by this.
    """
    for outputs in flow:
        layer = _layer(module, outputs.layer)
        bias = layer.weight.new_zeros(len(layer.weight)) if layer.bias is None else layer.bias
        made = Constants(~layer.weight.flatten(1).any(1).cpu(), bias.cpu().double())
        for reader in outputs.readers:
            read = reduce(lambda before, step: step(before), reader.steps, made)
            foldable = read.constant & ((read.value == 0) | (not reader.padded))
            _fold(_layer(module, reader.layer), foldable, read.value[foldable])


def _fold(layer: Any, foldable: Tensor, constants: Tensor) -> None:
    """Add what constant inputs contribute to the bias of a layer, and read them no more."""
    weight, bias = layer.weight, layer.bias
    foldable = foldable.to(weight.device)
    if constants.any():
        # The sum over the places of a filter, each of which reads the same constant.
        columns = weight[:, foldable].flatten(1).view(len(weight), len(constants), -1)
        added = columns.cpu().double().sum(2) @ constants
        total = added if bias is None else bias.cpu().double() + added
        learns = weight.requires_grad if bias is None else bias.requires_grad
        layer.bias = nn.Parameter(total.to(weight), learns)
    weight[:, foldable] = 0


@torch.no_grad()
def kept_outputs(module: nn.Module, flow: Sequence[Outputs]) -> dict[str, Tensor]:
    """The outputs that must stay, of each layer that can lose some.

    An output stays if a layer reads it for an output that stays. A layer keeps one output at least.

    Args:
        module: After `fold_constants`.
        flow: In the order of computation.
    """
    kept: dict[str, Tensor] = {}
    for outputs in reversed(flow):
        layer = _layer(module, outputs.layer)
        if outputs.kept:
            continue
        read = torch.zeros(len(layer.weight), dtype=torch.bool, device=layer.weight.device)
        for reader in outputs.readers:
            weight = _layer(module, reader.layer).weight
            weight = weight[kept[reader.layer]] if reader.layer in kept else weight
            entries = (weight != 0).transpose(0, 1).flatten(1).any(1)
            read |= entries.view(-1, reader.repeat).any(1)
        if not read.any():
            read[0] = True
        if not read.all():
            kept[outputs.layer] = read.nonzero().flatten()
    return kept


@torch.no_grad()
def narrow(module: nn.Module, flow: Sequence[Outputs], kept: Kept) -> None:
    """Remove all other outputs of the layers in `kept`, in place, where they are made and read."""
    for outputs in flow:
        if outputs.layer not in kept:
            continue
        stay = kept[outputs.layer]
        layer = _layer(module, outputs.layer)
        _take(layer, ("weight", "bias"), stay)
        _resize(layer, outputs=len(stay))
        for name, repeat in outputs.norms:
            norm: Any = module.get_submodule(name)
            entries = _entries(stay, repeat)
            _take(norm, ("weight", "bias", "running_mean", "running_var"), entries)
            norm.num_features = len(entries)
        for reader in outputs.readers:
            layer = _layer(module, reader.layer)
            entries = _entries(stay, reader.repeat)
            _take(layer, ("weight",), entries, axis=1)
            _resize(layer, inputs=len(entries))


def _layer(module: nn.Module, name: str) -> Any:
    return module.get_submodule(name)


def _entries(outputs: Tensor, repeat: int) -> Tensor:
    within = torch.arange(repeat, device=outputs.device)
    return (outputs.unsqueeze(1) * repeat + within).flatten()


def _take(module: nn.Module, names: Sequence[str], positions: Tensor, axis: int = 0) -> None:
    for name in names:
        tensor = getattr(module, name)
        if tensor is None:
            continue
        taken = tensor.detach().index_select(axis, positions)
        if isinstance(tensor, nn.Parameter):
            taken = nn.Parameter(taken, tensor.requires_grad)
        setattr(module, name, taken)


def _resize(layer: nn.Module, **widths: int) -> None:
    """Set what `repr` and other code read."""
    noun = "channels" if isinstance(layer, nn.Conv2d) else "features"
    for side, width in widths.items():
        setattr(layer, f"{'out' if side == 'outputs' else 'in'}_{noun}", width)
