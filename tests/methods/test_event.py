"""What may be logged of a method, and how much."""

from typing import Any

import pytest
from quick_settings import quick

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
def test_what_a_log_would_not_keep_is_refused_where_it_is_made(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="cannot be logged"):
        Event(name, text)


def test_an_event_of_later_kinds_of_methods_is_kept() -> None:
    entries: list[dict[str, Any]] = [
        {"kind": "event", "step": 3, "epoch": 0.1, "name": "re-grown", "text": "τ → 0.5: 3 %"},
        {"kind": "something_else", "step": 4, "epoch": 0.2, "more": [1, 2]},
    ]
    log = log_of(as_lines(entries))
    assert log.problems == () and log.content == as_lines(entries)
    assert log.entries == [entries[0], {"kind": "something_else", "step": 4, "epoch": 0.2}]


def test_a_run_logs_so_many_events_at_most_also_when_it_is_resumed(
    tiny: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "MOST_LOGGED", 5)
    settings = Settings.from_dict(
        {"method": "magnitude", "device": "cpu", "batch_size": 3, "epochs": 2, **quick("magnitude")}
    )

    def logged(snapshots: Any) -> list[Any]:
        return [entry for s in snapshots for entry in log_entries(s) if entry["kind"] == "event"]

    whole = logged(loop.train(settings, tiny))
    assert len(whole) == 5
    snapshots = loop.train(settings, tiny)
    stop = next(s for s in snapshots if s.step == whole[2]["step"])
    assert logged(loop.train(settings, tiny, checkpoint=stop.checkpoint())) == whole[3:]
