"""Turn a module with gates into a smaller plain one that computes the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from torch import Tensor, nn

from dgviz.formatting import joined
from dgviz.modules.comparing import difference
from dgviz.modules.flow import Outputs, outputs_of_layers, record
from dgviz.modules.gated_class import gates_of, remove_gates
from dgviz.modules.gated_modules import active_ratio, gated_weights
from dgviz.modules.gating import called, check_values
from dgviz.modules.narrowing import fold_constants, kept_outputs, narrow
from dgviz.modules.report import Report
from dgviz.modules.sizes import outputs_and_macs, sizes, total
from dgviz.modules.staying import what_stays


class Compacted(NamedTuple):
    """A compacted module, in evaluation mode, and what changed."""

    module: nn.Module
    report: Report


def compact(module: nn.Module, example: Any) -> Compacted:
    """A smaller module with plain layers that computes the same; the given one does not change.

    Weights with a closed gate become 0. Then the outputs of a layer (its units or channels) are
    removed where they change nothing: those that no layer reads, and those with the same value for
    every input, which is added to the biases of the layers that read it. This is done where all
    readers are known: between Linear and Conv2d layers with activations, batch norm, dropout,
    pooling and flattening in between, wherever in the module they are. Other layers keep their
    width, and the report names the reason. They are found for the example, so a module that
    computes something else for inputs of another shape may need all that was removed.

    Args:
        module: A module that `dgviz.gate` gave gates.
        example: A tensor, or a tuple of the arguments of `module`, with which it is called in
            evaluation mode. MACs are counted for it, so give it one input to have those of one.

    Returns:
        The new module, in evaluation mode, and a report, which prints as a table.

    Raises:
        ValueError: No layer has gates, a weight or gate is NaN or infinite, every gate is closed,
            the module cannot be copied, or called with the example, or the new one does not compute
            the same for it.
    """
    _check(module)
    arguments = example if isinstance(example, tuple) else (example,)
    plain = _copy(module).eval()
    expected, macs = _called(plain, arguments)
    for layer in plain.modules():
        if gates_of(layer):
            remove_gates(layer)
    before = sizes(plain, macs)
    total_before = total(plain, before)
    flow, problem = _flow(plain, arguments)
    fold_constants(plain, flow)
    compacted = _narrowed(plain, flow, arguments, expected)
    found, macs = outputs_and_macs(compacted, arguments)
    after = sizes(compacted, macs)
    report = Report(
        before=before,
        after=after,
        total_before=total_before,
        total_after=total(compacted, after),
        stays=[*([problem] if problem else []), *what_stays(compacted, flow)],
        difference=difference(compacted, expected, found),
    )
    return Compacted(compacted, report)


def _check(module: nn.Module) -> None:
    for name, weight, gates in gated_weights(module):
        check_values(name, weight)
        if any(logits.isnan().any() for _, logits in gates.logits()):
            raise ValueError(f"{called(name)} has a gate that is NaN.")
    if active_ratio(module) == 0:
        raise ValueError(
            "Every gate is closed, so nothing of the layers with gates is left. Lower tau, or "
            "train with a smaller beta."
        )


def _copy(module: nn.Module) -> nn.Module:
    try:
        return deepcopy(module)
    except Exception as problem:
        # Whatever an attribute of the module raises, a lock for example.
        raise ValueError(
            f"{type(module).__name__} cannot be copied by copy.deepcopy. If it keeps a tensor that "
            "it computed as an attribute, delete that tensor, or keep tensor.detach()."
        ) from problem


def _called(module: nn.Module, arguments: tuple[Any, ...]) -> tuple[list[Tensor], dict[str, int]]:
    try:
        return outputs_and_macs(module, arguments)
    except Exception as problem:
        # Whatever the module's code raises for arguments that it does not expect.
        given = [
            f"a tensor of shape {tuple(one.shape)}"
            if isinstance(one, Tensor)
            else type(one).__name__
            for one in arguments
        ]
        raise ValueError(
            "example must be a tensor or a tuple of arguments with which "
            f"{type(module).__name__} can be called, not {joined(given)} ({_first_line(problem)})."
        ) from problem


def _first_line(problem: Exception) -> str:
    # Torch goes on with a list of the arguments that an operation takes.
    first = f"{type(problem).__name__}: {problem}".splitlines()[0]
    return first.removesuffix(", but expected one of:").removesuffix(".")


def _flow(module: nn.Module, arguments: tuple[Any, ...]) -> tuple[list[Outputs], str]:
    """The outputs of the layers, and why there are none if there are none."""
    try:
        program = record(module, arguments)
    except Exception as problem:
        # torch.export raises many kinds of errors for code that it cannot record.
        return [], (
            "No layer becomes narrower, because torch.export cannot record the module "
            f"({_first_line(problem)})."
        )
    return outputs_of_layers(module, program), ""


def _narrowed(
    plain: nn.Module,
    flow: Sequence[Outputs],
    arguments: tuple[Any, ...],
    expected: Sequence[Tensor],
) -> nn.Module:
    """The module without the outputs that change nothing.

    The module's own code may need a layer's width, as in `x.view(-1, 320)` or
    `x * self.fc.out_features**-0.5`. Such a layer keeps its outputs.
    """

    def same(made: nn.Module) -> bool:
        try:
            difference(made, expected, outputs_and_macs(made, arguments)[0])
        except Exception:
            # Whatever the module's code raises for a width that it does not expect.
            return False
        return True

    while True:
        kept = kept_outputs(plain, flow)
        made = _with_only(plain, flow, kept)
        if not kept or same(made):
            return made
        fixed = [
            outputs
            for outputs in flow
            if outputs.layer in kept
            and not same(_with_only(plain, flow, {outputs.layer: kept[outputs.layer]}))
        ]
        for outputs in fixed or [outputs for outputs in flow if outputs.layer in kept]:
            outputs.keep(
                "are needed by the module's own code, which without them fails or computes "
                "something else"
            )


def _with_only(plain: nn.Module, flow: Sequence[Outputs], kept: Mapping[str, Tensor]) -> nn.Module:
    made = deepcopy(plain)
    narrow(made, flow, kept)
    return made
