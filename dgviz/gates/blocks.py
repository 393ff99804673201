"""Blocks of a weight matrix, of which each may have one gate.

They lie side by side from the first input and the first unit on. Where a size of the matrix does
not divide, the last blocks are smaller.
"""

import torch.nn.functional as F
from torch import Tensor

INPUTS, UNITS = 4, 8
"""The size of a block: 4 pixels side by side, of which a row of MNIST has 7 groups, and 8 units, as
many float32 as a processor with AVX2 computes at once."""


def blocks(out_features: int, in_features: int) -> tuple[int, int]:
    """The number of blocks along the units, and along the inputs."""
    return -(-out_features // UNITS), -(-in_features // INPUTS)


def spread(of_blocks: Tensor, out_features: int, in_features: int) -> Tensor:
    """What each weight has from its block, shape (out_features, in_features), differentiable.

    Args:
        of_blocks: A value for each block, of the shape that `blocks` gives.
    """
    of_units = of_blocks.repeat_interleave(UNITS, 0)[:out_features]
    return of_units.repeat_interleave(INPUTS, 1)[:, :in_features]


def sums(of_weights: Tensor) -> Tensor:
    """The sum over the weights of each block, of the shape that `blocks` gives.

    Args:
        of_weights: A value for each weight, shape (out_features, in_features).
    """
    out_features, in_features = of_weights.shape
    padded = F.pad(of_weights, (0, -in_features % INPUTS, 0, -out_features % UNITS))
    along_units, along_inputs = blocks(out_features, in_features)
    return padded.view(along_units, UNITS, along_inputs, INPUTS).sum((1, 3))
