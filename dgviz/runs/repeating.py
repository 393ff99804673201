"""The command line that repeats a run."""

from __future__ import annotations

import shlex

from dgviz.settings import KNOBS, Settings


def command(settings: Settings) -> str:
    """The command line that trains with the same settings."""
    return shlex.join(["python", "-m", "dgviz", "train", *flags(settings)])


def flags(settings: Settings) -> list[str]:
    """Flags of `train`: the preset, and the knobs of the method that differ from the preset."""
    # With "=", because a value that begins with a minus sign would look like a flag.
    return [f"{KNOBS[name].flag}={value}" for name, value in settings.to_query().items()]
