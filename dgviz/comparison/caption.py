"""What a reader of a comparison's table or chart has to know, in sentences beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dgviz.comparison.exports import COLUMNS, Column
from dgviz.comparison.table import NEAR_ENOUGH, Row
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import joined
from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings

_BYTES = "Bytes: float32 parameters, and a bit for each connection where some are closed."
_MISSED = (
    f"A wanted r that was missed by more than a factor of {NEAR_ENOUGH:g} has the reached one in "
    "brackets."
)


def caption(rows: Sequence[Row], columns: Sequence[Column] = COLUMNS) -> str:
    """Seeds, epochs, hardware and versions, and how to read the ratios; sentences.

    Args:
        columns: of the table; none for a chart.
    """
    settings = _settings(rows)
    if not settings:
        return ""
    seeds = sorted({one.seed for one in settings})
    spread = ", mean ± sample standard deviation" if len(seeds) > 1 else ""
    titles = {column.title for column in columns}
    return " ".join(
        [
            f"Accuracy after the last of {_epochs(settings)}; "
            f"seed{'s' if len(seeds) > 1 else ''} {joined(map(str, seeds))}{spread}.",
            _validation(settings),
            *(_of_ratios(rows) if "wanted r" in titles else []),
            *([_BYTES] if "bytes" in titles else []),
            *_machines(rows),
        ]
    )


def caption_of_seed(rows: Sequence[Row], seed: int) -> str:
    """The same for a picture of the networks of one seed, which has no mean and no ratio."""
    of_seed = [
        replace(row, standings=(one,))
        for row in rows
        for one in row.standings
        if one.result and one.planned.seed == seed
    ]
    settings = _settings(of_seed)
    if not settings:
        return ""
    trained = f"Networks after the last of {_epochs(settings)}; seed {seed}."
    return " ".join([trained, _validation(settings), *_machines(of_seed)])


def _settings(rows: Iterable[Row]) -> list[Settings]:
    return [one.planned.settings for row in rows for one in row.standings]


def _epochs(settings: Iterable[Settings]) -> str:
    text = joined(f"{n:,}" for n in sorted({one.epochs for one in settings}))
    return f"{text} epoch{'' if text == '1' else 's'}"


def _validation(settings: Iterable[Settings]) -> str:
    images = joined(f"{n:,}" for n in sorted({one.validation for one in settings}))
    return (
        f"Validation images: {images}, set aside from the training images; nothing was chosen by "
        "the test images."
    )


def _machines(rows: Iterable[Row]) -> list[str]:
    machines = dict.fromkeys(result.machine for row in rows for result in row.results)
    return [f"Trained on {text}." for text in machines if text]


def _of_ratios(rows: Iterable[Row]) -> list[str]:
    """Why the active ratio of a row is not the wanted one."""
    sentences = []
    known = [row for row in rows if row.ratio and row.reached]
    if any(row.missed is not None for row in known):
        sentences.append(_MISSED)
    if small := dict.fromkeys(row.title for row in known if METHODS[row.method].width):
        sentences.append(
            f"In the {joined(small)}, all connections are active: it is the network that is small, "
            "with about the wanted r times the weights of the dense one."
        )
    return sentences


def network(settings: Settings) -> str:
    """The layers of the dense network, as in: 784-256-10."""
    entry = DATASETS[settings.dataset]
    return f"{entry.input_size}-{settings.hidden}-{len(entry.classes)}"
