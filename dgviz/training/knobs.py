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
        for name in LIVE:
            setattr(self, name, getattr(settings, name))

    def __setattr__(self, name: str, value: object) -> None:
        if name == "_planned":
            super().__setattr__(name, value)
            return
        if name not in LIVE:
            raise AttributeError(f"{name} cannot change during a run; {', '.join(LIVE)} can.")
        super().__setattr__(name, KNOBS[name].check(value))
        # A hand on the knob counts more than what was planned for it.
        self._planned.pop(name, None)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Stand as in a checkpoint; what is planned stays planned."""
        for name, value in values.items():
            super().__setattr__(name, KNOBS[name].check(value))

    def plan(self, step: int, name: str, value: float) -> None:
        """Move a knob as soon as `step` steps have been taken, unless it is set before that.

        A resumed run makes its recorded moves again in this way. Plan in the order of the steps.
        """
        self._planned.setdefault(name, []).append((step, KNOBS[name].check(value)))

    def reach(self, step: int) -> None:
        """Make the moves that are planned for `step` or earlier."""
        for name, moves in list(self._planned.items()):
            due = [value for at, value in moves if at <= step]
            if due:
                setattr(self, name, due[-1])
                if later := moves[len(due) :]:
                    self._planned[name] = later

    def values(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in LIVE}
