"""The settings that may change while a run is under way."""

from __future__ import annotations

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
        for name in LIVE:
            setattr(self, name, getattr(settings, name))

    def __setattr__(self, name: str, value: object) -> None:
        if name not in LIVE:
            raise AttributeError(f"{name} cannot change during a run; {', '.join(LIVE)} can.")
        super().__setattr__(name, KNOBS[name].check(value))

    def values(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in LIVE}
