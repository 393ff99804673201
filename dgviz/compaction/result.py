"""A run's network before and after it is compacted: sizes, accuracy and the check. No torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dgviz.compaction.check import Check
from dgviz.compaction.network import CompactNetwork
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.sizes import Size, sizes, smallest
from dgviz.data.catalogue import DATASETS
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.training.blob import finite


@dataclass(frozen=True)
class Stage:
    """The network of a run on its way through a recipe.

    Attributes:
        title: what was done last: "as trained", or one of `Recipe.steps`.
        pruned_connections: number of connections that are left once it is pruned: the active ones
            without those that are never used.
        test_accuracy: of the run's own program before anything is removed, in [0, 1].
        validation_accuracy: the same on the validation images; None for a run without any.
    """

    title: str
    pruned_connections: int
    test_accuracy: float
    validation_accuracy: float | None


@dataclass(frozen=True, eq=False)
class Compaction:
    """The network of a run after `step` steps, before and after it is compacted.

    Attributes:
        run: the id of the run.
        step, epoch: of its checkpoint.
        tau: the threshold that the mask was made with; None for a method without a threshold.
        recipe: what was done after training.
        stages: the network as trained, and after each of `recipe.steps`.
        gated: the network after the recipe, its masks applied and nothing removed.
        network: the compact network.
        test_accuracy: measured with the compact network, in [0, 1].
        validation_accuracy: the same on the validation images; None for a run without any.
        check: the comparison of both on all test images.
    """

    run: str
    step: int
    epoch: float
    tau: float | None
    recipe: Recipe
    stages: tuple[Stage, ...]
    gated: CompactNetwork
    network: CompactNetwork
    test_accuracy: float
    validation_accuracy: float | None
    check: Check

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
            "recipe": self.recipe.as_dict(),
            "stages": [asdict(stage) for stage in self.stages],
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


def obstacle(record: Record, recipe: Recipe = AS_TRAINED) -> str:
    """Why the run cannot be compacted by a recipe, in a sentence or two; "" if it can."""
    if record.settings is None:
        return f"Run {record.id} cannot be compacted. {' '.join(record.problems)}"
    spec = record.settings.spec
    if spec.routes:
        return (
            f"Run {record.id} cannot be compacted: {spec.title} routes each image, and only a "
            "network that computes the same for every image can be compacted."
        )
    if not (record.folder / CHECKPOINT).is_file():
        return f"Run {record.id} has no checkpoint, so there is no network to compact."
    if recipe.tau is not None and not spec.preview:
        return (
            f"Run {record.id} has no threshold: the mask of {spec.title} does not depend on τ, "
            "so leave τ out."
        )
    inputs = DATASETS[record.settings.dataset].input_size
    if isinstance(recipe.fan_in, int) and recipe.fan_in > inputs:
        return (
            f"A hidden unit of run {record.id} has {inputs} inputs, so its fan-in cannot be "
            f"{recipe.fan_in}."
        )
    return ""
