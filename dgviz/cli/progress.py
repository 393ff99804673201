"""Progress on stderr: a bar in a terminal; of a run otherwise a line for each epoch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

from dgviz.formatting import ratio

if TYPE_CHECKING:
    from dgviz.training.snapshot import Snapshot


@contextmanager
def progress(first: Snapshot) -> Iterator[Callable[[Snapshot], None]]:
    """Give a function that is called with every snapshot after `first`."""
    if not sys.stderr.isatty():
        yield _print_epoch
        return
    steps = first.epochs * first.steps_per_epoch
    with tqdm(total=steps, initial=first.step, unit="step", dynamic_ncols=True) as bar:

        def show(snapshot: Snapshot) -> None:
            if snapshot.metrics:
                bar.set_description(_as_text(snapshot), refresh=False)
            bar.update()

        yield show


@contextmanager
def teacher_progress() -> Iterator[Callable[[int | None, int], None]]:
    """Give a function that is called with the finished epochs of a teacher and their number.

    With None instead of the former, another process trains it.
    """
    bar: tqdm | None = None
    with ExitStack() as opened:

        def show(epoch: int | None, epochs: int) -> None:
            nonlocal bar
            if epoch is None:
                write_line("Another process trains the teacher for this seed: waiting for it.")
            elif not epoch:
                write_line("A teacher is trained first, once for each seed.")
            if not sys.stderr.isatty():
                what = "in another process" if epoch is None else f"epoch {epoch}/{epochs}"
                print(f"teacher: {what}", file=sys.stderr, flush=True)
                return
            if epoch is None:
                return
            if bar is None:
                bar = tqdm(desc="teacher", total=epochs, unit="epoch", dynamic_ncols=True)
                opened.enter_context(bar)
            bar.update(epoch - bar.n)

        yield show


@contextmanager
def share_bar(what: str) -> Iterator[Callable[[float], None]]:
    """Give a function that shows which share of a work is done, in [0, 1], if stderr is a terminal.

    Args:
        what: the work, as in "testing".
    """
    with tqdm(
        total=1.0,
        desc=what,
        bar_format="{desc} {percentage:3.0f}%|{bar}| {remaining} left",
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield lambda done: bar.update(done - bar.n)


def write_line(sentence: str) -> None:
    """Write a line to stderr, above the bar if there is one."""
    tqdm.write(sentence, file=sys.stderr)


def _print_epoch(snapshot: Snapshot) -> None:
    if snapshot.step % snapshot.steps_per_epoch == 0:
        print(_as_text(snapshot), file=sys.stderr, flush=True)


def _as_text(snapshot: Snapshot) -> str:
    assert snapshot.metrics is not None
    metrics = snapshot.metrics
    # With routes, every connection is always active.
    routed = bool(snapshot.method.routes)
    part = f"{metrics.macs:,} MACs an image" if routed else f"r {ratio(metrics.active_ratio)}"
    epoch = -(-snapshot.step // snapshot.steps_per_epoch)
    return (
        f"epoch {epoch}/{snapshot.epochs}: test accuracy {snapshot.evaluation.test_accuracy:.2%}, "
        f"{part}"
    )
