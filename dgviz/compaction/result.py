"""A run's network before and after it is compacted: sizes, accuracy and the check. No torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dgviz.compaction.check import Check
from dgviz.compaction.network import CompactNetwork
from dgviz.compaction.sizes import Size, sizes, smallest
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.settings import KNOBS
from dgviz.training.blob import finite


@dataclass(frozen=True, eq=False)
class Compaction:
    """The network of a run after `step` steps, before and after it is compacted.

    Attributes:
        run: the id of the run.
        step, epoch: of its checkpoint.
        tau: the threshold that the mask was made with; None for a method without a threshold.
        gated: the network before, its masks applied.
        network: the compact network.
        check: the comparison of both on all test images.
        test_accuracy: of the compact network, in [0, 1].
        validation_accuracy: the same; None for a run without validation images.
    """

    run: str
    step: int
    epoch: float
    tau: float | None
    gated: CompactNetwork
    network: CompactNetwork
    check: Check
    test_accuracy: float
    validation_accuracy: float | None

    @property
    def sizes(self) -> dict[str, Size]:
        """The size of each form, before and after; see `sizes.sizes`."""
        return sizes(self.gated, self.network)

    def as_dict(self) -> dict[str, Any]:
        """All but the networks themselves, as values that JSON can represent.

        A difference that is no number becomes None.
        """
        found = self.sizes
        content = {
            "run": self.run,
            "step": self.step,
            "epoch": self.epoch,
            "tau": self.tau,
            "widths": {"before": self.gated.widths, "after": self.network.widths},
            "connections": {
                "before": self.gated.connections,
                "after": self.network.connections,
            },
            "sizes": {name: asdict(size) for name, size in found.items()},
            "smallest": smallest(found),
            "test_accuracy": self.test_accuracy,
            "validation_accuracy": self.validation_accuracy,
            "check": {**asdict(self.check), "passed": self.check.passed},
        }
        as_json: dict[str, Any] = finite(content)
        return as_json


def obstacle(record: Record, tau: float | None = None) -> str:
    """Why the run cannot be compacted, in a sentence or two; "" if it can.

    Args:
        tau: the wanted threshold; None for the run's own.

    Raises:
        SettingsError: tau is out of range.
    """
    if record.settings is None:
        return f"Run {record.id} cannot be compacted. {' '.join(record.problems)}"
    spec = record.settings.spec
    if spec.routes:
        return (
            f"Run {record.id} cannot be compacted: {spec.title} routes each image, so its layers "
            "are no chain in which each reads the layer before it."
        )
    if not (record.folder / CHECKPOINT).is_file():
        return f"Run {record.id} has no checkpoint, so there is no network to compact."
    if tau is not None:
        if not spec.preview:
            return (
                f"Run {record.id} has no threshold: the mask of {spec.title} does not depend on τ, "
                "so leave τ out."
            )
        KNOBS[spec.preview].check(tau)
    return ""
