"""The gates of a module as a whole: their parameters, penalty, threshold and active ratio."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dgviz.gates.estimator import checked_tau, mean_probability
from dgviz.modules.gated_class import gates_of, raw
from dgviz.modules.gates import Gates
from dgviz.modules.gating import check_module


def gated_weights(module: nn.Module) -> Iterator[tuple[str, nn.Parameter, Gates]]:
    """The name of the layer, W without gates, and its gates, for each weight that has gates.

    Raises:
        ValueError: It is no module, or no layer of it has gates.
    """
    check_module(module)
    none = True
    for name, layer in module.named_modules():
        for weight, gates in gates_of(layer).items():
            none = False
            yield name, raw(layer, weight), gates
    if none:
        raise ValueError(f"{type(module).__name__} has no layer with gates: call dgviz.gate first.")


def gate_penalty(module: nn.Module) -> Tensor:
    """mean(G_prob) over all gates: 0-dim, differentiable. Add β times it to the loss.

    With gates of several kinds (of weights, outputs, inputs) it is the sum of the mean of each
    kind, so that β presses on each as if it were the only one.

    Raises:
        ValueError: No layer of the module has gates.
    """
    kinds: dict[str, list[Tensor]] = {}
    for _, _, gates in gated_weights(module):
        for kind, logits in gates.logits():
            kinds.setdefault(kind, []).append(logits)
    return torch.stack([mean_probability(kind) for kind in kinds.values()]).sum()


def split_parameters(module: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """All parameters but the gate logits, and the gate logits: two groups for an optimiser.

    Give the logits no weight decay: it would pull the probabilities to 0.5.

    Raises:
        ValueError: No layer of the module has gates.
    """
    logits = [
        parameter for _, _, gates in gated_weights(module) for parameter in gates.parameters()
    ]
    theirs = set(map(id, logits))
    return [one for one in module.parameters() if id(one) not in theirs], logits


def set_tau(module: nn.Module, tau: float) -> None:
    """Set the threshold τ of all gates, at any time; it acts on the next forward pass.

    Raises:
        ValueError: It is not a number in [0, 1], or no layer of the module has gates.
    """
    tau = checked_tau(tau)
    for _, _, gates in gated_weights(module):
        gates.tau = tau


def active_ratio(module: nn.Module) -> float:
    """The paper's r: active weights over all weights of the layers with gates, in [0, 1].

    Raises:
        ValueError: No layer of the module has gates.
    """
    masks = [gates.hard_mask(weight) for _, weight, gates in gated_weights(module)]
    active = sum(int(mask.count_nonzero()) for mask in masks)
    return active / sum(mask.numel() for mask in masks)
