"""Entry point of a task's process. The server imports this module too, so it imports no torch."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dgviz.compaction.exports.formats import FORMATS, ExportError
from dgviz.data.catalogue import DataError
from dgviz.runs.contents import RunsError
from dgviz.settings import SettingsError
from dgviz.sweeps.engine import BackendError

if TYPE_CHECKING:
    from dgviz.compaction.exports.export import Export
    from dgviz.compaction.recipe import Recipe
    from dgviz.compaction.result import Compaction
    from dgviz.compaction.speed.measurement import Measurement
    from dgviz.compaction.speed.ratio_sweep import RatioSweep
    from dgviz.compaction.tau_curve import TauCurve
    from dgviz.sweeps.cost import Paces, Speed
    from dgviz.sweeps.grid import Grid

_CLEAN_UP_SECONDS = 1.0

Work = Callable[..., Any]
"""Called with a function that reports the share that is done, and with the task's arguments."""


def run_task(connection: Connection, work: Work, *arguments: Any) -> None:
    """Do the work and send its progress, then ("done", result) or ("failed", reason)."""
    # Ctrl-C in the terminal ends the server, and that ends this process as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # As an exception, so that temporary files are deleted.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    threading.Thread(target=_exit_without_server, args=(connection,), daemon=True).start()
    try:
        result = work(lambda done: connection.send(("progress", done)), *arguments)
    except (BackendError, DataError, ExportError, RunsError, SettingsError) as problem:
        connection.send(("failed", str(problem)))
    except (ImportError, MemoryError) as problem:
        connection.send(("failed", f"It could not be done: {problem or 'out of memory'}."))
    except BrokenPipeError:
        # The server has ended.
        return
    except Exception as unexpected:
        with contextlib.suppress(OSError):
            traceback.print_exc(file=sys.stderr)
        name = type(unexpected).__name__
        connection.send(("failed", f"It ended unexpectedly: {name}: {unexpected}"))
    else:
        connection.send(("done", result))


def examine(report: Callable[[float], None], folder: Path, baseline: Path | None) -> Any:
    """Run the faithfulness test of a run; see `dgviz.runs.faithfulness.examination`."""
    from dgviz.runs.faithfulness import examination

    return examination.examine(folder, baseline, report)


def compact(report: Callable[[float], None], folder: Path, recipe: Recipe) -> Compaction:
    """Compact the network of a run; see `dgviz.compaction.recorded.compact_run`."""
    from dgviz.compaction.recorded import compact_run

    return compact_run(folder, recipe, report)


def compact_with_curve(
    report: Callable[[float], None], folder: Path, recipe: Recipe
) -> tuple[Compaction, TauCurve]:
    """Compact the network of a checkpoint and measure it at many thresholds, reading it once."""
    from dgviz.compaction.recorded import compact_opened, open_run
    from dgviz.compaction.recorded_curve import curve_of

    opened = open_run(folder, recipe)
    made = compact_opened(opened, opened.in_short(recipe), lambda done: report(done / 2))
    return made, curve_of(opened, lambda done: report((1 + done) / 2))


def measure_tau_curve(report: Callable[[float], None], folder: Path) -> TauCurve:
    """Measure a run's network at many thresholds; see `dgviz.compaction.recorded_curve`."""
    from dgviz.compaction.recorded_curve import tau_curve

    return tau_curve(folder, report)


def measure_speed(report: Callable[[float], None], dataset: str, made: Compaction) -> Measurement:
    """Measure which form of a network is fastest; see `dgviz.compaction.speed.measure`.

    Args:
        dataset: the name of the run's data set.
    """
    from dgviz.compaction.speed.measure import measure_network
    from dgviz.data.sets import load

    return measure_network(made, load(dataset).test_images.numpy(), report)


def measure_ratios(report: Callable[[float], None], folder: Path) -> RatioSweep:
    """Time a run's network at several ratios; see `dgviz.compaction.speed.measure_ratios`."""
    from dgviz.compaction.speed.measure_ratios import measure_ratios as measure

    return measure(folder, report)


def measure_paces(
    report: Callable[[float], None], grid: Grid, speeds: Sequence[Speed], jobs: int, halving: bool
) -> Paces:
    """Measure how long an epoch of a sweep's trials takes; see `dgviz.sweeps.pace.measure`.

    Args:
        halving: whether the trials may be stopped early: they are trained alone then.
    """
    from dgviz.sweeps.pace import measure

    # A daemon must not start processes. The server ends this one, and these end with it.
    multiprocessing.current_process().daemon = False
    return measure(grid, speeds, jobs=jobs, alone=halving, report=report)


def export(report: Callable[[float], None], folder: Path, made: Compaction, format: str) -> Export:
    """Export a compacted run; see `dgviz.compaction.exports.export`.

    Args:
        folder: the folder of the run.
        format: a name in `FORMATS`.
    """
    from dgviz.compaction.exports.export import export as write
    from dgviz.data.sets import load
    from dgviz.runs.record import Record

    record = Record(folder)
    if record.settings is None:
        raise RunsError(" ".join(record.problems))
    images = load(record.settings.dataset).test_images.numpy()
    return write(record, made, FORMATS[format], images)


def import_run(
    report: Callable[[float], None], root: Path, quota_bytes: int, zipped: bytes
) -> tuple[str, tuple[str, ...]]:
    """Import a zip into the runs directory `root`; see `dgviz.runs.archive.import_zip`.

    Returns:
        The run's id, and a sentence for each part of the zip that was left out.
    """
    from dgviz.runs.archive import import_zip
    from dgviz.runs.store import Store

    record, left_out = import_zip(Store(root, quota_bytes), zipped)
    return record.id, left_out


def _exit_without_server(connection: Connection) -> None:
    """Exit when the server ends, which closes the pipe; it never sends anything."""
    try:
        connection.recv()
    except (EOFError, OSError):
        # The main thread is stopped first, as by the server.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_CLEAN_UP_SECONDS)
        os._exit(1)
