"""The knob moves of a run: those that were made, and those that are still to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dgviz.runs.card import Card, Move


def moves(card: Card | None, log: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Every move of a run in order of the steps, with those that a resumed run has yet to repeat.

    Args:
        card: says from which step the newest session goes on, and what was planned for it then.
        log: the log's entries, those beyond that step included.
    """
    entries = _of_knobs(log)
    return sorted([*map(_move, entries), *ahead(card, entries)])


def ahead(card: Card | None, log: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Those of them that a resumed run has yet to repeat."""
    if card is None:
        return []
    entries = _of_knobs(log)
    begun = (card.sessions[-1].from_step or 0) if card.sessions else 0
    # Said by the entry itself: a hand may set what was planned, when it was planned.
    called_off = {e["knob"] for e in entries if e["step"] >= begun and e.get("calls_off")}
    made = {_move(entry) for entry in entries}
    return [move for move in card.planned if move not in made and move[1] not in called_off]


def _of_knobs(log: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for entry in log if entry["kind"] == "knob"]


def _move(entry: Mapping[str, Any]) -> Move:
    return entry["step"], entry["knob"], entry["to"]
