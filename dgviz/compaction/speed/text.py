"""What was measured, as rows and sentences for the command and the pages. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.compaction.executors.executor import DENSE, EXECUTORS
from dgviz.compaction.speed.choice import Choice, choose
from dgviz.compaction.speed.measurement import Measurement, Timing
from dgviz.compaction.speed.slow_dense import compared, faster_dense
from dgviz.formatting import count, counted, fixed, joined, percent, plain

_DISTURBING = 0.2
"""Of the number of cores that other processes keep busy."""

COLUMNS = ("executor", "time", "against dense", "half of the rounds")
"""The titles of the columns of `rows`."""


def time_text(seconds: float) -> str:
    """3.91e-6 -> "3.91 µs", 0.000727 -> "727 µs", 0.00416 -> "4.16 ms"."""
    for unit, factor in (("µs", 1e6), ("ms", 1e3)):
        if seconds * factor < 999.5:
            return f"{_three_digits(seconds * factor)} {unit}"
    return f"{_three_digits(seconds)} s"


def times_text(speedup: float) -> str:
    """4.0321 -> "4.03×"; below 1 it is slower."""
    return f"{_three_digits(speedup)}×"


def setting_text(batch: int, threads: int) -> str:
    """(32, 2) -> "Batches of 32 images, 2 threads"."""
    images = "One image at a time" if batch == 1 else f"Batches of {counted(batch, 'image')}"
    return f"{images}, {counted(threads, 'thread')}"


def images_text(batch: int) -> str:
    """1000 -> "batches of 1,000"."""
    return "single images" if batch == 1 else f"batches of {count(batch)}"


def rounds(measured: Measurement) -> str:
    """How often it was measured: "medians of 15 rounds"."""
    return f"medians of {counted(measured.rounds, 'round')}"


def network(measured: Measurement) -> str:
    """The network before and after it is pruned, as a sentence."""
    before, after = ("-".join(map(str, of)) for of in (measured.widths, measured.pruned_widths))
    done = f" After training: {measured.recipe.title}." if measured.recipe.steps else ""
    return (
        f"Its network {before} with {count(measured.connections)} connections is {after} with "
        f"{count(measured.pruned_connections)} once it is pruned.{done}"
    )


def rows(timings: Sequence[Timing]) -> list[tuple[str, str, str, str]]:
    """A row for each executor: its title, the median time, the speed, and its quartiles."""
    return [
        (
            EXECUTORS[one.executor].title,
            time_text(one.seconds),
            times_text(one.speedup),
            f"{times_text(one.speedup_low)} to {times_text(one.speedup_high)}",
        )
        for one in timings
    ]


def advice(measured: Measurement, batch: int, threads: int) -> str:
    """Which form to take in one setting, and what pruning brings, in one sentence or two."""
    choice = choose(compared(measured, batch, threads))
    taken, faster = choice.taken, faster_dense(measured, batch, threads)
    dense = "dense PyTorch"
    if faster:
        dense += f" with {counted(faster.threads, 'thread')}"
    if taken.executor == DENSE:
        return f"Take {dense}: no other form is faster beyond noise, so pruning brings no speed."
    text = (
        f"Take {EXECUTORS[taken.executor].title}: {time_text(taken.seconds)}, "
        f"{times_text(taken.speedup)} as fast as {dense}."
    )
    return f"{text} {_of_pruning(choice)}"


def slow_dense(measured: Measurement, batch: int, threads: int) -> list[str]:
    """A sentence if dense PyTorch is slower in a setting than with fewer threads; none if not."""
    faster = faster_dense(measured, batch, threads)
    if faster is None:
        return []
    slow = next(one for one in measured.of(batch, threads) if one.executor == DENSE)
    fewer = counted(faster.threads, "thread")
    return [
        f"For {images_text(batch)}, dense PyTorch takes {time_text(slow.seconds)} with "
        f"{counted(threads, 'thread')}, but {time_text(faster.seconds)} with {fewer}. Threads wait "
        "for each other if other programs use the cores, or if a call is short. So the speeds with "
        f"{counted(threads, 'thread')} are against dense PyTorch with {fewer}, and are uncertain."
    ]


def _of_pruning(choice: Choice) -> str:
    """How much of the speed comes from pruning, and how much from the program."""
    unpruned, pruned = choice.unpruned, choice.pruned
    if pruned is None:
        return "No form of the pruned network was measured."
    title = EXECUTORS[unpruned.executor].title
    if not choice.pruning_pays:
        return (
            f"Pruning brings no speed beyond noise: without it, {title} takes "
            f"{time_text(unpruned.seconds)}, and the fastest pruned form takes "
            f"{time_text(pruned.seconds)}."
        )
    if unpruned.executor == DENSE:
        return "All of it comes from pruning."
    return (
        f"Without pruning, the fastest program is {title}, {time_text(unpruned.seconds)}: pruning "
        f"makes it {times_text(unpruned.seconds / pruned.seconds)} as fast."
    )


def where_sparse_wins(measured: Measurement) -> str:
    """In which settings it is faster to leave out closed connections than to compute them."""
    if not measured.pruned_connections:
        return "No connection is left to compute."
    verdicts = {one: choose(measured.of(*one)).sparse_wins for one in measured.settings}
    kept = percent(measured.pruned_connections / measured.connections)
    text = (
        "There are two ways to compute the pruned network: as smaller matrices, in which closed "
        f"connections are zeros, or from its open connections alone, which are {kept} of all. The "
        "second way is faster than all matrices"
    )
    if len({*verdicts.values()}) == 1:
        return f"{text} in {'every' if all(verdicts.values()) else 'no'} measured case."
    faster, slower = (
        joined(_cases([one for one, wins in verdicts.items() if wins is w])) for w in (True, False)
    )
    return f"{text} for {faster}, but not for {slower}."


def _cases(settings: Sequence[tuple[int, int]]) -> list[str]:
    """[(32, 1), (32, 2)] -> ["batches of 32 on 1 and 2 threads"]."""
    by_batch: dict[int, list[int]] = {}
    for batch, threads in settings:
        by_batch.setdefault(batch, []).append(threads)
    return [
        f"{images_text(batch)} on {joined(map(str, threads))} "
        f"{'thread' if threads == [1] else 'threads'}"
        for batch, threads in by_batch.items()
    ]


def circumstances(measured: Measurement) -> list[str]:
    """How it was measured, in a few sentences."""
    return [
        f"Times are those of a call, {rounds(measured)} in which all "
        f"executors take turns of {plain(1000 * measured.seconds_a_turn)} ms or more. “Against "
        "dense” is the time of dense PyTorch in the same round over that of the executor, also as "
        "a median; half of the rounds lie within the range beside it.",
        f"All logits were checked on {counted(measured.images, 'test image')} first: they differ "
        f"by at most {max(measured.differences.values()):.1e} of the largest logit, and "
        f"{measured.tolerance:g} is accepted.",
        *disturbance(measured),
    ]


def disturbance(measured: Measurement) -> list[str]:
    """A sentence if other processes disturbed the times; none if not, or if it is not known."""
    busy, cores = measured.other_work, measured.hardware.get("cores")
    if busy is None or busy < _DISTURBING:
        return []
    of = f" of {cores}" if cores else ""
    return [
        f"Other processes kept {fixed(busy, 1)}{of} cores busy meanwhile, so the times are "
        "uncertain. Measure again when they have ended."
    ]


def excluded(measured: Measurement) -> list[str]:
    """Which executors were not timed, and why."""
    return [
        f"{EXECUTORS[name].title} was not timed. {reason}"
        for name, reason in measured.excluded.items()
    ]


def _three_digits(value: float) -> str:
    return fixed(value, max(0, 2 - len(str(int(value))) + 1))
