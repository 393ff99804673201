"""What a figure was measured on: no time or rate means anything without it. Needs no torch."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import dgviz


def hardware(device: str, threads: int) -> dict[str, str | int | None]:
    """The processor's model, its logical cores, and what of the machine a run uses.

    Args:
        device: "cpu", "cuda" or "mps".
        threads: CPU threads of the training process.
    """
    return {"cpu": _cpu_model(), "cores": os.cpu_count(), "device": device, "threads": threads}


def versions() -> dict[str, str]:
    """Of Python, torch and dgviz: what else decides a run's numbers and its speed."""
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "dgviz": dgviz.__version__,
    }


def in_words(hardware: dict[str, str | int | None], versions: dict[str, str]) -> str:
    """Both on one line, to stand beside a figure."""
    machine = f"{hardware['cpu']}, {hardware['cores']} cores"
    use = f"device {hardware['device']}, threads {hardware['threads']}"
    return f"{machine}; {use}; " + ", ".join(f"{name} {n}" for name, n in versions.items())


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.processor() or platform.machine()
