"""Train the trials of a sweep on a Ray cluster."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import re
import socket
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from dgviz.formatting import counted
from dgviz.settings import Settings
from dgviz.sweeps.engine import (
    BackendError,
    Engine,
    importing,
    not_importable,
    not_installed,
    one_line,
    task_failed,
)
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.task import Report, Returned, Task, Work

ADDRESS = re.compile(r"(?:ray://)?(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]+)):(\d{1,5})")
"""HOST:PORT of the head for a machine of the cluster, and ray://HOST:PORT for any other one."""

_CONNECT_SECONDS = 10
_ANSWER_SECONDS = 60
"""A machine begins its first task late, because it starts a process for it."""
_LOOK_SECONDS = 10
"""So often the number of workers is asked for while no trial ends."""

_MOST_LOSSES = 3
"""So often Ray begins a trial again whose worker was lost."""

_TOKEN = (
    "set RAY_AUTH_MODE=token, and have the cluster's token in ~/.ray/auth_token, in a file that "
    "RAY_AUTH_TOKEN_PATH names, or in RAY_AUTH_TOKEN; `ray get-auth-token` prints it on the "
    "machine with the head"
)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """Connect to a cluster.

    Args:
        address: one that `ADDRESS` matches; "" for the one in RAY_ADDRESS, or otherwise for the
            cluster that this machine belongs to.

    Raises:
        BackendError: Ray is not installed, the cluster cannot be reached, or it lacks dgviz.
    """
    try:
        import ray
    except ImportError:
        raise not_installed("ray") from None
    where = _connect(address)
    try:
        _check(where)

        def train(work: Work, tasks: Sequence[Task]) -> Generator[Returned, None, None]:
            try:
                yield from _train(work, tasks, where)
            except (ConnectionError, ray.exceptions.RaySystemError) as problem:
                raise BackendError(f"The {where} was lost: {one_line(problem)}.") from problem

        yield Engine(train, _workers())
    finally:
        ray.shutdown()


def _connect(address: str) -> str:
    """Connect this process to the cluster; returns which one it is, for sentences.

    Raises:
        BackendError: it cannot.
    """
    import ray

    # Ray tells that it has found several clusters, of which it uses the last one, or a token.
    logging.getLogger("ray").setLevel(logging.ERROR)
    found, origin = (address, "") if address else _of_this_machine()
    _reach(found, origin)
    where, is_client = f"Ray cluster at {found}", found.startswith("ray://")
    try:
        with warnings.catch_warnings():
            # About what is raised as well.
            warnings.simplefilter("ignore", UserWarning)
            _use_token(found)
            ray.init(address or "auto", log_to_driver=False, logging_level=logging.ERROR)
    except (
        ConnectionError,
        ValueError,
        RuntimeError,
        ray.exceptions.AuthenticationError,
    ) as problem:
        reasons = f"{problem!r} {problem.__cause__!r}"
        if "AuthenticationError" in reasons:
            said = f"The {where} asks for a token: {_TOKEN}."
        elif "No node info found" in reasons:
            said = (
                f"This machine does not belong to the {where}: give the address of its Ray Client, "
                "such as --address ray://HOST:10001."
            )
        elif is_client and isinstance(problem, ConnectionError):
            # Ray Client does not tell the one from the other.
            said = f"There is no Ray Client at {found}, or the cluster asks for a token: {_TOKEN}."
        else:
            said = f"The {where} cannot be used: {one_line(problem)}."
        raise BackendError(said) from problem
    return where


def _of_this_machine() -> tuple[str, str]:
    """The address that Ray uses where none is given, and where it is from.

    Raises:
        BackendError: there is none.
    """
    from ray._private import services

    # Clusters may have begun or ended since it looked for their processes.
    services.find_gcs_addresses.cache_clear()  # type: ignore[attr-defined]
    try:
        address = services.get_ray_address_from_environment("auto", None)
    except ConnectionError as problem:
        raise BackendError(f"There is no Ray cluster on this machine: {one_line(problem)}.") from (
            problem
        )
    # Ray keeps the address of a cluster that was killed.
    origin = "from RAY_ADDRESS" if os.environ.get("RAY_ADDRESS") else "the last one of this machine"
    if not ADDRESS.fullmatch(address):
        raise BackendError(
            "The address of a Ray cluster must be HOST:PORT or ray://HOST:PORT; it was "
            f"{address[:60]!r} ({origin})."
        )
    return address, f" ({origin})"


def _reach(address: str, origin: str) -> None:
    """Check that a program listens at the address: Ray waits for minutes where none does.

    Args:
        origin: where the address is from, as in `_of_this_machine`.

    Raises:
        BackendError: none does, or Ray lacks its client.
    """
    if address.startswith("ray://") and find_spec("grpc") is None:
        raise BackendError(
            'Ray Client is not installed; this installs it: pip install "ray[client]"'
        )
    found = ADDRESS.fullmatch(address)
    assert found
    try:
        with socket.create_connection((found[1] or found[2], int(found[3])), _CONNECT_SECONDS):
            pass
    except (OSError, OverflowError) as problem:
        raise BackendError(f"There is no Ray cluster at {address}{origin}: {problem}.") from problem


