"""What is done to a run's network after training. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import counted, threshold
from dgviz.knob import Knob, SettingsError
from dgviz.settings import KNOBS

MEAN: Literal["mean"] = "mean"
"""The fan-in that hidden units have on average."""

FAN_IN = Knob(
    name="fan-in",
    kind=int,
    default=32,
    label="fan-in",
    help="Each hidden unit keeps so many of its connections at most, those with the largest "
    "weights. A unit with fewer gets those whose gates are the next to open.",
    group="After training",
    minimum=1,
    maximum=max(entry.input_size for entry in DATASETS.values()),
)
FINE_TUNING = Knob(
    name="finetune",
    kind=int,
    default=3,
    label="epochs of fine-tuning",
    help="Passes over the training images, in which the weights that are left are trained on.",
    group="After training",
    minimum=0,
    maximum=50,
)

NAMES = {"tau": "tau", "fan_in": FAN_IN.name, "epochs": FINE_TUNING.name}
"""What the command line and links call each part of a recipe."""


@dataclass(frozen=True)
class Recipe:
    """What is done after training, in this order, before dead units and unused pixels are removed.

    Attributes:
        tau: another threshold for the gates, in [0, 1]; None for the one in effect.
        fan_in: how many connections a hidden unit has at most, as many as hidden units have on
            average (`MEAN`), or None for no limit; see `equal_fan_in`.
        epochs: of fine-tuning with the mask fixed, from 0 to 50; see `fine_tuning`.

    Raises:
        SettingsError: a value is not accepted.
    """

    tau: float | None = None
    fan_in: int | Literal["mean"] | None = None
    epochs: int = 0

    def __post_init__(self) -> None:
        if self.tau is not None:
            object.__setattr__(self, "tau", KNOBS["tau"].check(self.tau))
        object.__setattr__(self, "fan_in", _checked_fan_in(self.fan_in))
        object.__setattr__(self, "epochs", FINE_TUNING.check(self.epochs))

    @property
    def steps(self) -> tuple[str, ...]:
        """A short text for each thing that is done, in order: "τ 0.60"."""
        found = []
        if self.tau is not None:
            found.append(f"τ {threshold(self.tau)}")
        if self.fan_in is not None:
            found.append(f"fan-in at most {'the mean' if self.fan_in == MEAN else self.fan_in}")
        if self.epochs:
            found.append(f"{counted(self.epochs, 'epoch')} of fine-tuning")
        return tuple(found)

    @property
    def title(self) -> str:
        """All of it as one text, or "as trained"."""
        return ", ".join(self.steps) or "as trained"

    @property
    def named(self) -> dict[str, Any]:
        """The value of each thing that is done, by its name in `NAMES`."""
        nothing = AS_TRAINED.as_dict()
        parts = self.as_dict().items()
        return {NAMES[part]: value for part, value in parts if value != nothing[part]}

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the command line for it: "--tau=0.6"."""
        return tuple(f"--{name}={value}" for name, value in self.named.items())

    def as_dict(self) -> dict[str, Any]:
        """The recipe as values that JSON can represent."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """The inverse of `as_dict`; a missing value means that this is not done.

        Raises:
            SettingsError: a value is not accepted, or a name is unknown.
        """
        for name in values.keys() - cls.__dataclass_fields__.keys():
            raise SettingsError(name, f"{name[:40]!r} is no part of a recipe of this version.")
        return cls(**values)


def _checked_fan_in(value: object) -> Any:
    if value is None or value == MEAN:
        return value
    try:
        return FAN_IN.check(value)
    except SettingsError as problem:
        # The bound of the knob is that of the widest data set, which this run may not have.
        message = (
            f"{FAN_IN.name} must be {MEAN}, or a whole number from 1 to the number of inputs; it "
            f"was {str(value)[:40]!r}."
        )
        raise SettingsError(FAN_IN.name, message) from problem


AS_TRAINED = Recipe()
"""Nothing is done."""
