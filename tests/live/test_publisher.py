"""When snapshots of a run are published."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dgviz.data.split import Splits
from dgviz.live import publisher
from dgviz.settings import Settings
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot


class Shown:
    """An outbox that keeps what it is given."""

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
    # Of processor time, which is none of this clock's: a slow machine draws as well.
    monkeypatch.setattr(publisher, "_SAVED_SECONDS", 1e9)
    return clock


@pytest.fixture
def log_point(tiny: Splits) -> Snapshot:
    return next(train(Settings(epochs=1, hidden=4, batch_size=10, device="cpu"), tiny))


@pytest.fixture
def drawn_at(clock: Clock, log_point: Snapshot) -> Callable[[float, Snapshot], bool]:
    """Whether a snapshot is drawn so many seconds after the first one was."""
    shown = Shown()
    drawing = publisher.Publisher(shown)  # type: ignore[arg-type]
    drawing.begin(log_point)

    def offer(seconds: float, snapshot: Snapshot) -> bool:
        clock.now = seconds
        before = shown.channels.count("gates")
        drawing.offer(snapshot)
        return shown.channels.count("gates") > before

    return offer


def test_a_snapshot_is_published_at_the_log_point_beside_it(
    drawn_at: Callable[[float, Snapshot], bool], log_point: Snapshot
) -> None:
    between = replace(log_point, metrics=None)
    assert not drawn_at(0.06, log_point)
    assert not drawn_at(0.09, between)
    assert drawn_at(0.09, log_point)
    # The next one is due at .19: it waits for a log point, but not long.
    assert not drawn_at(0.23, between)
    assert drawn_at(0.23, log_point)
    assert drawn_at(0.39, between)


def test_the_log_has_every_point_once_whether_drawn_or_not(
    clock: Clock, log_point: Snapshot
) -> None:
    shown = Shown()
    drawing = publisher.Publisher(shown)  # type: ignore[arg-type]
    drawing.begin(log_point)
    drawing.offer(log_point)
    drawing.offer(replace(log_point, metrics=None))
    assert [entry["kind"] for entry in shown.log] == ["metrics", "metrics"]
    assert shown.channels.count("gates") == 1
