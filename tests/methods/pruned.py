"""What every method that prunes weights must do when the optimiser moves them."""

from __future__ import annotations

import torch
from torch import Tensor

from dgviz.knobs_in_effect import Clock
from dgviz.methods.method import Method


def masks_kept(
    method: Method, optimiser: torch.optim.Optimizer, pruned: Clock, moved: Clock
) -> list[Tensor]:
    """Prune, move every weight, and check that the pruned weights are 0 again.

    Args:
        pruned: the position of a pruning.
        moved: the position after the step that moves the weights, at which nothing is pruned.

    Returns:
        The mask of each layer.
    """
    method.after_step(optimiser, pruned)
    masks = [layer.mask.clone() for layer in method.layers()]
    for parameter in method.model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    assert method.after_step(optimiser, moved) == ()
    for layer, mask in zip(method.layers(), masks, strict=True):
        assert torch.equal(layer.mask, mask)
        assert bool((layer.weight[~mask] == 0).all())
    return masks
