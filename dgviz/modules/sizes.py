"""Run a module on an example, and count what its layers take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from dgviz.modules.flow import without_fused_attention
from dgviz.modules.report import Size


@torch.no_grad()
def outputs_and_macs(
    module: nn.Module, example: Sequence[Any]
) -> tuple[list[Tensor], dict[str, int]]:
    """The tensors that a module computes for an example, and the MACs of each layer it calls."""
    names = {id(layer): name for name, layer in layers(module)}
    macs: dict[str, int] = {}

    def add(layer: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        name = names[id(layer)]
        macs[name] = macs.get(name, 0) + _macs(layer, args, kwargs, result)

    hooks = [layer.register_forward_hook(add, with_kwargs=True) for _, layer in layers(module)]
    try:
        with without_fused_attention(), _in_full_precision():
            return list(_tensors(module(*example))), macs
    finally:
        for hook in hooks:
            hook.remove()


def layers(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers that are counted, by name. An attention has its output projection in it."""
    inside: tuple[str, ...] = ()
    for name, layer in module.named_modules():
        if inside and name.startswith(inside):
            continue
        if isinstance(layer, nn.MultiheadAttention):
            inside += (f"{name}." if name else "",)
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.MultiheadAttention)):
            yield name, layer


def weights_of(layer: nn.Module) -> list[Tensor]:
    """The weights of a layer, by their names: some biases of an attention have several axes."""
    return [part for name, part in layer.named_parameters() if name.endswith("weight")]


def sizes(module: nn.Module, macs: Mapping[str, int]) -> dict[str, Size]:
    """The size of each layer of a module without gates.

    Args:
        macs: of the layers that the module calls.
    """
    found = {}
    for name, layer in layers(module):
        weights = weights_of(layer)
        found[name] = Size(
            *_widths(layer),
            parameters=_parameters(layer),
            weights=sum(part.numel() for part in weights),
            zeros=sum(part.numel() - int(part.count_nonzero()) for part in weights),
            macs=macs.get(name),
        )
    return found


def total(module: nn.Module, of: Mapping[str, Size]) -> Size:
    """The size of a module, from that of its layers."""
    return Size(
        inputs=0,
        outputs=0,
        parameters=_parameters(module),
        weights=sum(size.weights for size in of.values()),
        zeros=sum(size.zeros for size in of.values()),
        macs=sum(size.macs or 0 for size in of.values()),
    )


@contextmanager
def _in_full_precision() -> Iterator[None]:
    """Compute float32 products in float32: NVIDIA GPUs round them to TF32 in convolutions."""
    backends: Any = torch.backends
    operations = (
        backends.cuda.matmul,
        backends.cudnn.conv,
        backends.mkldnn.matmul,
        backends.mkldnn.conv,
    )
    before = [operation.fp32_precision for operation in operations]
    try:
        for operation in operations:
            operation.fp32_precision = "ieee"
        yield
    finally:
        for operation, precision in zip(operations, before, strict=True):
            operation.fp32_precision = precision


def _tensors(result: Any) -> Iterator[Tensor]:
    """The floating point tensors in whatever a module returns."""
    if isinstance(result, Tensor):
        if result.is_floating_point():
            yield result
    elif isinstance(result, Mapping):
        yield from _tensors(list(result.values()))
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from _tensors(part)


def _macs(layer: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> int:
    if not isinstance(layer, nn.MultiheadAttention):
        return int(result.numel() * layer.weight[0].numel())  # type: ignore[index]
    read = [*args, *(kwargs[name] for name in ("query", "key", "value") if name in kwargs)][:3]
    width = layer.embed_dim
    # The last projection has as many inputs and places as that of the queries.
    return sum(one.numel() * width for one in [*read, read[0]])


def _widths(layer: nn.Module) -> tuple[int, int]:
    if isinstance(layer, nn.MultiheadAttention):
        return layer.embed_dim, layer.embed_dim
    if isinstance(layer, nn.Conv2d):
        return layer.in_channels, layer.out_channels
    assert isinstance(layer, nn.Linear)
    return layer.in_features, layer.out_features


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
