"""Train the trials of a sweep in processes: of this machine, of a Dask or of a Ray cluster."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import joblib
import psutil  # type: ignore[import-untyped]
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from dgviz.settings import ACCELERATORS, Settings
from dgviz.sweeps import on_dask, on_ray
from dgviz.sweeps.engine import Engine, with_joblib
from dgviz.sweeps.folder import SweepFolder, is_done
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.task import Report, keep, train_away, train_here
from dgviz.sweeps.together import groups

BACKENDS = ("loky", "dask", "ray")
"""The processes of this machine, and those of two kinds of clusters."""

_LOOK_SECONDS = 1.0
"""Between two looks at trials that other processes train."""


def connected(
    backend: str = "loky", *, jobs: int = 1, address: str = ""
) -> AbstractContextManager[Engine]:
    """A block within which a backend trains; it connects to the cluster when it begins.

    When it ends, the workers of this machine are ended.

    Args:
        backend: one of `BACKENDS`.
        jobs: trials at once on this machine; a cluster trains as many as it has workers for.
        address: of the cluster: of the scheduler of Dask, such as "tcp://10.0.0.1:8786"; of the
            head of Ray, such as "10.0.0.1:6379", or of its Ray Client, such as
            "ray://10.0.0.1:10001". Without one, Ray's is the one in RAY_ADDRESS, or otherwise the
            cluster that this machine belongs to.

    Raises:
        BackendError: the backend is not installed, or the cluster cannot be used.
    """
    if backend == "loky":
        return _loky(jobs)
    return (on_dask if backend == "dask" else on_ray).cluster(address)


def train_all(
    sweep: SweepFolder,
    trials: Sequence[Settings],
    engine: Engine,
    *,
    shared: bool = True,
    everything: bool = False,
    halving: bool = False,
) -> Generator[Report, None, None]:
    """Train trials, several at once; a report for each, in the order in which they end.

    Trials that are done are not repeated. Those that are faster together (`together.groups`) are
    trained together, but for trials that keep everything or may be stopped early. What was trained
    before the generator is closed is kept.

    Several processes may train the same trials: they share them. One that another process trains is
    waited for, and trained here if that process ends without a result. Workers that do not see the
    folder share none: what they return is written when no other process trains that trial.

    Args:
        trials: their settings, in the order in which to begin them.
        engine: what trains, within its block (`connected`).
        shared: whether the workers see the folder of the sweep. Otherwise each returns the files
            of its trial, and this process writes them.
        everything: whether each trial keeps its checkpoint and all snapshots.
        halving: whether trials are stopped early that are behind others; needs a shared folder.

    Raises:
        BackendError: the cluster was lost.
    """
    waiting = {trial_id(settings): settings for settings in trials}
    elsewhere: dict[str, Settings] = {}
    returned: dict[str, bytes] = {}
    while waiting or elsewhere:
        looked = time.monotonic()
        with contextlib.closing(
            _train(
                sweep,
                waiting,
                returned,
                engine,
                shared=shared,
                everything=everything,
                halving=halving,
            )
        ) as reports:
            for report in reports:
                if report.outcome == "elsewhere":
                    elsewhere[report.trial] = waiting[report.trial]
                else:
                    yield report
                if time.monotonic() - looked >= _LOOK_SECONDS:
                    yield from _ended_elsewhere(sweep, elsewhere, returned, halving=halving)
                    looked = time.monotonic()
        yield from (Report(name, "elsewhere") for name in elsewhere)
        are_taken = True
        while elsewhere and are_taken:
            are_taken = all(map(sweep.is_in_training, elsewhere))
            # Once more when one is free: the workers of a command that was killed end within a
            # second, and claims on another machine may not be seen here.
            time.sleep(_LOOK_SECONDS)
            yield from _ended_elsewhere(sweep, elsewhere, returned, halving=halving)
        waiting = {name: elsewhere.pop(name) for name in [*elsewhere] if name not in returned}
        yield from (Report(name, "again") for name in waiting)


def _ended_elsewhere(
    sweep: SweepFolder, trials: dict[str, Settings], returned: dict[str, bytes], *, halving: bool
) -> Iterator[Report]:
    """Remove those trials that are done now, or can be written; a report for each.

    Args:
        returned: as in `_train`.
    """
    for name in [*trials]:
        result = sweep.result(name)
        if result and is_done(result, halving=halving):
            report = Report(name, "done", is_own=False)
        elif name in returned:
            report = keep(sweep.path, Report(name, "done"), returned[name])
        else:
            continue
        if report.outcome != "elsewhere":
            del trials[name]
            returned.pop(name, None)
            yield report


def _train(
    sweep: SweepFolder,
    trials: Mapping[str, Settings],
    returned: dict[str, bytes],
    engine: Engine,
    *,
    shared: bool,
    everything: bool,
    halving: bool,
) -> Generator[Report, None, None]:
    """Train trials that no other process trains, as `train_all`; a report for each.

    Args:
        returned: gets the files of each trial that a worker has returned, but that another process
            trains in the folder.
    """
    work = train_here if shared else train_away
    waiting = dict(trials)
    suspects: list[list[str]] = []
    while waiting:
        suspected = bool(suspects)
        if suspected:
            chosen = [suspects.pop(0)]
        elif everything or halving:
            chosen = [[name] for name in waiting]
        else:
            device = next(iter(waiting.values())).device
            accelerator = on_accelerator(device, here=engine.here)
            chosen = groups(waiting, accelerator=accelerator, jobs=engine.workers)
        tasks = [
            (str(sweep.path), [waiting[name].as_dict() for name in names], everything, halving)
            for names in chosen
        ]
        try:
            with contextlib.closing(engine.train(work, tasks)) as ended:
                for report, files in itertools.chain.from_iterable(ended):
                    kept = report if files is None else keep(sweep.path, report, files)
                    if files is not None and kept.outcome == "elsewhere":
                        returned[report.trial] = files
                    del waiting[report.trial]
                    yield kept
        except engine.lost:
            # All trials in training are lost with a worker. Each group is tried by itself, and
            # then each trial of it, to find the one that ends its worker.
            left = [[name for name in names if name in waiting] for names in chosen]
            left = [names for names in left if names]
            if not suspected:
                suspects = left[: engine.workers]
            elif left and len(left[0]) > 1:
                suspects[:0] = [[name] for name in left[0]]
            elif left:
                [name] = left[0]
                del waiting[name]
                yield Report(name, "failed", "Its process was lost, twice.")


def on_accelerator(device: str, *, here: bool) -> bool:
    """Whether trials with this device are trained on an accelerator.

    Args:
        here: whether they are trained on this machine. What another one has is not known, so
            "auto" counts as a processor there.
    """
    if device == "auto" and here:
        from dgviz.training.device import resolve_device

        device = resolve_device(device).type
    return device in ACCELERATORS


@contextlib.contextmanager
def _loky(jobs: int) -> Iterator[Engine]:
    try:
        # A worker's own libraries use one thread: many threads for few cores are very slow.
        with joblib.parallel_config(
            "loky",
            n_jobs=jobs,
            inner_max_num_threads=1,
            initializer=end_with,
            initargs=(os.getpid(),),
        ):
            yield Engine(with_joblib, jobs, (BrokenProcessPool,), here=True)
    finally:
        # The one that joblib has used, whatever its arguments were.
        get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def end_with(parent: int) -> None:
    """Let this process end soon after another one, which may have been killed.

    One that was killed exists, as a zombie, until its own parent has asked how it ended.
    """
    process = psutil.Process(parent)

    def watch() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                # There is no event to wait for: this is no child of ours.
                time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
