"""Read a card: each field has bounds, and invalid fields are listed and left out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dgviz.runs.card import (
    LONGEST_REASON,
    MOST_EXTENSIONS,
    MOST_MOVES,
    MOST_SESSIONS,
    PHASES,
    Card,
    Extension,
    Git,
    Move,
    Session,
    SystemInfo,
)
from dgviz.runs.checks import (
    Check,
    InvalidValue,
    an_object,
    anything,
    boolean,
    counted,
    date,
    loss,
    matching,
    share,
    text,
    whole,
)
from dgviz.runs.contents import RUN_ID, Unreadable
from dgviz.runs.fields import Fields
from dgviz.runs.files import as_json
from dgviz.runs.layout import CARD, LARGEST_TEXT
from dgviz.settings import KNOBS, SettingsError

_MOST_FIGURES = 100
MOST_SYSTEM_VALUES = 20
_LONGEST_VALUE = 200
_MOST_UNKNOWN = 20
_LARGEST_UNKNOWN = 4096
_LARGEST_WRITTEN = LARGEST_TEXT[CARD] * 3 // 4
"""Bytes of a card that is written again: a resume adds a session and planned moves."""

_ALWAYS_FIT = 3
"""Number of sessions that fit into any card; most runs have no more."""


def card_of(content: Mapping[str, Any], file: str) -> tuple[Card, tuple[str, ...]]:
    """Read a card, and describe each field that is left out in one sentence.

    Raises:
        Unreadable: the phase is missing or unknown; no card is usable without it.
    """
    if content.get("phase") not in PHASES:
        raise Unreadable("it is not a run's card.")
    fields = Fields(file)
    card = Card(
        format=fields.get(content, "format", whole, 1),
        id=fields.get(content, "id", _run_id, None),
        parent=fields.get(content, "parent", _run_id, None),
        created=fields.get(content, "created", date, None),
        phase=content["phase"],
        reason=fields.get(content, "reason", text(LONGEST_REASON), ""),
        step=fields.get(content, "step", whole, 0),
        epoch=fields.get(content, "epoch", counted, 0.0),
        steps_per_epoch=fields.get(content, "steps_per_epoch", whole, 0),
        epochs=fields.get(content, "epochs", whole, 0),
        figures=_figures(content, fields),
        planned=_planned(content, fields),
        extended=_extended(content, fields),
        sessions=_sessions(content, fields),
        unknown=fields.entries(
            {name: value for name, value in content.items() if name not in _KNOWN},
            lambda name: _unknown,
            _MOST_UNKNOWN,
        ),
    )
    # Evaluate `_writable` first: it may add to the problems.
    return _writable(card, fields), fields.problems


def _writable(card: Card, fields: Fields) -> Card:
    """The card with as many of its newest sessions as fit into the file.

    Written by dgviz, a card can be larger than the file that it was read from.
    """
    kept = card.sessions
    while (
        len(kept) > _ALWAYS_FIT
        and len(as_json(replace(card, sessions=kept).as_json())) > _LARGEST_WRITTEN
    ):
        kept = kept[(len(kept) + 1) // 2 :]
    if len(kept) < len(card.sessions):
        fields.report(
            "sessions", f"takes too much space, and only the newest {len(kept):,} are used"
        )
    return replace(card, sessions=kept)


_KNOWN = Card.__dataclass_fields__.keys() - {"unknown"}

_value_text = text(_LONGEST_VALUE)
_run_id = matching(RUN_ID, "must be a run's id, which has 12 hexadecimal digits")
_commit = matching(re.compile("[0-9a-f]{7,40}"), "must be 7 to 40 hexadecimal digits")


def _unknown(value: object) -> Any:
    """Keep a short field that a later version of dgviz added."""
    if len(json.dumps(anything(value), ensure_ascii=False).encode()) > _LARGEST_UNKNOWN:
        raise InvalidValue(f"must have at most {_LARGEST_UNKNOWN // 2**10} KB")
    return value


def _figure(name: str) -> Check[float]:
    """The check for the figure with this name."""
    if name.endswith(("accuracy", "ratio")):
        return share
    return loss if name.endswith("loss") else counted


def system_value(value: object) -> str | float | None:
    """Check one property of a machine or of its software."""
    if value is None:
        return None
    return _value_text(value) if isinstance(value, str) else counted(value)


def _move(value: object) -> Move:
    match value:
        case [step, str() as name, to] if name in KNOBS and KNOBS[name].live:
            try:
                return whole(step), name, KNOBS[name].check(to)
            except SettingsError as problem:
                raise InvalidValue("must have a value that its setting accepts") from problem
    raise InvalidValue("must be a step, a setting that can change during training, and its value")


def _figures(content: Mapping[str, Any], fields: Fields) -> Mapping[str, float | None]:
    given = fields.inner(content, "figures")
    return fields.entries(given, _figure, _MOST_FIGURES, "figures.")


def _planned(content: Mapping[str, Any], fields: Fields) -> tuple[Move, ...]:
    return tuple(move for _, move in fields.items(content, "planned", _move, MOST_MOVES))


def _extension(value: object) -> Extension:
    match value:
        case [step, epochs]:
            return whole(step), whole(epochs)
    raise InvalidValue("must be a step and a number of epochs")


def _extended(content: Mapping[str, Any], fields: Fields) -> tuple[Extension, ...]:
    items = fields.items(content, "extended", _extension, MOST_EXTENSIONS)
    return tuple(extension for _, extension in items)


def _sessions(content: Mapping[str, Any], fields: Fields) -> tuple[Session, ...]:
    items = fields.items(content, "sessions", an_object, MOST_SESSIONS)
    return tuple(_session(session, fields, f"{place}.") for place, session in items)


def _session(content: Mapping[str, Any], fields: Fields, at: str) -> Session:
    def info(name: str) -> SystemInfo:
        given = fields.inner(content, name, at)
        return fields.entries(given, lambda name: system_value, MOST_SYSTEM_VALUES, f"{at}{name}.")

    return Session(
        started=fields.get(content, "started", date, None, at),
        ended=fields.get(content, "ended", date, None, at),
        seconds=fields.get(content, "seconds", counted, 0.0, at),
        from_step=fields.get(content, "from_step", whole, None, at),
        hardware=info("hardware"),
        versions=info("versions"),
        git=_git(fields.inner(content, "git", at), fields, f"{at}git."),
    )


def _git(content: Mapping[str, Any], fields: Fields, at: str) -> Git | None:
    commit = fields.get(content, "commit", _commit, None, at)
    dirty = fields.get(content, "dirty", boolean, None, at)
    return Git(commit, dirty) if commit else None
