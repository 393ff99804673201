"""What an entry of the catalogue says of a method. Nothing here imports torch."""

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

ROUTINGS: Mapping[str, str] = {
    "mixture": "the class probabilities of all routes, weighted by the softmax of the router",
    "top": "the outputs of the routes with the highest router values, weighted by their softmax",
    "switch": "the output of the most probable route, times its probability, plus a shortcut",
    "skip": "one chain of layers, of which a gate skips the middle one",
    "mix": "the first layers, weighted by the softmax of an attention, as a single first layer",
}
"""What a network with routes computes for an image. The browser computes it for a digit, from the
layers that `Method.layers` names: see `web/pixels/routings.js`."""


@dataclass(frozen=True)
class Routing:
    """How a network with routes computes an image.

    Attributes:
        kind: one of `ROUTINGS`.
        count: its own knob for the number of first layers of which each is one route; "" if all
            routes have the same first layer.
        chosen: its own knob for the number of routes that an image takes; "" if the kind says it.
    """

    kind: str
    count: str = ""
    chosen: str = ""


@dataclass(frozen=True)
class MethodSpec:
    """The catalogue entry of a method.

    Attributes:
        name: its name in settings, URLs and flags.
        title: its name on the screen.
        summary: a sentence on what it does.
        source: the paper that it is from, "Evci et al. 2020"; shown after the summary.
        implementation: module and class, "dgviz.methods.dense:Dense", imported for training.
        knobs: its own knobs, named "method.knob". A live one acts on training only: no evaluation
            may depend on it.
        shared: the common knobs that it reads, of those that only some methods do.
        defaults: its starting values of common knobs, which override a preset's.
        masks: whether it removes connections; otherwise all are always active.
        scores: the name of its scores, one in [0, 1] for each connection, of small letters, spaces
            and hyphens (`SCORES_NAME`); "" if it has none.
        gates: its own knob for what there is a gate for each one, as names of kinds with hyphens
            between them; "" if each connection has a score of its own.
        preview: the knob that is the threshold of active scores, so that the browser can preview
            the mask for another value; "" if there is none.
        keep: its own knob for a number of connections: with fewer, gates no longer change; "" if it
            has none.
        rounds: its own knob for the number of rounds; "" if it has one round.
        width: its own knob for the part of the hidden units that its network has; "" for all.
        target: its own knob for the ratio of active connections; "" if it has none.
        beta_ratios: for a method without `target`, about the ratio of active connections that it
            ends with for some β, by preset: pairs of β and ratio, measured with 256 hidden units
            on MNIST. At least those of the paper preset, or none.
        tuning: changes of its settings that the study of rivals tries besides its starting values.
        reported: its figures in the DynamicGate-MLP paper's table by name, as text; None if it is
            not in that table.
        helps: each thing that it gives the training besides its own idea, and that would help
            others too, such as "a lower learning rate in the second half".
        decays: what weight decay acts on, if it is not every weight.
        timed: whether its own work depends on the part of training that is done, as gradual pruning
            does. Otherwise a run trained further equals an uninterrupted one, which a test checks.
        routes: what the network routes each image among, such as "expert"; "" if it computes the
            same for every image.
        routing: how it computes an image by routes; None without routes.
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
    gates: str = ""
    preview: str = ""
    keep: str = ""
    rounds: str = ""
    width: str = ""
    target: str = ""
    beta_ratios: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    tuning: Sequence[Mapping[str, Any]] = ({"learning_rate": 2e-3}, {"learning_rate": 5e-4})
    reported: Mapping[str, str] | None = None
    helps: tuple[str, ...] = ()
    decays: str = ""
    timed: bool = False
    routes: str = ""
    routing: Routing | None = None
    baseline: str = "dense"

    @property
    def described(self) -> str:
        """The summary and the source: "Learns a gate for every weight. Choi 2025."."""
        return f"{self.summary} {self.source}." if self.source else self.summary
