"""What a reader of a comparison's table or chart has to know, in sentences beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dgviz.comparison.exports import COLUMNS, Column
from dgviz.comparison.table import NEAR_ENOUGH, Row
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import joined
from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings

_BYTES = "Bytes: float32 parameters, and a bit for each connection where some are closed."
_EXACT = 1.05
"""A ratio within this factor of the wanted one needs no explanation."""
_NEAR = (
    f"The reached ratio is given only where it is more than a factor of {NEAR_ENOUGH:g} from the "
    "wanted one."
)


def caption(rows: Sequence[Row], columns: Sequence[Column] = COLUMNS) -> str:
    """Seeds, epochs, hardware and versions, and how to read the ratios; sentences.

    Args:
        columns: of the table; none for a chart.
    """
    settings = [one.planned.settings for row in rows for one in row.standings]
    if not settings:
        return ""
    seeds = sorted({one.seed for one in settings})
    epochs = joined(f"{n:,}" for n in sorted({one.epochs for one in settings}))
    validation = joined(f"{n:,}" for n in sorted({one.validation for one in settings}))
    spread = ", mean ± sample standard deviation" if len(seeds) > 1 else ""
    titles = {column.title for column in columns}
    machines = dict.fromkeys(result.machine for row in rows for result in row.results)
    return " ".join(
        [
            f"Accuracy after the last of {epochs} epoch{'' if epochs == '1' else 's'}; "
            f"seed{'s' if len(seeds) > 1 else ''} {joined(map(str, seeds))}{spread}.",
            f"Validation images: {validation}, set aside from the training images; nothing was "
            "chosen by the test images.",
            *(_of_ratios(rows) if "wanted r" in titles else []),
            *([_BYTES] if "bytes" in titles else []),
            *(f"Trained on {text}." for text in machines if text),
        ]
    )


def _of_ratios(rows: Iterable[Row]) -> list[str]:
    """Why the active ratio of a row is not the wanted one."""
    sentences = []
    known = [(row, row.reached / row.ratio) for row in rows if row.ratio and row.reached]
    if any(not 1 / _EXACT <= times <= _EXACT for _, times in known):
        sentences.append(_NEAR)
    if small := dict.fromkeys(row.title for row, _ in known if METHODS[row.method].width):
        sentences.append(
            f"In {joined(small)}, all connections are active: it is the network that is small, "
            "with about the wanted r times the weights of the dense one."
        )
    return sentences


def network(settings: Settings) -> str:
    """The layers of the dense network, as in: 784-256-10."""
    entry = DATASETS[settings.dataset]
    return f"{entry.input_size}-{settings.hidden}-{len(entry.classes)}"
