"""Whether this machine has an accelerator, for a server, which never imports torch."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import cache
from importlib.metadata import version

from dgviz.live.sweep_work import PACKAGES
from dgviz.settings import ACCELERATORS

_ASK = "from dgviz.training.device import resolve_device; print(resolve_device('auto').type)"
_MOST_SECONDS = 120.0


def is_accelerator(device: str) -> bool:
    """Whether a network with this setting of `device` is trained on an accelerator here.

    Of `auto`, it is not known before a process has imported torch: a few seconds after the first
    call. Until then it is taken for a processor.
    """
    return device in ACCELERATORS or (device == "auto" and _Auto.of_this_machine().is_one)


class _Auto:
    """What `auto` is, asked in a process of its own."""

    def __init__(self) -> None:
        self.is_one = False
        # A torch for processors only finds none.
        if "+cpu" not in version("torch"):
            threading.Thread(target=self._ask, daemon=True).start()

    @classmethod
    @cache
    def of_this_machine(cls) -> _Auto:
        return cls()

    def _ask(self) -> None:
        paths = [str(PACKAGES), os.environ.get("PYTHONPATH", "")]
        try:
            answer = subprocess.run(
                [sys.executable, "-c", _ASK],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
                capture_output=True,
                text=True,
                timeout=_MOST_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return
        self.is_one = answer.stdout.strip() in ACCELERATORS
