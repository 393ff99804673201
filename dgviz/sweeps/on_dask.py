"""Train the trials of a sweep on a Dask cluster."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import joblib

from dgviz.formatting import counted, joined
from dgviz.sweeps.engine import (
    BackendError,
    Engine,
    importing,
    not_importable,
    not_installed,
    task_failed,
    with_joblib,
)
from dgviz.sweeps.task import Returned, Task, Work

if TYPE_CHECKING:
    from distributed import Client, WorkerPlugin
    from joblib._dask import DaskDistributedBackend

_CONNECT_SECONDS = 10
_ANSWER_SECONDS = 30
"""Workers that train answer late."""

_ABLE = "dgviz"
"""The resource of workers that can import dgviz. Each trial needs one, so no others get trials."""


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """Connect to the cluster with this scheduler, such as "tcp://10.0.0.1:8786".

    Raises:
        BackendError: Dask is not installed, the cluster cannot be reached, or it lacks dgviz.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise not_installed("dask") from None

    def train(work: Work, tasks: Sequence[Task]) -> Generator[Returned, None, None]:
        try:
            yield from with_joblib(work, tasks)
        except OSError as problem:
            raise BackendError(f"The Dask scheduler at {address} was lost: {problem}.") from problem
        except KilledWorker:
            raise
        except Exception as problem:
            who = f"A worker of the Dask cluster at {address}"
            raise BackendError(task_failed(who, problem)) from problem

    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as problem:
        raise BackendError(f"There is no Dask scheduler at {address}: {problem}.") from problem
    with client:
        _check(client, address)
        client.register_plugin(_resource(importing(__name__)), name=_ABLE)
        backend = _backend(client=client, pure=False, resources={_ABLE: 1})
        with joblib.parallel_config(backend, n_jobs=-1):
            yield Engine(train, max(1, sum(client.ncores().values())), (KilledWorker,))


def _backend(client: Client, **options: Any) -> DaskDistributedBackend:
    """joblib's backend for the cluster, which trains in its workers however many there are."""
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):
        def effective_n_jobs(self, n_jobs: int) -> int:
            # With 1, joblib would train in this process; with 0, it would not wait for workers that
            # have left to come back.
            return max(2, sum(client.ncores().values()))

    return Backend(client=client, **options)


def _check(client: Any, address: str) -> None:
    """Check that the cluster has workers, and that all of it can import dgviz.

    A scheduler that cannot would never answer.

    Raises:
        BackendError: it cannot, or it does not answer.
    """
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except TimeoutError as problem:
        raise BackendError(f"The Dask cluster at {address} has no workers.") from problem
    missing = importing(__name__)

    async def ask() -> tuple[str, dict[str, str]]:
        return await asyncio.gather(client.run_on_scheduler(missing), client.run(missing))

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
    raise not_importable(f"{joined(parts)} of the Dask cluster at {address}", reasons[0])


def _resource(missing: Callable[[], str]) -> WorkerPlugin:
    """A plugin that gives the resource to workers that can import dgviz, also to later ones.

    It stays when the sweep has ended, because another sweep may need it.
    """
    from distributed import WorkerPlugin

    # Within a function, so that it is sent as its code.
    class Resource(WorkerPlugin):
        async def setup(self, worker: Any) -> None:
            from distributed import Status

            if reason := missing():
                import logging

                logging.getLogger("distributed.worker").warning(
                    "This worker gets no trials, because it cannot import dgviz: %s", reason
                )
            else:
                await worker.set_resources(**{able: worker.state.nthreads})
                if worker.status == Status.running:
                    # Else the scheduler would not look for trials that wait for a worker.
                    worker.status = Status.paused
                    worker.status = Status.running

    able = _ABLE
    return Resource()
