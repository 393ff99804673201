"""Whether a compact network is the same function as the gated one, on every test image. No torch.

Sums in another order are rounded differently. In float32, two correct programs for the same network
differ by up to about 1e-6 of the largest logit: 2e-5 for the logits of 40 that trained networks
have. So the promise is checked in float64, where only one rounding remains, that of folded biases
to float32. In float32 the run's own program is compared too, with a wider limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactNetwork, Floats

LIMIT = 1e-6
"""The largest accepted difference of two logits in float64, as a part of the scale."""
LIMIT_FLOAT32 = 1e-5
"""The same in float32."""

_CHUNK = 1000


@dataclass(frozen=True)
class Check:
    """The comparison of a compact network with the gated one.

    Attributes:
        images: number of images.
        difference: the largest absolute difference of two logits, both computed in float64.
        difference_float32: the same between the logits of the run's own program and those of the
            compact network, both computed in float32.
        scale: the largest absolute logit of the gated network; 1 if that is less.
        different_predictions: number of images for which the two programs in float32 predict
            different classes.
    """

    images: int
    difference: float
    difference_float32: float
    scale: float
    different_predictions: int

    @property
    def passed(self) -> bool:
        """Whether the logits are the same within both limits; not if one is no number."""
        return (
            self.difference <= LIMIT * self.scale
            and self.difference_float32 <= LIMIT_FLOAT32 * self.scale
        )


def check(
    gated: CompactNetwork,
    compact: CompactNetwork,
    images: npt.NDArray[np.uint8],
    own_logits: npt.NDArray[np.float32],
) -> Check:
    """Compare the logits of two networks on images.

    Args:
        gated: the network with its masks applied and nothing removed.
        images: (n, inputs), n > 0.
        own_logits: (n, classes), those that the run's own program computes for the images.
    """
    exact = logits(gated, images, np.float64)
    ours = logits(compact, images, np.float32)
    return Check(
        images=len(images),
        difference=_largest(exact - logits(compact, images, np.float64)),
        difference_float32=_largest(own_logits - ours),
        scale=max(1.0, _largest(exact)),
        different_predictions=int((own_logits.argmax(1) != ours.argmax(1)).sum()),
    )


def accuracy(logits: Floats, labels: npt.NDArray[np.integer]) -> float:
    """The fraction of images, n > 0, whose largest logit is that of their label.

    Args:
        logits: (n, classes).
        labels: (n,).
    """
    return float((logits.argmax(1) == labels).mean())


def logits(
    network: CompactNetwork, images: npt.NDArray[np.uint8], precision: type[np.floating]
) -> Floats:
    """The logits (n, classes) for images (n, inputs), n > 0, computed in this precision."""
    parts = [images[start : start + _CHUNK] for start in range(0, len(images), _CHUNK)]
    return np.concatenate([network.logits(some / precision(255)) for some in parts])


def _largest(numbers: Floats) -> float:
    return float(np.abs(numbers).max())
