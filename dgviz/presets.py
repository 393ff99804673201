"""The presets: named starting values of knobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """A named starting point.

    Attributes:
        title: its name on the screen.
        description: sentences on what it is for.
        values: the values of knobs that differ from their defaults, by name. Those of the knobs of
            one method count for that method only.
    """

    title: str
    description: str
    values: Mapping[str, Any]


def _compact(connections: int, **values: Any) -> Preset:
    """The preset that ends with a dense network of at most this many weights."""
    shared = {
        # Gates for groups leave a smaller dense network; those for each weight a sparse one.
        "dynamicgate.gates": "pixel-unit",
        "dynamicgate.keep": connections,
        # With seed 0 and 60,000 weights, a constant β of 0.1, which reaches them in 7 epochs, gave
        # 0.08 points less on the validation images than a ramp to 0.3, which takes 21.
        "beta_schedule": "ramp",
        "learning_rate_schedule": "cosine",
        # The gates reach the number of weights before it.
        "freeze_at": 0.6,
        # As in the preset sparse.
        "label_smoothing": 0.1,
        "weight_decay": 1e-4,
    }
    return Preset(
        f"Compact, {connections:,} weights",
        f"A smaller dense network is left: gates for pixels and hidden units close until it has at "
        f"most {connections:,} weights. Then only these are trained, and the learning rate falls.",
        {**shared, **values},
    )


_TAUGHT = {
    # A teacher adds 0.1 to 0.3 points on the validation images at these sizes.
    "distillation": 0.9,
    # From 512 units, fewer pixels and more units are left than from 256.
    "hidden": 512,
    "learning_rate": 2e-3,
    "freeze_at": 0.5,
}

PRESETS: dict[str, Preset] = {
    "paper": Preset(
        "Paper",
        "The settings of the DynamicGate-MLP paper: 50 epochs. About 40% of the connections stay "
        "active.",
        {},
    ),
    "classroom": Preset(
        "Classroom",
        "Gates close within seconds: they start close to τ, and β is high. 15 epochs.",
        {"beta": 1.0, "initial_logit": 0.25, "epochs": 15},
    ),
    "sparse": Preset(
        "Sparse",
        "About 4% of the connections stay active: β is high. In the last fifth of 50 epochs the "
        "gates no longer change, and the learning rate falls.",
        {
            "beta": 1.0,
            "label_smoothing": 0.1,
            "weight_decay": 1e-4,
            "learning_rate_schedule": "cosine",
            "freeze_at": 0.8,
        },
    ),
    "compact-60k": _compact(60_000, beta=0.3),
    "compact-20k": _compact(20_000, beta=3.0, **_TAUGHT),
    "compact-10k": _compact(10_000, beta=10.0, **_TAUGHT),
}
