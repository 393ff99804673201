"""The knobs that may change during a run."""

from __future__ import annotations

from collections.abc import Mapping

from dgviz.settings import KNOBS, Settings

LIVE = tuple(name for name, knob in KNOBS.items() if knob.live)


class Knobs:
    """beta, tau and the learning rate of a run; the next step uses an assigned value.

    Raises:
        SettingsError: an assigned value is not accepted.
    """

    beta: float
    tau: float
    learning_rate: float

    def __init__(self, settings: Settings) -> None:
        self._planned: dict[str, list[tuple[int, float]]] = {}
        self._called_off: set[str] = set()
        for name in LIVE:
            setattr(self, name, settings[name])

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        if name not in LIVE:
            raise AttributeError(f"{name} cannot change during a run; {', '.join(LIVE)} can.")
        super().__setattr__(name, KNOBS[name].check(value))
        # Setting a knob cancels its planned moves.
        if self._planned.pop(name, None):
            self._called_off.add(name)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Set the values of a checkpoint; planned moves stay planned."""
        for name, value in values.items():
            super().__setattr__(name, KNOBS[name].check(value))

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
        return {name: getattr(self, name) for name in LIVE}
