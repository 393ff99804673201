"""The share of processor time that may be spent is never exceeded for long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dgviz.data.split import Splits
from dgviz.live import publisher
from dgviz.live.budget import Budget
from dgviz.settings import Settings
from dgviz.training.loop import train


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_in_the_long_run_no_more_is_spent_than_the_share() -> None:
    clock = Clock()
    budget = Budget(0.02, 0.05, clock)
    spent = 0.0
    while clock.seconds < 100:
        clock.seconds += 0.002
        if budget.allows():
            with budget.spending():
                clock.seconds += 0.004
                spent += 0.004
    assert 0.019 < spent / clock.seconds < 0.021


def test_a_saved_budget_can_be_spent_at_once_up_to_its_bound() -> None:
    clock = Clock()
    budget = Budget(0.5, 1.0, clock)
    clock.seconds = 1000.0
    costs = 0
    while budget.allows():
        with budget.spending():
            clock.seconds += 0.25
            costs += 1
    # 1 s was saved, and half of the spent time is added again.
    assert costs == 8


class Spent(Budget):
    def allows(self) -> bool:
        return False


def test_without_a_budget_nothing_is_published_until_the_run_pauses(
    monkeypatch: pytest.MonkeyPatch, tiny: Splits
) -> None:
    monkeypatch.setattr(publisher, "Budget", Spent)
    sent: list[str] = []
    outbox: Any = SimpleNamespace(
        show=lambda channel, _: sent.append(channel), report=lambda kind, _: sent.append(kind)
    )
    drawn = publisher.Publisher(outbox)
    snapshot = next(train(Settings(hidden=4, device="cpu"), tiny))
    drawn.begin(snapshot)
    assert sent == ["log"]
    drawn.show(snapshot)
    assert sent == ["log", "masks", "gates", "progress", "weights"]
