"""Published results on MNIST that a figure shows beside measured ones, as points to look up to.

Most are of other networks, and all were trained in other ways, so only their numbers of weights and
their accuracies compare. Read from the papers in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Anchor:
    """A published result.

    Attributes:
        name: of the method, short enough for a label.
        network: its layers, "784-300-100-10", as far as they are published.
        kept_weights: weights that are not pruned.
        accuracy: on the test images, as a fraction.
        source: authors and year.
        note: what has to be known to compare it, as a sentence; "" for nothing.
    """

    name: str
    network: str
    kept_weights: int
    accuracy: float
    source: str
    note: str = ""


_LENET = "784-300-100-10"
_CHOSEN = (
    "Accuracy after the last epoch; its hyper-parameters were chosen by the error on the test "
    "images."
)
_WIDE = "The same network with all its weights reaches 98.78%."

ANCHORS: tuple[Anchor, ...] = (
    Anchor(
        "DynamicGate-MLP",
        "784-256-10",
        80_000,
        0.98,
        "Choi 2025",
        "The paper reports about 98% with 60,000 to 100,000 weights.",
    ),
    Anchor("CHTss", "784-1568-1568-1568-10", 77_000, 0.9883, "Zhang et al. 2025", _WIDE),
    Anchor("GraNet", "784-1568-1568-1568-10", 77_000, 0.9881, "Liu et al. 2021", _WIDE),
    Anchor("magnitude pruning", _LENET, 22_000, 0.9841, "Han et al. 2015"),
    Anchor("SNIP", _LENET, 13_300, 0.984, "Lee et al. 2019"),
    Anchor("soft weight sharing", _LENET, 11_400, 0.9806, "Ullrich et al. 2017"),
    Anchor("RigL", _LENET, 6_290, 0.9852, "Evci et al. 2020", _CHOSEN),
    Anchor("SNIP", _LENET, 5_300, 0.976, "Lee et al. 2019"),
    Anchor("network surgery", _LENET, 4_750, 0.9801, "Guo et al. 2016"),
    Anchor("variational dropout", _LENET, 3_915, 0.9808, "Molchanov et al. 2017"),
    Anchor("RigL+", "408-100-69-10", 3_070, 0.9831, "Evci et al. 2020", _CHOSEN),
    Anchor("LC", _LENET, 2_660, 0.968, "Carreira-Perpiñán and Idelbayev 2018"),
)
"""By descending number of weights. Some of the papers report the best test error during training,
and dgviz the one after the last epoch."""
