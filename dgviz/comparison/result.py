"""What a finished run reached, and how it was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dgviz.formatting import system_text
from dgviz.runs.card import Session
from dgviz.runs.record import Record
from dgviz.training import machine

FIGURES = (
    "test_accuracy",
    "validation_accuracy",
    "active_ratio",
    "active_weights",
    "total_weights",
    "macs",
    "parameters",
)
"""The figures of a run's card that a comparison uses."""

_COMMIT_DIGITS = 10


@dataclass(frozen=True)
class Result:
    """The figures of a finished run, and how it was trained.

    Attributes:
        figures: those of `FIGURES` that are known.
        seconds: training time.
        steps_per_epoch: 0 if not known.
        machine: hardware and versions of the last session, as text.
        commit: of the code of the last session, with "+" if files differed from it; "" if not
            known.
    """

    figures: Mapping[str, float]
    seconds: float
    steps_per_epoch: int
    machine: str = ""
    commit: str = ""

    def is_complete(self, *, validated: bool) -> bool:
        """Whether all figures are known.

        Args:
            validated: whether images were set aside for validation; otherwise there is no
                validation accuracy.
        """
        needed = {*FIGURES} if validated else {*FIGURES} - {"validation_accuracy"}
        return needed <= self.figures.keys()

    @property
    def is_of_this_machine(self) -> bool:
        """Whether a machine like this one has trained it."""
        return is_of_this_machine(self.machine)

    @classmethod
    def of_record(cls, record: Record) -> Result:
        known = record.figures
        last = record.sessions[-1] if record.sessions else Session()
        facts = (_hardware_text(last.hardware), system_text(last.versions))
        changed = "+" if last.git and last.git.dirty else ""
        return cls(
            figures={name: known[name] for name in FIGURES if name in known},
            seconds=record.seconds,
            steps_per_epoch=record.steps_per_epoch,
            machine="; ".join(filter(None, facts)),
            commit=last.git.commit[:_COMMIT_DIGITS] + changed if last.git else "",
        )


@cache
def this_machine() -> str:
    """How a `Result.machine` of this machine begins, with every device and number of threads."""
    hardware = machine.hardware("cpu", 1)
    return _hardware_text({"cpu": hardware["cpu"], "cores": hardware["cores"]})


def is_of_this_machine(machine: str) -> bool:
    """Whether a `Result.machine` is one like this machine."""
    return machine.startswith(f"{this_machine()}, ")


def _hardware_text(hardware: Mapping[str, object]) -> str:
    """The known facts about a machine as part of a sentence: "AMD EPYC, 2 cores, 1 thread"."""
    cpu, device = hardware.get("cpu"), hardware.get("device")
    parts = [str(cpu)] if cpu else []
    for name in ("cores", "threads"):
        if (number := hardware.get(name)) is not None:
            parts.append(f"{number} {name.removesuffix('s') if number == 1 else name}")
    return ", ".join([*parts, *([f"device {device}"] if device and device != "cpu" else [])])
