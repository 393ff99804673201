"""The catalogue of methods: their titles, their knobs and what can be shown of them.

A method is one entry here and the file that `implementation` names. No other code depends on the
name of a method. Nothing here imports torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dgviz.knob import Knob

SCORES_NAME = re.compile(r"[a-z -]{0,40}")
"""What a name of scores matches: a page shows it, also that of an imported run."""

PART_NAME = re.compile(r"[a-z0-9 -]{1,40}")
"""What the name of a layer or of a route matches."""


@dataclass(frozen=True)
class MethodSpec:
    """The catalogue entry of a method.

    Attributes:
        name: its name in settings, URLs and flags.
        title: its name on the screen.
        summary: a sentence on what it does.
        source: the paper that it is from, "Evci et al. 2020"; shown after the summary.
        implementation: module and class, "dgviz.methods.dense:Dense", imported for training.
        knobs: its own knobs, named "method.knob"; they do not change during a run.
        shared: the common knobs in `SHARED` that it reads.
        defaults: its starting values of common knobs, which override a preset's.
        masks: whether it removes connections; otherwise all are always active.
        scores: the name of its scores, one in [0, 1] for each connection, of small letters, spaces
            and hyphens (`SCORES_NAME`); "" if it has none.
        preview: the knob that is the threshold of active scores, so that the browser can preview
            the mask for another value; "" if there is none.
        rounds: its own knob for the number of rounds; "" if it has one round.
        target: its own knob for the ratio of active connections; "" if it has none.
        beta_ratios: for a method without `target`, about the ratio of active connections that it
            ends with for some β, by preset: pairs of β and ratio, measured with 256 hidden units
            on MNIST. At least those of the paper preset, or none.
        helps: what it gives the training besides its own idea, and would help others too, such as
            "a lower learning rate in the second half"; "" for nothing.
        timed: whether its own work depends on the part of training that is done, as gradual pruning
            does. Otherwise a run trained further equals an uninterrupted one, which a test checks.
        routes: what the network routes each image among, such as "expert"; "" if it computes the
            same for every image.
        baseline: the method that it is compared with; "" if it is a baseline itself.
    """

    name: str
    title: str
    summary: str
    implementation: str
    source: str = ""
    knobs: tuple[Knob, ...] = ()
    shared: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    masks: bool = True
    scores: str = ""
    preview: str = ""
    rounds: str = ""
    target: str = ""
    beta_ratios: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    helps: str = ""
    timed: bool = False
    routes: str = ""
    baseline: str = "dense"

    @property
    def described(self) -> str:
        """The summary and the source: "Learns a gate for every weight. Choi 2025."."""
        return f"{self.summary} {self.source}." if self.source else self.summary


_OWN = "Method"
"""The group of a method's own knobs."""


def _number(
    name: str,
    default: float,
    label: str,
    help: str,
    low: float,
    high: float,
    step: float | None = None,
) -> Knob:
    """A knob of the default's type, from `low` to `high`."""
    kind = type(default)
    return Knob(name, kind, default, label, help, _OWN, minimum=low, maximum=high, step=step)


_ALL = (
    MethodSpec(
        "dynamicgate",
        "DynamicGate-MLP",
        "Learns a gate for every weight.",
        "dgviz.methods.dynamicgate:DynamicGate",
        source="Choi 2025",
        shared=("beta", "tau", "initial_logit", "beta_schedule", "tau_schedule"),
        scores="gate probability",
        preview="tau",
        beta_ratios={
            "paper": (
                (0.01, 0.532),
                (0.03, 0.379),
                (0.1, 0.228),
                (0.3, 0.098),
                (1, 0.039),
                (3, 0.018),
                (10, 0.0065),
            ),
            "classroom": ((0.067, 0.45), (0.13, 0.29), (0.33, 0.13), (1, 0.055), (3, 0.02)),
        },
    ),
    MethodSpec(
        "dense",
        "dense",
        "The same network with every connection always active.",
        "dgviz.methods.dense:Dense",
        source="Rumelhart et al. 1986",
        masks=False,
        baseline="",
    ),
    MethodSpec(
        "dropout",
        "dropout",
        "Sets random inputs of each layer to 0 in training. All connections stay active.",
        "dgviz.methods.dropout:Dropout",
        source="Srivastava et al. 2014",
        knobs=(
            _number(
                "dropout.input",
                0.1,
                "dropout of the image",
                "The probability that a pixel is set to 0 in a training step.",
                0,
                0.95,
                step=0.05,
            ),
            _number(
                "dropout.hidden",
                0.3,
                "dropout of hidden units",
                "The probability that a hidden unit is set to 0 in a training step.",
                0,
                0.95,
                step=0.05,
            ),
        ),
        masks=False,
        helps="dropout of inputs and hidden units",
    ),
    MethodSpec(
        "magnitude",
        "gradual magnitude pruning",
        "Prunes the smallest weights, a few at a time, while it trains. Their connections stay "
        "closed.",
        "dgviz.methods.magnitude:GradualMagnitude",
        source="Zhu & Gupta 2017",
        knobs=(
            _number(
                "magnitude.target",
                0.05,
                "target ratio",
                "The part of all weights that stays active.",
                0.001,
                1,
            ),
            _number(
                "magnitude.begin",
                0.04,
                "pruning begins at",
                "The part of training before the first weights are pruned.",
                0,
                0.5,
                step=0.02,
            ),
            _number(
                "magnitude.end",
                0.75,
                "pruning ends at",
                "The part of training after which no more weights are pruned.",
                0.5,
                1,
                step=0.05,
            ),
            _number(
                "magnitude.every",
                100,
                "steps between prunings",
                "Training steps from one pruning to the next.",
                1,
                100_000,
            ),
        ),
        target="magnitude.target",
        timed=True,
    ),
    MethodSpec(
        "l0",
        "L0, hard concrete",
        "Multiplies weights by random gates that can be exactly 0, and penalises their number. The "
        "first gates close after several epochs.",
        "dgviz.methods.l0:L0",
        source="Louizos et al. 2018",
        knobs=(
            Knob(
                name="l0.gates",
                kind=str,
                default="weight",
                label="a gate for each",
                help="weight or input: one for all weights of an input, as in Louizos et al. 2018.",
                group=_OWN,
                choices=("weight", "input"),
            ),
            _number(
                "l0.temperature",
                0.667,
                "temperature",
                "2/3 in Louizos et al. 2018. At lower values gates are closer to 0 or 1.",
                0.1,
                2,
                step=0.05,
            ),
        ),
        shared=("beta", "beta_schedule"),
        defaults={"beta": 5.0},
        scores="probability of being active",
        helps="weights that are averaged over the last steps",
        beta_ratios={"paper": ((1, 0.13), (3, 0.043), (8, 0.015))},
    ),
    MethodSpec(
        "mixture",
        "mixture of experts",
        "Several small networks answer every image, and a router weights their answers. All of "
        "them are computed for every image.",
        "dgviz.methods.mixture:Mixture",
        source="Jacobs et al. 1991",
        knobs=(
            _number(
                "mixture.experts",
                4,
                "experts",
                "They share the hidden units evenly, so all of them together have about as many "
                "weights as a dense network.",
                2,
                16,
            ),
        ),
        masks=False,
        routes="expert",
    ),
)

METHODS: Mapping[str, MethodSpec] = {spec.name: spec for spec in _ALL}

SHARED = frozenset(name for spec in _ALL for name in spec.shared)
"""The common knobs that only some methods read."""
