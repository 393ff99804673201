"""The hardware and software of a measurement, to be shown beside its times. Needs no torch."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import dgviz

_GIT_SECONDS = 5.0


def hardware(device: str, threads: int) -> dict[str, str | int | None]:
    """The processor's model and number of logical cores, and the device and threads of a run.

    Args:
        device: "cpu", "cuda" or "mps".
        threads: CPU threads of the training process.
    """
    return {"cpu": _cpu_model(), "cores": os.cpu_count(), "device": device, "threads": threads}


def versions() -> dict[str, str]:
    """The versions of Python, torch and dgviz."""
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "dgviz": dgviz.__version__,
    }


class GitState(TypedDict):
    commit: str
    dirty: bool


def git_state() -> GitState | None:
    """The commit of this dgviz, and whether files differ from it; None outside git.

    It is recorded because the same numbers need the same code.
    """
    root = Path(dgviz.__file__).parents[1]
    if not (root / ".git").exists():
        return None
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(_git(root, "status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        # Without locks, so that this never makes the user's own git commands fail.
        ["git", "--no-optional-locks", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        timeout=_GIT_SECONDS,
        check=True,
    )
    return done.stdout.strip()


def as_text(hardware: Mapping[str, object], versions: Mapping[str, object]) -> str:
    """Hardware and versions on one line."""
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
