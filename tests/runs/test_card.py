"""A card is read field by field: invalid fields are listed and left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import write_run

from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.card import MOST_SESSIONS, Card, Git, Session
from dgviz.runs.card_fields import card_of
from dgviz.runs.contents import Unreadable
from dgviz.runs.files import as_json
from dgviz.runs.layout import CARD
from dgviz.runs.record import Record
from dgviz.runs.store import Store
from dgviz.training import machine

HALF = "\ud83d"


def test_a_card_has_room_for_the_largest_number_of_sessions() -> None:
    """Sessions as this machine writes them stay within the size in docs/runs.md."""
    now = datetime.now(UTC)
    session = Session(
        started=now,
        ended=now,
        seconds=12345.678901234567,
        from_step=10**6,
        hardware=machine.hardware("cpu", threads=1),
        versions=machine.versions(),
        git=Git("a" * 40, dirty=True),
    )
    card = Card(phase="stopped", sessions=(session,) * MOST_SESSIONS)
    written = as_json(card.as_json())
    assert len(written) < 500 * 2**10
    read, problems = card_of(json.loads(written), CARD)
    assert problems == () and len(read.sessions) == MOST_SESSIONS


SESSION = {"started": "2026-03-01T05:06:07.000+00:00", "seconds": 1.0, "from_step": 0}


def session(**fields: Any) -> dict[str, Any]:
    return {"sessions": [SESSION | fields]}


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "the last year": (
        {"created": "9999-12-31T23:59:59+00:00"},
        "'created' must be a date in the years 1970 to 2999",
    ),
    "the first year": ({"created": "0001-01-01T00:00:00+14:00"}, "'created' must be a date"),
    "no date": ({"created": 7}, "'created' must be a date"),
    "a date without end": ({"created": "2026" * 10**5}, "'created' must be a date"),
    "no id": ({"id": "../../etc"}, "'id' must be a run's id"),
    "a parent that is no run": ({"parent": "<script>"}, "'parent' must be a run's id"),
    "a long reason": (
        {"reason": "\n- # <b>" * 1000},
        "'reason' must be text of at most 2,000 characters",
    ),
    "half a character": ({"reason": HALF}, "'reason' must hold whole characters only"),
    "a mark that mirrors the line": (
        {"reason": "abc \u202e evil txt.exe"},
        "'reason' must hold no mark that changes the direction of the text around it",
    ),
    "steps below 0": ({"step": -1}, "'step' must be a whole number from 0 to 2^53 − 1"),
    "half a step": ({"steps_per_epoch": 0.5}, "'steps_per_epoch' must be a whole number"),
    "an epoch beyond counting": ({"epoch": 1e299}, "'epoch' must be a number from 0 to 2^53 − 1"),
    "an accuracy above 1": (
        {"figures": {"test_accuracy": 1e299}},
        "'figures.test_accuracy' must be a number from 0 to 1",
    ),
    "a figure that is text": ({"figures": {"macs": "1"}}, "'figures.macs' must be a number"),
    "a figure without a name": (
        {"figures": {"a" * 10_000: 1}},
        f"'figures.{'a' * 52}…' must be text of at most 60 characters",
    ),
    "no figures": ({"figures": [1]}, "'figures' must be an object"),
    "no list of moves": ({"planned": {}}, "'planned' must be a list"),
    "a move to an impossible value": (
        {"planned": [[1, "tau", 7]]},
        "'planned.0' must have a value that its setting accepts",
    ),
    "a move of what cannot move": ({"planned": [[1, "seed", 7]]}, "'planned.0' must be a step"),
    "a session that is none": ({"sessions": [3]}, "'sessions.0' must be an object"),
    "a session of all ages": (session(seconds=1e299), "'sessions.0.seconds' must be a number"),
    "a session in the last year": (session(ended="9999-12-31"), "'sessions.0.ended' must be a"),
    "a machine": (session(hardware="big"), "'sessions.0.hardware' must be an object"),
    "half a character of a machine": (
        session(hardware={"cpu": HALF}),
        "'sessions.0.hardware.cpu' must hold whole characters only",
    ),
    "a version in half a character": (
        session(versions={HALF: "1"}),
        r"'sessions.0.versions.\ud83d' must hold whole characters only",
    ),
    "many versions": (
        session(versions={f"v{i}": "1" for i in range(1000)}),
        "'sessions.0.versions' has more than 20 entries, and the others are left out",
    ),
    "a commit that is a picture": (
        session(git={"commit": "![](//z.io)", "dirty": False}),
        "'sessions.0.git.commit' must be 7 to 40 hexadecimal digits",
    ),
    "a state that is a word": (
        session(git={"commit": "0" * 40, "dirty": "yes"}),
        "'sessions.0.git.dirty' must be true or false",
    ),
    "a large unknown field": ({"later": ["ä"] * 1000}, "'later' must have at most 4 KB"),
    "a deeply nested unknown field": ({"later": [[[[[[[[[[0]]]]]]]]]]}, "'later' must hold finite"),
}


@pytest.mark.parametrize(("changes", "message"), INVALID.values(), ids=INVALID)
def test_an_invalid_field_is_listed_and_the_others_are_kept(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    folder = write_run(tmp_path, card=changes)
    record = Record(folder)
    (problem,) = record.problems
    assert problem.startswith(f"card.json: {message}") and problem.endswith("left out.")
    assert len(problem) < 200 and problem.encode()
    assert record.damage() == (problem,)
    (name,) = changes
    whole = Record(write_run(tmp_path, "e" * 12)).card
    assert record.card is not None and whole is not None
    for other in Card.__dataclass_fields__.keys() - {name, "id"}:
        assert getattr(record.card, other) == getattr(whole, other), other


def test_the_valid_fields_of_a_card_are_exported_and_imported(tmp_path: Path) -> None:
    changes = {"created": "9999-12-31", **session(hardware={"cpu": HALF, "cores": 2})}
    before = Record(write_run(tmp_path / "there", card=changes))
    exported = export_zip(before)
    assert exported.left_out == before.problems and len(before.problems) == 2
    after, left_out = import_zip(Store(tmp_path / "here"), exported.content)
    assert (after.card, left_out, after.problems) == (before.card, (), ())
    (only,) = after.sessions
    assert only.hardware == {"cores": 2} and only.started


def test_some_of_many_invalid_fields_are_listed_and_the_others_are_counted(tmp_path: Path) -> None:
    sessions = [{"seconds": -1.0, "from_step": "x"}] * 500
    record = Record(write_run(tmp_path, card={"sessions": sessions}))
    *listed, more = record.problems
    assert len(listed) == 8 and "992 more fields" in more
    assert len(record.sessions) == 500 and record.seconds == 0.0


def test_only_the_newest_of_too_many_sessions_are_used(tmp_path: Path) -> None:
    sessions = [SESSION | {"from_step": i} for i in range(MOST_SESSIONS + 7)]
    record = Record(write_run(tmp_path, card={"sessions": sessions}))
    assert record.problems == (
        "card.json: 'sessions' has more than 1,000 entries, and only the newest 1,000 are used.",
    )
    assert [one.from_step for one in record.sessions] == list(range(7, MOST_SESSIONS + 7))


def test_invalid_sessions_are_left_out(tmp_path: Path) -> None:
    record = Record(write_run(tmp_path, card={"sessions": [None, SESSION, 3]}))
    assert len(record.sessions) == 1
    assert record.problems == tuple(
        f"card.json: 'sessions.{i}' must be an object, and is left out." for i in (0, 2)
    )


def test_only_the_first_of_many_unknown_fields_are_kept(tmp_path: Path) -> None:
    later = {f"later{i}": i for i in range(30)} | {"unknown": "kept by this name"}
    record = Record(write_run(tmp_path, card=later))
    assert record.problems == (
        "card.json has more than 20 fields of another version, and the others are left out.",
    )
    assert record.card and len(record.card.unknown) == 20


@pytest.mark.parametrize("content", [{}, {"phase": "winning"}, {"phase": ["finished"]}])
def test_a_card_without_a_phase_is_unreadable(content: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match=r"it is not a run's card\."):
        card_of(content, CARD)


def test_fields_that_are_not_known_are_no_problem() -> None:
    nothing = dict.fromkeys(Card.__dataclass_fields__.keys() - {"phase", "unknown"})
    assert card_of({"phase": "stopped", **nothing}, CARD) == (Card(phase="stopped"), ())


def test_unknown_fields_of_a_card_are_written_unchanged(tmp_path: Path) -> None:
    later = {"energy": {"joules": [1, 2.5]}, "note": None, "host": "here", "unknown": [1]}
    folder = write_run(tmp_path, card={**later, **session(git={"commit": "0" * 40})})
    record = Record(folder)
    assert record.problems == () and record.card and record.card.unknown == later
    assert record.sessions[0].git == Git("0" * 40)
    given = json.loads((folder / CARD).read_bytes())
    written = record.card.as_json()
    assert {name: written[name] for name in later} == later
    assert json.dumps(written, allow_nan=False) and given.keys() <= written.keys()
