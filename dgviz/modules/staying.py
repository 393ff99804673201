"""What a compacted module still has of closed outputs and inputs, and why, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor, nn

from dgviz.formatting import count, counted
from dgviz.modules.flow import Outputs
from dgviz.modules.gating import called
from dgviz.modules.sizes import layers, weights_of


def what_stays(module: nn.Module, flow: Sequence[Outputs]) -> Iterator[str]:
    """A sentence for each layer with outputs or inputs whose weights are all 0.

    Args:
        module: The compacted module.
        flow: Its layers; one that is missing is not computed as a layer of its own.
    """
    made = {outputs.layer: outputs for outputs in flow}
    sources = {reader.layer: outputs for outputs in flow for reader in outputs.readers}
    for name, layer in layers(module):
        if isinstance(layer, nn.MultiheadAttention):
            if any((part == 0).any() for part in weights_of(layer)):
                yield (
                    f"{called(name)} keeps its width and its zeros: a MultiheadAttention has as "
                    "many heads as it was made with."
                )
            continue
        used = _used(layer)
        if outputs := int((~used.any(1)).sum()):
            which = f"{count(outputs)} of {counted(len(used), 'output')}"
            why = _why_outputs(len(used), made.get(name))
            yield f"{called(name)} keeps {which} without weights: {why}."
        if inputs := int((~used.any(0)).sum()):
            which = f"{count(inputs)} of {counted(used.shape[1], 'input')}"
            why = _why_inputs(used.shape[1], sources.get(name))
            yield f"{called(name)} keeps {which} without weights: {why}."


def _used(layer: nn.Module) -> Tensor:
    """Which outputs read which inputs: bool (outputs, inputs of a group)."""
    weight = layer._parameters["weight"]
    assert weight is not None
    return (weight.detach() != 0).flatten(2).any(2) if weight.ndim > 2 else weight.detach() != 0


def _why_outputs(width: int, outputs: Outputs | None) -> str:
    if outputs is None:
        return "it is not clear what reads them"
    if outputs.kept:
        return f"its outputs {outputs.kept}"
    if width == 1:
        return "a layer has one output at least"
    return "they are constants other than 0, which a layer with zero padding reads"


def _why_inputs(width: int, source: Outputs | None) -> str:
    if source is None:
        return "they are not the outputs of one layer alone"
    if source.kept:
        return f"the outputs of {source.layer!r} {source.kept}"
    if width == 1:
        return "a layer has one input at least"
    return f"the outputs of {source.layer!r} that they belong to are read by others"