def _use_token(address: str) -> None:
    """Use the token of this machine, if it has one, for a cluster that it belongs to.

    `ray start --head` and "auto" do so unless RAY_AUTH_MODE is set; with an address, Ray does not.
    No other cluster is sent the token. One that asks for none takes it.

    Raises:
        ValueError: Ray does not take the address.
        AuthenticationError: the file that RAY_AUTH_TOKEN_PATH names has no token.
    """
    from ray._private import services
    from ray._private.authentication import authentication_token_setup as setup

    if address.startswith("ray://"):
        return
    services.find_gcs_addresses.cache_clear()  # type: ignore[attr-defined]
    if services.canonicalize_bootstrap_address(address) in services.find_gcs_addresses():
        setup.maybe_enable_token_auth_if_token_available(warn_if_disabled=False)


def _workers() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _machines() -> dict[str, str]:
    """The addresses of the machines that train, by their ids."""
    import ray

    return {
        node["NodeID"]: node["NodeManagerAddress"]
        for node in ray.nodes()
        if node["Alive"] and node["Resources"].get("CPU")
    }


def _check(where: str) -> None:
    """Check that all machines of the cluster can import dgviz.

    Raises:
        BackendError: one cannot, or does not answer.
    """
    import ray

    machines = _machines()
    asked = ray.remote(num_cpus=0)(importing(__name__))
    answers = [asked.options(label_selector={_ID: one}).remote() for one in machines]
    try:
        reasons = [reason for reason in ray.get(answers, timeout=_ANSWER_SECONDS) if reason]
    except ray.exceptions.RayError as problem:
        raise BackendError(f"The {where} does not answer.") from problem
    if reasons:
        raise _not_importable(len(reasons), len(machines), where, reasons[0])


def _not_importable(lacking: int, machines: int, where: str, reason: str) -> BackendError:
    """The error for so many of the machines of a cluster, which cannot import dgviz."""
    return not_importable(f"{lacking} of {counted(machines, 'machine')} of the {where}", reason)


_ID = "ray.io/node-id"
"""The label that each machine of a cluster has with its id."""


def _train(work: Work, tasks: Sequence[Task], where: str) -> Generator[Returned, None, None]:
    """Not through joblib: Ray's backend of joblib returns no trial before all are done."""
    import ray

    remote = ray.remote(num_cpus=1, max_retries=_MOST_LOSSES)(_where_it_can(work))
    lacking: set[str] = set()
    note = ""
    left = deque(tasks)
    pending: dict[Any, Task] = {}
    while left or pending:
        # Machines may have joined.
        most = 2 * _workers()
        while left and len(pending) < most:
            task = left.popleft()
            others = {_ID: f"!in({','.join(lacking)})"} if lacking else None
            pending[remote.options(name="dgviz", label_selector=others).remote(*task)] = task
        for ended in ray.wait(list(pending), timeout=_LOOK_SECONDS)[0]:
            folder, trials, everything, halving = task = pending.pop(ended)
            try:
                machine, missing, content = ray.get(ended)
            except ray.exceptions.RaySystemError:
                raise
            except ray.exceptions.RayError as problem:
                if len(trials) > 1:
                    # To find the one that ends its worker.
                    left.extend((folder, [one], everything, halving) for one in trials)
                    continue
                name = trial_id(Settings.from_dict(trials[0]))
                yield [(Report(name, "failed", _reason(problem)), None)]
                continue
            if not missing:
                (report, files), *others_of_group = pickle.loads(content)
                yield [(report._replace(message=report.message or note), files), *others_of_group]
                note = ""
                continue
            left.append(task)
            machines = _machines()
            if machine not in lacking:
                lacking.add(machine)
                who = machines.get(machine, machine)
                note = (
                    f"The machine {who} trains nothing, because it cannot import dgviz ({missing})."
                )
            if not machines.keys() - lacking:
                raise _not_importable(len(lacking), len(lacking), where, missing)


def _reason(problem: Exception) -> str:
    """Why a task has returned nothing, as a sentence."""
    from ray.exceptions import RayTaskError

    if not isinstance(problem, RayTaskError):
        return f"Its process was lost ({type(problem).__name__})."
    return task_failed("Its worker", problem.cause)


def _where_it_can(work: Work) -> Callable[..., tuple[str, str, bytes]]:
    """The work, for a machine that may lack dgviz. It is sent as its code (see `importing`).

    It returns the id of the machine, why this cannot import dgviz, and what the work returns. This
    is bytes, because the server of Ray Client, which passes it on, may lack dgviz too.
    """
    module, name, why = work.__module__, work.__name__, importing(work.__module__)

    def train(*task: Any) -> tuple[str, str, bytes]:
        import pickle
        import sys

        import ray

        machine = ray.get_runtime_context().get_node_id()
        if missing := why():
            return machine, missing, b""
        return machine, "", pickle.dumps(getattr(sys.modules[module], name)(*task))

    return train
