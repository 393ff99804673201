"""Where sparse begins to win, in tables and sentences. Needs no torch."""

from __future__ import annotations

from dgviz.compaction.executors.executor import DENSE, EXECUTORS
from dgviz.compaction.speed import text
from dgviz.compaction.speed.ratio_sweep import Crossing, RatioSweep, crossing, first_sparse
from dgviz.compaction.speed.text import images_text, time_text, times_text
from dgviz.compaction.text import widths
from dgviz.formatting import UNKNOWN, count, counted, joined, percent, plain

NETWORK_COLUMNS = ("r", "τ", "connections", "network", "validation accuracy")
"""The titles of the columns of `network_rows`."""


def ratio_text(ratio: float) -> str:
    """0.04173 -> "0.042"."""
    return plain(ratio, 2)


def network_rows(sweep: RatioSweep) -> list[tuple[str, ...]]:
    """A row for each network: its ratio, threshold, size and accuracy, by which τ is chosen."""
    return [
        (
            ratio_text(point.ratio),
            plain(point.recipe.tau or 0.0),
            count(point.measured.pruned_connections),
            widths(point.measured.pruned_widths),
            percent(point.validation_accuracy),
        )
        for point in sweep.points
    ]


def speed_columns(sweep: RatioSweep) -> tuple[str, ...]:
    """The titles of the columns of `speed_rows`."""
    ratios = (f"r {ratio_text(point.ratio)}" for point in sweep.points)
    return ("executor", *ratios, "faster than dense below")


def speed_rows(sweep: RatioSweep, batch: int, threads: int) -> list[tuple[str, ...]]:
    """A row for each executor: its speed against dense PyTorch at each ratio, and where it wins.

    Of dense PyTorch the times themselves.
    """
    rows = []
    for name in sweep.executors():
        speedups = sweep.speedups(name, batch, threads)
        cells = [
            times_text(speedups[point.ratio]) if point.ratio in speedups else UNKNOWN
            for point in sweep.points
        ]
        if name == DENSE:
            cells = [
                time_text(one.seconds)
                for point in sweep.points
                for one in point.measured.of(batch, threads)
                if one.executor == DENSE
            ]
        rows.append((EXECUTORS[name].title, *cells, begins_text(name, speedups)))
    return rows


def begins_text(executor: str, speedups: dict[float, float]) -> str:
    """The largest ratio at which an executor wins, in a word or two; "" for dense PyTorch."""
    if executor == DENSE:
        return ""
    found = crossing(executor, speedups)
    if found is None:
        return "nowhere"
    ratio = f"r {ratio_text(found.ratio)}"
    return f"{ratio} already" if found.slower is None else ratio


def begins_sentence(executor: str, speedups: dict[float, float]) -> str:
    """The same, as a note beside the name of an executor."""
    if executor == DENSE:
        return ""
    found = crossing(executor, speedups)
    if found is None:
        return "never faster than dense"
    if found.slower is None:
        return "always faster than dense"
    return f"faster than dense below r {ratio_text(found.ratio)}"


def sentences(sweep: RatioSweep) -> list[str]:
    """Where leaving out closed connections begins to win: a sentence for each batch size."""
    return [_sentence(sweep, batch) for batch in dict.fromkeys(one for one, _ in sweep.settings)]


def slow_dense(sweep: RatioSweep, batch: int, threads: int) -> list[str]:
    """A sentence on the first ratio at which dense PyTorch is slower than with fewer threads."""
    found = (text.slow_dense(point.measured, batch, threads) for point in sweep.points)
    return next(filter(None, found), [])


def _sentence(sweep: RatioSweep, batch: int) -> str:
    threads = [count for of, count in sweep.settings if of == batch]
    dense, unpruned = (
        _places(sweep, batch, threads, unpruned=unpruned) for unpruned in (False, True)
    )
    return (
        f"For {images_text(batch)}, sparse forms are faster than dense PyTorch {dense}, and faster "
        f"than any program without pruning {unpruned}."
    )


def _places(sweep: RatioSweep, batch: int, threads: list[int], *, unpruned: bool) -> str:
    """Where it wins, by number of threads; those with equal texts together."""
    smallest = sweep.points[-1].ratio
    found: dict[str, list[str]] = {}
    for number in threads:
        place = first_sparse(sweep, batch, number, unpruned=unpruned)
        found.setdefault(_place(place, smallest), []).append(counted(number, "thread"))
    if len(found) == 1:
        return next(iter(found))
    return joined(f"{place} on {joined(of)}" for place, of in found.items())


def _place(found: Crossing | None, smallest: float) -> str:
    if found is None:
        return f"nowhere down to r {ratio_text(smallest)}"
    title = EXECUTORS[found.executor].title
    if found.slower is None:
        return f"at every measured ratio, up to r {ratio_text(found.faster)} ({title})"
    return (
        f"below r {ratio_text(found.ratio)} ({title}; between the measured "
        f"{ratio_text(found.slower)} and {ratio_text(found.faster)})"
    )


def definitions(sweep: RatioSweep) -> str:
    """How the networks were made, in a few sentences."""
    newest = sweep.newest
    return (
        "Each network is the trained one with another τ, and nothing was trained further: its "
        "speed depends on how many weights are left and where, not on its accuracy. r is the part "
        "of "
        f"{counted(newest.connections, 'connection')} that is left once the network is pruned. "
        "Between two measured ratios, the place where both are as fast is interpolated, with "
        "logarithms of ratio and speed."
    )
