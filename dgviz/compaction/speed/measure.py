"""Measure how long executors take for a compact network. Imports torch: for workers, commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import torch

from dgviz.compaction.check import logits
from dgviz.compaction.executors.executor import DENSE, EXECUTORS, Executor, Images, Logits
from dgviz.compaction.exports.formats import INSTALL
from dgviz.compaction.exports.writer import Images as ImageBytes
from dgviz.compaction.network import Floats
from dgviz.compaction.result import Compaction
from dgviz.compaction.speed.checking import TOLERANCE, WrongLogits, check
from dgviz.compaction.speed.measurement import MOST_TIMES, Measurement, Timing
from dgviz.compaction.speed.other_work import OtherWork
from dgviz.compaction.speed.timing import timings, turns
from dgviz.formatting import counted, joined
from dgviz.runs.contents import RunsError
from dgviz.training import machine

BATCHES = (1, 32, 1000)
ROUNDS = 15
SECONDS_A_TURN = 0.02

_LIBRARIES = ("numpy", "numba", "scipy", "onnxruntime")
_LONGEST_PROBLEM = 300


def default_threads() -> tuple[int, ...]:
    """One thread, and all that PyTorch uses by itself, if these are more."""
    return tuple(dict.fromkeys([1, torch.get_num_threads()]))


def check_settings(
    images: int,
    batches: Sequence[int] = BATCHES,
    threads: Sequence[int] = (),
    executors: Collection[str] = EXECUTORS,
) -> None:
    """Check what is to be measured, before the network is made, which may take minutes.

    Args:
        images: number of test images.
        batches, threads, executors: see `measure_network`.

    Raises:
        RunsError: a batch is too large, or a measurement would have more than `MOST_TIMES` times.
    """
    if max(batches) > images:
        raise RunsError(
            f"A batch has at most {images:,} images, which is all test images, "
            f"not {max(batches):,}."
        )
    counts = threads or default_threads()
    times = len(executors) * len(batches) * len(counts)
    if times > MOST_TIMES:
        raise RunsError(
            f"A measurement has at most {MOST_TIMES:,} times. "
            f"{counted(len(executors), 'program')} with {counted(len(batches), 'batch size')} and "
            f"{counted(len(counts), 'number')} of threads would have {times:,}."
        )


def measure_network(
    made: Compaction,
    pixels: ImageBytes,
    report: Callable[[float], None] = lambda done: None,
    *,
    batches: Sequence[int] = BATCHES,
    threads: Sequence[int] = (),
    rounds: int = ROUNDS,
    seconds: float = SECONDS_A_TURN,
    executors: Mapping[str, Executor] = EXECUTORS,
) -> Measurement:
    """Check each executor on all test images, and time those whose logits are right.

    Args:
        made: the network, before and after it is compacted.
        pixels: the test images, (n, inputs).
        report: called with the finished part of the work, in [0, 1].
        batches: images a call, at most as many as there are test images; no size twice.
        threads: the numbers of threads, none twice; empty for `default_threads`.
        rounds, seconds: see `timing.turns`.
        executors: those to measure, dense PyTorch among them.

    Raises:
        RunsError: see `check_settings`, or dense PyTorch does not compute the network's logits.
    """
    check_settings(len(pixels), batches, threads, executors)
    created, other_work = datetime.now(UTC), OtherWork()
    images: Images = np.divide(pixels, 255, dtype=np.float32)
    cut = {n: [images[i : i + n] for i in range(0, len(images), n)] for n in batches}
    threads_before = torch.get_num_threads()
    counts = threads or default_threads()
    progress = _Progress(report, len(executors) * len(counts) * len(batches) * (rounds + 2))
    expected = logits(made.gated, pixels, np.float64)
    ready: dict[str, dict[int, Logits]] = {}
    differences, excluded = {}, {}
    try:
        for name, executor in executors.items():
            try:
                ready[name], differences[name] = _prepared(executor, made, counts, cut, expected)
            except WrongLogits as problem:
                excluded[name] = str(problem)
            progress.step(len(counts) * len(batches))
        progress.skip(len(excluded) * len(counts) * len(batches) * (rounds + 1))
        if DENSE not in ready:
            raise RunsError(f"Dense PyTorch does not compute this network. {excluded[DENSE]}")
        found: list[Timing] = []
        for count in counts:
            torch.set_num_threads(count)
            for n, some in cut.items():
                # The last one has fewer images, unless all have the same number.
                whole = some[: len(images) // n]
                times = turns(
                    {name: of[count] for name, of in ready.items()},
                    whole,
                    rounds,
                    seconds,
                    progress.step,
                )
                found += timings(times, n, count)
    finally:
        torch.set_num_threads(threads_before)
    return Measurement(
        run=made.run,
        step=made.step,
        recipe=made.recipe,
        created=created,
        widths=made.gated.widths,
        pruned_widths=made.network.widths,
        connections=sum(layer.weight.size for layer in made.gated.layers),
        pruned_connections=made.network.connections,
        images=len(images),
        tolerance=TOLERANCE,
        differences=differences,
        excluded=excluded,
        rounds=rounds,
        seconds_a_turn=seconds,
        timings=tuple(found),
        hardware=machine.hardware("cpu", max(counts)),
        versions={**machine.versions(), **_libraries()},
        other_work=other_work.cores(),
    )


class _Progress:
    """Counts pieces of work that take about as long as a turn."""

    def __init__(self, report: Callable[[float], None], work: int) -> None:
        self._report, self._work, self._done = report, work, 0

    def step(self, pieces: int = 1) -> None:
        self._done += pieces
        self._report(self._done / self._work)

    def skip(self, pieces: int) -> None:
        """Take off work that need not be done."""
        self._work -= pieces


def _prepared(
    executor: Executor,
    made: Compaction,
    counts: Sequence[int],
    cut: Mapping[int, Sequence[Images]],
    expected: Floats,
) -> tuple[dict[int, Logits], float]:
    """An executor for each number of threads, and its largest difference in all settings.

    Raises:
        WrongLogits: it cannot be timed; the message says why.
    """
    if executor.missing:
        raise WrongLogits(f"It needs {joined(executor.missing)}. To install it: {INSTALL}")
    ready, differences = {}, []
    try:
        for count in counts:
            torch.set_num_threads(count)
            ready[count] = executor.prepare(made.gated, made.network, count)
            # With more threads only large batches are computed in another way.
            sizes = cut if count == counts[0] else {max(cut)}
            differences += [check(ready[count], cut[n], expected) for n in sizes]
    except WrongLogits:
        raise
    except Exception as problem:
        # Whatever a library raises for a network that it cannot compute.
        text = f"It fails with {type(problem).__name__}: {problem}"
        raise WrongLogits(text[:_LONGEST_PROBLEM]) from problem
    return ready, max(differences)


def _libraries() -> dict[str, str]:
    """The versions of the libraries that executors use, if they are installed."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
