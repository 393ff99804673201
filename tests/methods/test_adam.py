"""Adam without PyTorch's compiler equals PyTorch's own."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from dgviz.methods.adam import Adam


@pytest.mark.parametrize("fused", [False, True])
def test_it_takes_the_steps_of_torchs_adam_and_goes_on_from_its_state(fused: bool) -> None:
    ours = nn.Linear(4, 3)
    theirs = copy.deepcopy(ours)
    options = {"lr": 0.1, "weight_decay": 0.01, "fused": fused}
    networks = {ours: Adam, theirs: torch.optim.Adam}
    optimisers = [kind(network.parameters(), **options) for network, kind in networks.items()]
    images = torch.rand(5, 4, generator=torch.Generator().manual_seed(0))
    for step in range(6):
        if step == 3:
            # Each takes over the state of the other.
            states = [copy.deepcopy(one.state_dict()) for one in reversed(optimisers)]
            for optimiser, state in zip(optimisers, states, strict=True):
                optimiser.load_state_dict(state)
        for network, optimiser in zip(networks, optimisers, strict=True):
            optimiser.zero_grad()
            network(images).square().sum().backward()
            optimiser.step()
        assert torch.equal(ours.weight, theirs.weight) and torch.equal(ours.bias, theirs.bias)
    assert ours.weight.requires_grad and ours.weight.is_leaf
