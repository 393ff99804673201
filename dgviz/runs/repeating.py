"""The command line that repeats a run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from dgviz.settings import KNOBS, Settings

_TRAIN = ("python", "-m", "dgviz", "train")


def commands(settings: Settings, lengths: Sequence[int] = ()) -> list[str]:
    """The command lines that repeat a run.

    Args:
        settings: those of the run.
        lengths: its epochs before each time that it was trained further. In the commands, RUN is
            the id of the run that the command before has trained.
    """
    if not (lengths and settings.follows_progress):
        return [shlex.join([*_TRAIN, *flags(settings)])]
    first, *longer = [*lengths, settings.epochs]
    return [
        shlex.join([*_TRAIN, *flags(settings.with_changes(epochs=first))]),
        *(shlex.join([*_TRAIN, "--resume", "RUN", f"--epochs={epochs}"]) for epochs in longer),
    ]


def flags(settings: Settings) -> list[str]:
    """Flags of `train`: the preset, and the knobs of the method that differ from the preset."""
    # With "=", because a value that begins with a minus sign would look like a flag.
    return [f"{KNOBS[name].flag}={value}" for name, value in settings.to_query().items()]
