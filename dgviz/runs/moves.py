"""The knob moves of a run: those that were made, and those that a resume will repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dgviz.runs.card import Card, Move


def moves(card: Card | None, log: Iterable[Mapping[str, Any]]) -> list[Move]:
    """All moves of a run in order of the steps, including those that a resume will repeat.

    Args:
        card: has the step at which the newest session began, and the moves planned for it.
        log: the log entries, including those after that step.
    """
    entries = _knob_entries(log)
    return sorted([*map(_move, entries), *remaining_moves(card, entries)])


def remaining_moves(card: Card | None, log: Iterable[Mapping[str, Any]]) -> list[Move]:
    """The planned moves of the newest session that it has not made yet."""
    if card is None:
        return []
    entries = _knob_entries(log)
    begun = (card.sessions[-1].from_step or 0) if card.sessions else 0
    # The entry itself has `calls_off`: the user may set the planned value at the planned step.
    called_off = {e["knob"] for e in entries if e["step"] >= begun and e.get("calls_off")}
    made = {_move(entry) for entry in entries}
    return [move for move in card.planned if move not in made and move[1] not in called_off]


def _knob_entries(log: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for entry in log if entry["kind"] == "knob"]


def _move(entry: Mapping[str, Any]) -> Move:
    return entry["step"], entry["knob"], entry["to"]
