"""Clusters of several processes of this machine, which end with their block."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

_END_SECONDS = 120.0


@contextmanager
def dask_cluster(workers: int) -> Iterator[Any]:
    """Give a `distributed.LocalCluster` with so many workers.

    Raises:
        ImportError: Dask is not installed.
    """
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


@contextmanager
def ray_cluster(workers: int) -> Iterator[int]:
    """Give the id of a process that has started a cluster, of which all others are below it.

    Within the block, "auto" is this cluster, and no other one of this machine.

    Raises:
        ImportError: Ray is not installed.
        RuntimeError: it did not start.
    """
    import ray  # noqa: F401

    start = [
        Path(sys.executable).with_name("ray"),
        *("start", "--head", "--block", f"--num-cpus={workers}", "--port=0"),
        *("--include-dashboard=false", "--disable-usage-stats"),
    ]
    # Names of sockets are too long in most folders. Ray clears up after its end as well.
    with (
        tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as place,
        _environment("RAY_TMPDIR", place),
        # With Ray's own, which is 15, workers hardly run beside other programs.
        _environment("RAY_worker_niceness", "0"),
        subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as one,
    ):
        assert one.stdout
        if not any("Ray runtime started" in line for line in one.stdout):
            raise RuntimeError("The Ray cluster did not start.")
        everything = psutil.Process(one.pid).children(recursive=True)
        try:
            yield one.pid
        finally:
            one.terminate()
            for left in psutil.wait_procs(everything, timeout=_END_SECONDS)[1]:
                left.kill()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set a variable of the environment within the block."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
