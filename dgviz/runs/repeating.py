"""How a run's training is begun again from the command line."""

from __future__ import annotations

import shlex

from dgviz.settings import KNOBS, Settings


def command(settings: Settings) -> str:
    """The command line that trains the same run again."""
    return shlex.join(["python", "-m", "dgviz", "train", *flags(settings)])


def flags(settings: Settings) -> list[str]:
    """The preset, and what the method reads and the preset has otherwise, as flags of `train`."""
    read = {knob.name for knob in settings.knobs()}
    query = settings.to_query().items()
    # With "=": a value that begins with a minus sign would be taken for a flag.
    return [f"{KNOBS[name].flag}={value}" for name, value in query if name in read]
