"""The knob moves of a run: those that were made, and those that are still to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Move = tuple[int, str, float]
"""After how many steps which knob is set to what."""


def moves(card: Mapping[str, Any], log: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Every move of a run in order of the steps, with those that a resumed run has yet to repeat.

    Args:
        card: says from which step the newest sitting goes on, and what was planned for it then.
        log: the log's entries, those beyond that step included.
    """
    sittings = card.get("sessions", [])
    begun = sittings[-1].get("from_step", 0) if sittings else 0
    planned: list[Move] = [(step, knob, to) for step, knob, to in card.get("planned", [])]
    made: list[Move] = [(e["step"], e["knob"], e["to"]) for e in log if e["kind"] == "knob"]
    # Whoever sets a knob calls off what was still planned for it; the log has an entry for that
    # even where the value stays as it was.
    called_off = {move[1] for move in made if move[0] >= begun and move not in planned}
    ahead = [move for move in planned if move not in made and move[1] not in called_off]
    return sorted(made + ahead)
