"""The settings that may change while a run is under way."""

from __future__ import annotations

from collections.abc import Mapping

from dgviz.settings import KNOBS, Settings

LIVE = tuple(name for name, knob in KNOBS.items() if knob.live)


class Knobs:
    """beta, tau and the learning rate of a run in flight; set one and the next step uses it.

    To pause, do not ask `train` for its next snapshot; to stop, close it.

    Raises:
        SettingsError: on assignment of a value that the knob does not accept.
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
        # A hand on the knob counts more than what was planned for it.
        if self._planned.pop(name, None):
            self._called_off.add(name)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Stand as in a checkpoint; what is planned stays planned."""
        for name, value in values.items():
            super().__setattr__(name, KNOBS[name].check(value))

    def plan(self, step: int, name: str, value: float) -> None:
        """Move a knob as soon as `step` steps have been taken, unless it is set before that.

        A resumed run makes its recorded moves again in this way. Plan in the order of the steps.
        """
        self._planned.setdefault(name, []).append((step, KNOBS[name].check(value)))

    def make_planned(self, step: int) -> None:
        """Make the moves that are planned for `step` or earlier."""
        for name, moves in list(self._planned.items()):
            if due := [value for at, value in moves if at <= step]:
                self.adopt({name: due[-1]})
                self._planned[name] = moves[len(due) :]

    def called_off(self) -> set[str]:
        """The knobs set by hand, since this was last asked, of which a move was still planned."""
        names, self._called_off = self._called_off, set()
        return names

    def values(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in LIVE}
