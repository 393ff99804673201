"""Train the trials of a sweep in processes: of this machine, of a Dask or of a Ray cluster."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import joblib
import psutil  # type: ignore[import-untyped]
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from dgviz.formatting import counted, joined
from dgviz.settings import Settings
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.task import Report, Returned, Task, Work, keep, train_away, train_here
from dgviz.sweeps.together import groups

BACKENDS = ("loky", "dask", "ray")
"""The processes of this machine, and those of two kinds of clusters."""

_CONNECT_SECONDS = 10
_ANSWER_SECONDS = 30
"""Workers that train answer late."""

_MOST_LOSSES = 3
"""So often Ray begins a trial again whose worker was lost."""


class BackendError(Exception):
    """A backend cannot be used, or has failed; the message is one sentence."""


class _Backend(NamedTuple):
    """What trains.

    Attributes:
        train: does all tasks, in any order.
        lost: the error that it raises for lost workers.
        workers: how many tasks it does at once.
    """

    train: Callable[[Work, Sequence[Task]], Generator[Returned, None, None]]
    lost: type[BaseException]
    workers: int


def train_all(
    sweep: SweepFolder,
    trials: Sequence[Settings],
    *,
    jobs: int,
    backend: str = "loky",
    address: str = "",
    shared: bool = True,
    everything: bool = False,
    halving: bool = False,
) -> Generator[Report, None, None]:
    """Train trials, several at once; a report for each, in the order in which they end.

    Trials that are done are not repeated. Those that are faster together (`together.groups`) are
    trained together, but for trials that keep everything or may be stopped early. Closing the
    generator ends the workers of this machine; what they have trained is kept.

    Args:
        trials: their settings, in the order in which to begin them.
        jobs: how many at once on this machine; a cluster trains as many as it has workers for.
        backend: one of `BACKENDS`.
        address: of the scheduler of a Dask cluster, such as "tcp://10.0.0.1:8786". With Ray, the
            cluster is the one that this machine belongs to.
        shared: whether the workers see the folder of the sweep. Otherwise each returns the files
            of its trial, and this process writes them.
        everything: whether each trial keeps its checkpoint and all snapshots.
        halving: whether trials are stopped early that are behind others; needs a shared folder.

    Raises:
        BackendError: it is not installed, or the cluster cannot be reached.
    """
    if halving and not shared:
        raise BackendError("To stop trials early, all workers must see the folder of the sweep.")
    work = train_here if shared else train_away
    waiting = {trial_id(settings): settings for settings in trials}
    suspects: list[list[str]] = []
    with _CONNECT[backend](address, jobs) as (train, lost, workers):
        while waiting:
            suspected = bool(suspects)
            if suspected:
                chosen = [suspects.pop(0)]
            elif everything or halving:
                chosen = [[name] for name in waiting]
            else:
                accelerator = _on_accelerator(trials[0].device, here=backend == "loky")
                chosen = groups(waiting, accelerator=accelerator, jobs=workers)
            tasks = [
                (str(sweep.path), [waiting[name].as_dict() for name in names], everything, halving)
                for names in chosen
            ]
            try:
                with contextlib.closing(train(work, tasks)) as ended:
                    for report, files in itertools.chain.from_iterable(ended):
                        kept = report if files is None else keep(sweep.path, report, files)
                        del waiting[report.trial]
                        yield kept
            except lost:
                # All trials in training are lost with a worker. Each group is tried by itself, and
                # then each trial of it, to find the one that ends its worker.
                left = [[name for name in names if name in waiting] for names in chosen]
                left = [names for names in left if names]
                if not suspected:
                    suspects = left[:workers]
                elif left and len(left[0]) > 1:
                    suspects[:0] = [[name] for name in left[0]]
                elif left:
                    [name] = left[0]
                    del waiting[name]
                    yield Report(name, "failed", "Its process was lost, twice.")


def _on_accelerator(device: str, *, here: bool) -> bool:
    """Whether trials with this device are trained on an accelerator.

    Args:
        here: whether they are trained on this machine. What another one has is not known, so
            "auto" counts as a processor there.
    """
    if device == "auto" and here:
        from dgviz.training.device import resolve_device

        device = resolve_device(device).type
    return device in ("cuda", "mps")


@contextlib.contextmanager
def _loky(address: str, jobs: int) -> Iterator[_Backend]:
    try:
        # A worker's own libraries use one thread: many threads for few cores are very slow.
        with joblib.parallel_config(
            "loky",
            n_jobs=jobs,
            inner_max_num_threads=1,
            initializer=_end_with,
            initargs=(os.getpid(),),
        ):
            yield _Backend(_with_joblib, BrokenProcessPool, jobs)
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _end_with(parent: int) -> None:
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


@contextlib.contextmanager
def _dask(address: str, jobs: int) -> Iterator[_Backend]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise BackendError(_not_installed("dask")) from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as problem:
        raise BackendError(f"There is no Dask scheduler at {address}: {problem}.") from problem
    try:
        with client:
            _check_dask(client, address)
            with joblib.parallel_config("dask", n_jobs=-1, pure=False):
                yield _Backend(_with_joblib, KilledWorker, max(1, sum(client.ncores().values())))
    except OSError as problem:
        raise BackendError(f"The Dask scheduler at {address} was lost: {problem}.") from problem


def _check_dask(client: Any, address: str) -> None:
    """Check that the cluster has workers, and that all of it can import dgviz.

    A scheduler that cannot would never answer.

    Raises:
        BackendError: it cannot, or it does not answer.
    """
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except TimeoutError as problem:
        raise BackendError(f"The Dask cluster at {address} has no workers.") from problem

    # Dask sends a function within another one as its code, and others as the names of their
    # modules, which cannot be imported where dgviz is missing.
    def missing(module: str) -> str:
        import importlib

        try:
            importlib.import_module(module)
        except ImportError as problem:
            return str(problem)
        return ""

    async def ask() -> tuple[str, dict[str, str]]:
        return await asyncio.gather(
            client.run_on_scheduler(missing, __name__), client.run(missing, __name__)
        )

    try:
        of_scheduler, of_workers = client.sync(ask, callback_timeout=_ANSWER_SECONDS)
    except TimeoutError as problem:
        raise BackendError(f"The Dask cluster at {address} does not answer.") from problem
    reasons = [reason for reason in (of_scheduler, *of_workers.values()) if reason]
    if not reasons:
        return
    lacking = sum(map(bool, of_workers.values()))
    parts = ["The scheduler"] if of_scheduler else []
    if lacking:
        parts.append(f"{lacking} of {counted(len(of_workers), 'worker')}")
    raise BackendError(
        f"{joined(parts)} of the Dask cluster at {address} cannot import dgviz ({reasons[0]}): "
        "install it there, or name the folder of a clone in PYTHONPATH when you start it."
    )


def _with_joblib(work: Work, tasks: Sequence[Task]) -> Generator[Returned, None, None]:
    parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
    ended: Generator[Returned, None, None] = parallel(
        itertools.starmap(joblib.delayed(work), tasks)
    )
    try:
        # Not `yield from`, which would close the other one before the warnings are off.
        for returned in ended:  # noqa: UP028
            yield returned
    finally:
        with warnings.catch_warnings():
            # That tasks were cancelled, which is wanted here.
            warnings.simplefilter("ignore", UserWarning)
            ended.close()


@contextlib.contextmanager
def _ray(address: str, jobs: int) -> Iterator[_Backend]:
    try:
        import ray
    except ImportError:
        raise BackendError(_not_installed("ray")) from None
    try:
        # With token authentication, Ray's default, a cluster takes no client that gives an address.
        ray.init("auto", log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError) as problem:
        raise BackendError(f"There is no Ray cluster on this machine: {problem}.") from problem
    try:
        yield _Backend(_with_ray, ray.exceptions.RaySystemError, _ray_workers())
    finally:
        ray.shutdown()


def _ray_workers() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _with_ray(work: Work, tasks: Sequence[Task]) -> Generator[Returned, None, None]:
    """Not through joblib: Ray's backend of joblib returns no trial before all are done."""
    import ray

    remote = ray.remote(num_cpus=1, max_retries=_MOST_LOSSES)(work)
    most = 2 * _ray_workers()
    left = deque(tasks)
    pending: dict[Any, Task] = {}
    while left or pending:
        while left and len(pending) < most:
            task = left.popleft()
            pending[remote.remote(*task)] = task
        for ended in ray.wait(list(pending))[0]:
            folder, trials, everything, halving = pending.pop(ended)
            try:
                yield ray.get(ended)
            except (ray.exceptions.WorkerCrashedError, ray.exceptions.RayTaskError) as problem:
                if len(trials) > 1:
                    # To find the one that ends its worker.
                    left.extend((folder, [one], everything, halving) for one in trials)
                    continue
                reason = f"Its process was lost ({type(problem).__name__})."
                name = trial_id(Settings.from_dict(trials[0]))
                yield [(Report(name, "failed", reason), None)]


_CONNECT: dict[str, Callable[[str, int], AbstractContextManager[_Backend]]] = {
    "loky": _loky,
    "dask": _dask,
    "ray": _ray,
}
"""For each backend a block within which it can be used."""


def _not_installed(backend: str) -> str:
    return f"{backend} is not installed; this installs it: pip install dgviz[{backend}]"
