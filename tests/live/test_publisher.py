"""The times at which snapshots of a run are published."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dgviz.data.split import Splits
from dgviz.live import publisher
from dgviz.settings import Settings
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot


class FakeOutbox:
    """An outbox that records its content."""

    def __init__(self) -> None:
        self.channels: list[str] = []
        self.log: list[dict[str, Any]] = []

    def show(self, channel: str, content: Any) -> None:
        self.channels.append(channel)

    def report(self, kind: str, content: Any) -> None:
        self.log += content


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(publisher, "time", clock)
    # Processor time does not depend on this clock, and a slow machine must publish as well.
    monkeypatch.setattr(publisher, "_SAVED_SECONDS", 1e9)
    return clock


@pytest.fixture
def log_point(tiny: Splits) -> Snapshot:
    return next(train(Settings(epochs=1, hidden=4, batch_size=10, device="cpu"), tiny))


@pytest.fixture
def published_at(clock: Clock, log_point: Snapshot) -> Callable[[float, Snapshot], bool]:
    """A function: whether a snapshot is published when offered so long after the first one."""
    outbox = FakeOutbox()
    publishing = publisher.Publisher(outbox)  # type: ignore[arg-type]
    publishing.begin(log_point)

    def offer(seconds: float, snapshot: Snapshot) -> bool:
        clock.now = seconds
        before = outbox.channels.count("gates")
        publishing.offer(snapshot)
        return outbox.channels.count("gates") > before

    return offer


def test_a_snapshot_is_published_at_the_log_point_beside_it(
    published_at: Callable[[float, Snapshot], bool], log_point: Snapshot
) -> None:
    between = replace(log_point, metrics=None)
    assert not published_at(0.06, log_point)
    assert not published_at(0.09, between)
    assert published_at(0.09, log_point)
    # The next one is due at .19: it waits for a log point, but not long.
    assert not published_at(0.23, between)
    assert published_at(0.23, log_point)
    assert published_at(0.39, between)


def test_the_log_has_every_point_once_whether_published_or_not(
    clock: Clock, log_point: Snapshot
) -> None:
    outbox = FakeOutbox()
    publishing = publisher.Publisher(outbox)  # type: ignore[arg-type]
    publishing.begin(log_point)
    publishing.offer(log_point)
    publishing.offer(replace(log_point, metrics=None))
    assert [entry["kind"] for entry in outbox.log] == ["metrics", "metrics"]
    assert outbox.channels.count("gates") == 1
