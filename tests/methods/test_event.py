"""Events of a method: their names and texts, their log entries, and their number."""

from typing import Any

import pytest
from short_runs import quick

from dgviz.data.split import Splits
from dgviz.methods.event import Event
from dgviz.runs.log import as_lines, log_of
from dgviz.settings import Settings
from dgviz.training import loop
from dgviz.training.snapshot import log_entries


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pruned", "x"),
        ("", "x"),
        ("a" * 41, "x"),
        ("pruned 2", "x"),
        ("pruned", ""),
        ("pruned", "r < 0.05"),
        ("pruned", "a\nb"),
        ("pruned", "\u202egnp"),
        ("pruned", "x" * 201),
    ],
)
def test_an_event_that_a_log_would_not_accept_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="cannot be logged"):
        Event(name, text)


def test_log_entries_of_unknown_kinds_stay_in_the_log() -> None:
    entries: list[dict[str, Any]] = [
        {"kind": "event", "step": 3, "epoch": 0.1, "name": "re-grown", "text": "τ → 0.5: 3 %"},
        {"kind": "something_else", "step": 4, "epoch": 0.2, "more": [1, 2]},
    ]
    log = log_of(as_lines(entries))
    assert log.problems == () and log.content == as_lines(entries)
    assert log.entries == [entries[0], {"kind": "something_else", "step": 4, "epoch": 0.2}]


def test_the_number_of_logged_events_is_bounded_also_after_a_resume(
    tiny: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "MOST_LOGGED", 5)
    settings = Settings.from_dict(
        {"method": "magnitude", "device": "cpu", "batch_size": 3, "epochs": 2, **quick("magnitude")}
    )

    def logged(snapshots: Any) -> list[Any]:
        return [entry for s in snapshots for entry in log_entries(s) if entry["kind"] == "event"]

    whole = logged(loop.train(settings, tiny))
    assert [entry["name"] for entry in whole] == ["pruned"] * 4 + ["log full"]
    snapshots = loop.train(settings, tiny)
    stop = next(s for s in snapshots if s.step == whole[2]["step"])
    assert logged(loop.train(settings, tiny, checkpoint=stop.checkpoint())) == whole[3:]
