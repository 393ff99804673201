"""The events of a run summed up by name: how often each happened, and the last one."""

from __future__ import annotations

from typing import Any, NamedTuple

from dgviz.runs.record import Record

_MOST_LISTED = 20


class EventSummary(NamedTuple):
    """All events with one name: "pruned", "76 times", the last one's sentence and epoch "37.50"."""

    name: str
    often: str
    last: str
    epoch: str


def event_summaries(record: Record) -> tuple[list[EventSummary], str]:
    """The events by name, in order of their first, and a sentence if some names are left out."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for entry in record.events():
        by_name.setdefault(entry["name"], []).append(entry)
    summaries = [
        EventSummary(
            name,
            f"{len(own):,} times" if len(own) > 1 else "once",
            own[-1]["text"],
            f"{own[-1]['epoch']:.2f}",
        )
        for name, own in list(by_name.items())[:_MOST_LISTED]
    ]
    more = len(by_name) - len(summaries)
    if not more:
        return summaries, ""
    kinds = "kind of event is" if more == 1 else "kinds of events are"
    return summaries, f"{more:,} more {kinds} in metrics.jsonl of the exported run."
