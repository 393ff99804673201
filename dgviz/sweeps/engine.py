"""What a backend of a sweep offers, and what is common to several of them."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dgviz.sweeps.task import Returned, Task, Work


class BackendError(Exception):
    """A backend cannot be used, or has failed; the message is one sentence."""


class Engine(NamedTuple):
    """What trains.

    Attributes:
        train: does all tasks, in any order.
        workers: how many tasks it does at once.
        lost: the errors that it raises for lost workers.
        here: whether it trains on this machine.
    """

    train: Callable[[Work, Sequence[Task]], Generator[Returned, None, None]]
    workers: int
    lost: tuple[type[BaseException], ...] = ()
    here: bool = False


def with_joblib(work: Work, tasks: Sequence[Task]) -> Generator[Returned, None, None]:
    """Do the tasks with joblib's present backend."""
    # Here, because the server imports this module.
    import joblib

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


def importing(module: str) -> Callable[[], str]:
    """A function for a machine that may lack dgviz: why a module cannot be imported there.

    It returns "" where it can. Dask and Ray send a function within another one as its code, and
    others as the names of their modules, which cannot be imported where dgviz is missing.
    """

    def missing() -> str:
        import importlib

        try:
            importlib.import_module(module)
        except ImportError as problem:
            return str(problem)
        return ""

    return missing


def not_importable(who: str, reason: str) -> BackendError:
    """The error that says who cannot import dgviz, and what helps."""
    return BackendError(
        f"{who} cannot import dgviz ({reason}): install it there, or name the folder of a clone in "
        "PYTHONPATH when you start it."
    )


def task_failed(who: str, cause: BaseException) -> str:
    """The sentence for an error of a task itself. A fault of the training is returned instead."""
    return (
        f"{who}, which may have another version of dgviz, failed: {type(cause).__name__}: "
        f"{one_line(cause)}."
    )


def one_line(problem: BaseException) -> str:
    """The message of an error as the end of a sentence."""
    return " ".join(str(problem).split()).rstrip(".")


def not_installed(backend: str) -> BackendError:
    """The error that says which command installs the library of a backend."""
    return BackendError(
        f"{backend} is not installed; this installs it: pip install dgviz[{backend}]"
    )
