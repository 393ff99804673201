"""The knobs that may change during a run."""

from __future__ import annotations

from collections.abc import Mapping

from dgviz.settings import COMMON, KNOBS, Settings

LIVE = tuple(name for name, knob in KNOBS.items() if knob.live)
"""The live knobs of all methods."""


class Knobs:
    """The live knobs of a run; the next step uses an assigned value.

    beta, tau and learning_rate are attributes. The method's own live knobs, as all others, are
    items: `knobs["dropout.hidden"] = 0.2`.

    Raises:
        SettingsError: an assigned value is not accepted.
        AttributeError, KeyError: the assigned knob cannot change during the run.
    """

    beta: float
    tau: float
    learning_rate: float

    def __init__(self, settings: Settings) -> None:
        self._planned: dict[str, list[tuple[int, float]]] = {}
        self._called_off: set[str] = set()
        own = {knob.name for knob in settings.spec.knobs}
        self._values = {n: settings[n] for n in LIVE if n in COMMON or n in own}

    def __getitem__(self, name: str) -> float:
        value: float = self._values[name]
        return value

    def __setitem__(self, name: str, value: object) -> None:
        if name not in self._values:
            raise KeyError(f"{name} cannot change during a run; {', '.join(self._values)} can.")
        self._values[name] = KNOBS[name].check(value)
        # Setting a knob cancels its planned moves.
        if self._planned.pop(name, None):
            self._called_off.add(name)

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        try:
            self[name] = value
        except KeyError as problem:
            raise AttributeError(*problem.args) from None

    def adopt(self, values: Mapping[str, float]) -> None:
        """Set the values of a checkpoint; planned moves stay planned.

        Those of knobs that this run does not have are ignored.
        """
        known = {name: value for name, value in values.items() if name in self._values}
        self._values |= {name: KNOBS[name].check(value) for name, value in known.items()}

    def plan(self, step: int, name: str, value: float) -> None:
        """Plan a move of a knob after `step` steps; setting the knob earlier cancels it.

        A resumed run makes its recorded moves again in this way. Plan in ascending order of steps.
        """
        self._planned.setdefault(name, []).append((step, KNOBS[name].check(value)))

    def make_planned(self, step: int) -> None:
        """Make the moves planned for `step` or earlier."""
        for name, moves in list(self._planned.items()):
            if due := [value for at, value in moves if at <= step]:
                self.adopt({name: due[-1]})
                self._planned[name] = moves[len(due) :]

    def called_off(self) -> set[str]:
        """Return the knobs whose planned moves were cancelled since the last call."""
        names, self._called_off = self._called_off, set()
        return names

    def values(self) -> dict[str, float]:
        return dict(self._values)
