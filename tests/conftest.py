"""Shared fixtures: the real MNIST, and a data set so small that training takes almost no time."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace

import hypothesis
import pytest
import torch

from dgviz.data import embedded
from dgviz.data.sets import load
from dgviz.data.split import Splits, split
from dgviz.runs.recording import session

# No deadline, because the machine may be busy. Hypothesis's other settings do not change.
hypothesis.settings.register_profile("dgviz", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("dgviz")

# pytest has a process for each core already; more threads would only compete for the cores.
torch.set_num_threads(1)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The number of processes that run the tests."""
    return min(4, (os.cpu_count() or 1) + 2)


_FIRST = ("tests/sweeps/test_backends.py", "tests/test_bench.py")
"""Files that take long and come late by their names: one process would run alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


@pytest.fixture(params=["cpu", *(["cuda"] if torch.cuda.is_available() else [])])
def device(request: pytest.FixtureRequest) -> str:
    """Each device of this machine on which networks are trained together."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def mnist() -> Splits:
    """The real MNIST: 55,000 training, 5,000 validation and 10,000 test images."""
    return split(load("mnist"), validation=5000, seed=0)


@pytest.fixture(scope="session")
def tiny() -> Splits:
    """60 training, 15 validation and 30 test images of 6 pixels in 3 classes.

    Two pixels, which depend on the class, are brighter than the other four; all six are noise.
    """
    generator = torch.Generator().manual_seed(7)
    labels = torch.arange(105) % 3
    images = torch.randint(10, 120, (105, 6), generator=generator)
    for pixel in (0, 1):
        images[torch.arange(105), 2 * labels + pixel] += 120
    images = images.to(torch.uint8)
    return Splits(images[:60], labels[:60], images[60:75], labels[60:75], images[75:], labels[75:])


@pytest.fixture
def train_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Splits], None]:
    """A function that makes the runs of this process train on given images: 6 pixels, 3 classes."""

    def use(data: Splits) -> None:
        known = SimpleNamespace(
            name="mnist",
            image_shape=(1, 2, 3),
            classes=("a", "b", "c"),
            test_images=data.test_images,
            test_labels=data.test_labels,
        )
        monkeypatch.setattr(session, "load", lambda name: known)
        monkeypatch.setattr(session, "split", lambda dataset, validation, seed: data)

    return use


@pytest.fixture
def on_tiny(train_on: Callable[[Splits], None], tiny: Splits) -> None:
    """Runs of this process train on the tiny data."""
    train_on(tiny)


@pytest.fixture(scope="session", autouse=True)
def runs_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests, and the servers and commands that they start, away from the user's own runs."""
    before = os.environ.get("DGVIZ_RUNS")
    os.environ["DGVIZ_RUNS"] = str(tmp_path_factory.mktemp("runs"))
    yield
    del os.environ["DGVIZ_RUNS"]
    if before is not None:
        os.environ["DGVIZ_RUNS"] = before


@pytest.fixture(scope="session", autouse=True)
def mnist_is_unpacked_once() -> Iterator[None]:
    """Runs of this process share the images, which nothing changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "read_mnist", cache(embedded.read_mnist))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """The runs of tests need not survive a power failure, and a sync of the disk takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True)
def torch_as_it_comes() -> Iterator[None]:
    """Reset torch's settings that training changes: Hypothesis refuses to run without denormals."""
    threads = torch.get_num_threads()
    yield
    torch.set_flush_denormal(False)
    torch.set_num_threads(threads)
