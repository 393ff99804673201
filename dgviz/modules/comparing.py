"""Whether two modules computed the same outputs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

_DIGITS = 2 / 3
"""The part of a number's digits that must be equal: 2e-5 of the largest value in float32."""


def difference(module: nn.Module, expected: Sequence[Tensor], found: Sequence[Tensor]) -> float:
    """The largest difference of two outputs, as a part of the largest value of its tensor.

    Each tensor is compared by its own largest absolute value, because a tensor of large numbers
    would hide an error in one of small numbers. Equal infinities, as in a mask, do not differ.

    Args:
        module: Computed `found`. It may compute in a lower precision than that of its outputs.
        expected: What another module computed for the same example.

    Raises:
        ValueError: It is too large for rounding, an output is NaN, there are no outputs, or they
            have other shapes.
    """
    if not any(one.numel() for one in expected):
        raise ValueError("The module returns no real numbers for the example.")
    if [one.shape for one in expected] != [one.shape for one in found]:
        raise ValueError("The compacted module returns outputs of another shape.")
    dtypes = {one.dtype for one in module.parameters() if one.is_floating_point()}
    largest = 0.0
    for one, other in zip(expected, found, strict=True):
        part = _part(one, other)
        accepted = max(torch.finfo(dtype).eps for dtype in {one.dtype, *dtypes}) ** _DIGITS
        # A difference that is no number fails too.
        if not part <= accepted:
            raise ValueError(
                f"The compacted module computes something else: an output for the example differs "
                f"by {part:.1e} of the largest one, and {accepted:.1e} is accepted. A module that "
                "is random in evaluation mode, or whose outputs are NaN, cannot be compacted."
            )
        largest = max(largest, part)
    return largest


def _part(expected: Tensor, found: Tensor) -> float:
    if not expected.numel():
        return 0.0
    scale = float(expected.abs().where(expected.isfinite(), 0).max()) or 1.0
    return float((expected - found).abs().where(expected != found, 0).max()) / scale
