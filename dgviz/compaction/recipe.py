"""What is done to a run's network after training. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dgviz.formatting import threshold
from dgviz.knob import SettingsError
from dgviz.settings import KNOBS


@dataclass(frozen=True)
class Recipe:
    """What is done after training, before dead units and unused pixels are removed.

    Attributes:
        tau: another threshold for the gates, in [0, 1]; None for the one in effect.

    Raises:
        SettingsError: a value is not accepted.
    """

    tau: float | None = None

    def __post_init__(self) -> None:
        if self.tau is not None:
            object.__setattr__(self, "tau", KNOBS["tau"].check(self.tau))

    @property
    def steps(self) -> tuple[str, ...]:
        """A short text for each thing that is done, in order: "τ 0.60"."""
        return () if self.tau is None else (f"τ {threshold(self.tau)}",)

    @property
    def title(self) -> str:
        """All of it as one text, or "as trained"."""
        return ", ".join(self.steps) or "as trained"

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


AS_TRAINED = Recipe()
"""Nothing is done."""
