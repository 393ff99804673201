"""Which layers read the outputs of which, found in the graph of a module.

`torch.export` runs the module on an example and records every operation. A layer's outputs (its
units or channels) are followed through operations that treat each of them alone: activations,
pooling, batch norm in evaluation, reshapes that keep them apart. They end at the layers that read
them, or at an operation that needs all of them: then the layer must keep its width, and the reason
is noted.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import torch
from torch import nn
from torch.fx import Node

from dgviz.modules.channels import Channels, reason, shape, through
from dgviz.modules.constants import Step, normalised

_OTHER_WEIGHT = "are read with a weight that is used more than once, or not by its layer"


@dataclass(frozen=True)
class Reader:
    """A layer that reads the outputs of another one.

    Attributes:
        layer: its name.
        repeat: how many of its inputs belong to each output: more than one after a flattening.
        padded: whether it pads its input with zeros, so that a constant input is not one.
        steps: the operations between the two.
    """

    layer: str
    repeat: int
    padded: bool
    steps: tuple[Step, ...]


@dataclass
class Outputs:
    """The outputs of a layer, and who reads them.

    Attributes:
        layer: the name of the layer.
        readers: the layers that read them.
        norms: the batch norms in between, each with the number of its features for each output.
        kept: why the layer keeps all of them, after "its outputs"; "" if it need not.
    """

    layer: str
    readers: list[Reader] = field(default_factory=list)
    norms: list[tuple[str, int]] = field(default_factory=list)
    kept: str = ""

    def keep(self, why: str) -> None:
        """Note a reason to keep all outputs, if it is the first one."""
        self.kept = self.kept or why


def record(module: nn.Module, example: Sequence[Any]) -> torch.export.ExportedProgram:
    """The operations of a module.

    Args:
        module: A module without gates, in evaluation mode.
        example: Its positional arguments.

    Raises:
        Exception: whatever `torch.export` raises for a module that it cannot record.
    """
    with warnings.catch_warnings(), without_fused_attention(), _without_messages():
        # torch.export warns of what it does itself.
        warnings.simplefilter("ignore")
        program = torch.export.export(module, tuple(example), strict=False)
        # Without operations that change their input in place.
        return program.run_decompositions({})


def outputs_of_layers(module: nn.Module, program: torch.export.ExportedProgram) -> list[Outputs]:
    """The outputs of each layer, in the order of computation.

    Only layers that the module calls once, and as a layer, are in it: not the projections of
    `nn.MultiheadAttention`, which computes with their weights itself.

    Args:
        program: What `record` returns for the module.
    """
    return _Flow(module, program).outputs


@contextmanager
def _without_messages() -> Iterator[None]:
    """Let torch print nothing: of a module that it cannot record, it logs and prints the graph."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stderr(StringIO()):
            yield
    finally:
        logging.disable(before)


@contextmanager
def without_fused_attention() -> Iterator[None]:
    """Let transformer layers compute as they do in training, layer by layer."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


class _Flow:
    """One pass over a graph."""

    def __init__(self, module: nn.Module, program: torch.export.ExportedProgram) -> None:
        self.outputs: list[Outputs] = []
        self._module = module
        signature = program.graph_signature
        self._names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
        tensors = [id(one) for _, one in module.named_parameters(remove_duplicate=False)]
        self._shared = {one for one, times in Counter(tensors).items() if times > 1}
        self._followed: dict[Node, tuple[Outputs, Channels]] = {}
        for node in program.graph.nodes:
            if node.op == "call_function":
                self._call(node)
            elif node.op == "output":
                self._keep(node, "are those of the module")

    def _call(self, node: Node) -> None:
        kind = getattr(node.target, "overloadpacket", None)
        if kind is torch.ops.aten._assert_tensor_metadata:
            # A check of the graph itself, where the module has `.to(...)`.
            return
        if kind in (torch.ops.aten.linear, torch.ops.aten.conv2d):
            self._layer(node)
            return
        source = node.all_input_nodes[0] if node.all_input_nodes else None
        if source in self._followed:
            outputs, channels = self._followed[source]
            if kind is torch.ops.aten._native_batch_norm_legit_no_training:
                after = self._batch_norm(node, outputs, channels)
            else:
                after = through(node, channels) if node.all_input_nodes == [source] else None
            if after is not None:
                self._followed[node] = outputs, after
                return
        self._keep(node, reason(node))

    def _keep(self, node: Node, why: str) -> None:
        for one in node.all_input_nodes:
            if one in self._followed:
                self._followed[one][0].keep(why)

    def _layer(self, node: Node) -> None:
        """A linear layer or a convolution."""
        name = self._own_layer(node)
        if name is None:
            self._keep(node, _OTHER_WEIGHT)
            return
        layer: Any = self._module.get_submodule(name)
        convolution = isinstance(layer, nn.Conv2d)
        grouped = convolution and layer.groups != 1
        axis = len(shape(node)) - (3 if convolution else 1)
        made = Outputs(name)
        if grouped:
            made.keep("are those of a grouped convolution")
        if node.all_input_nodes[0] in self._followed:
            outputs, channels = self._followed[node.all_input_nodes[0]]
            if grouped:
                outputs.keep(f"are read by the grouped convolution {name!r}")
            elif channels.axis != axis:
                outputs.keep(f"are not along the axis that {name!r} reads")
            else:
                padded = convolution and layer.padding not in ("valid", (0, 0))
                outputs.readers.append(Reader(name, channels.repeat, padded, channels.steps))
        self.outputs.append(made)
        self._followed[node] = made, Channels(axis)

    def _own_layer(self, node: Node) -> str | None:
        """The name of the layer whose forward pass this is, if it is an ordinary one."""
        weight, bias = (self._name(one) for one in (*node.args[1:3], None, None)[:2])
        name, _, parameter = str(weight).rpartition(".")
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        if parameter != "weight" or not stack or stack[-1][0] != name:
            return None
        layer: Any = self._module.get_submodule(name)
        ordinary = (
            type(layer).forward in (nn.Linear.forward, nn.Conv2d.forward)
            and bias == (None if layer.bias is None else _inside(name, "bias"))
            and self._used_once(layer, node.args[1:3])
        )
        return name if ordinary else None

    def _batch_norm(self, node: Node, outputs: Outputs, channels: Channels) -> Channels | None:
        names = [self._name(one) for one in node.args[1:5]]
        name = str(names[2]).rpartition(".")[0]
        norm = self._module.get_submodule(name)
        parts = ("weight", "bias", "running_mean", "running_var")
        own = all(
            one in (None, _inside(name, part)) for one, part in zip(names, parts, strict=True)
        )
        batch_norms = (nn.BatchNorm1d, nn.BatchNorm2d)
        if not (isinstance(norm, batch_norms) and own and self._used_once(norm, node.args[1:5])):
            return None
        if channels.axis != 1:
            return None
        outputs.norms.append((name, channels.repeat))
        return channels.after(normalised(norm))

    def _used_once(self, layer: nn.Module, tensors: Sequence[object]) -> bool:
        """Whether these tensors of a layer are used here alone: others would get narrower too."""
        return all(len(one.users) == 1 for one in tensors if isinstance(one, Node)) and not any(
            id(parameter) in self._shared for parameter in layer.parameters()
        )

    def _name(self, argument: object) -> str | None:
        """The name of a parameter or buffer, "" of another tensor; None of anything else."""
        return self._names.get(argument.name, "") if isinstance(argument, Node) else None


def _inside(name: str, part: str) -> str:
    return f"{name}.{part}" if name else part
