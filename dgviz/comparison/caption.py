"""What a reader of a comparison's table or chart has to know, in sentences beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dgviz.comparison.exports import COLUMNS, Column
from dgviz.comparison.table import NEAR_ENOUGH, Row
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import ratio
from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings

_BYTES = "Bytes: float32 parameters, and a bit for each connection where some are closed."
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
    machines = dict.fromkeys(result.machine for row in rows for result in row.results)
    return " ".join(
        [
            f"Accuracy after the last of {epochs} epoch{'' if epochs == '1' else 's'}; "
            f"seed{'s' if len(seeds) > 1 else ''} {joined(map(str, seeds))}{spread}.",
            f"Validation images: {validation}, set aside from the training images; nothing was "
            "chosen by the test images.",
            *([_NEAR] if any(map(_is_off, rows)) else []),
            *_small(rows),
            *([_BYTES] if any(column.title == "bytes" for column in columns) else []),
            *(f"Trained on {text}." for text in machines if text),
        ]
    )


def _is_off(row: Row) -> bool:
    """Whether the reached ratio is written otherwise than the wanted one."""
    known = row.ratio is not None and row.reached is not None
    return known and ratio(row.reached) != ratio(row.ratio)


def _small(rows: Iterable[Row]) -> list[str]:
    """Why a wanted ratio is not the active one of a network with fewer units."""
    small = dict.fromkeys(
        row.title for row in rows if row.ratio is not None and METHODS[row.method].width
    )
    if not small:
        return []
    return [
        f"In {joined(small)}, all connections are active: it is the network that is small, with "
        "about the wanted r times the weights of the dense one."
    ]


def network(settings: Settings) -> str:
    """The layers of the dense network, as in: 784-256-10."""
    entry = DATASETS[settings.dataset]
    return f"{entry.input_size}-{settings.hidden}-{len(entry.classes)}"


def joined(words: Iterable[str]) -> str:
    """The words as part of a sentence, as in: a, b and c; "" for none."""
    *first, last = ["", *words]
    return f"{', '.join(first[1:])} and {last}" if len(first) > 1 else last
