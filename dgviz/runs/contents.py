"""What the files of a run must hold, checked before anything else relies on it."""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeGuard

from dgviz.runs.files import read_file
from dgviz.settings import KNOBS

RUN_ID = re.compile(r"[0-9a-f]{12}")

LARGEST_TEXT = 8 * 2**20
"""Bytes of a text file: 1,000 epochs are 4 MB, as Python objects ten times as much."""

LARGEST_ARRAYS = 512 * 2**20
"""Bytes of a checkpoint or of the facts: that of the largest network allowed takes 160 MB."""

_LARGEST_COUNTABLE = 1e300
"""Sums and products of a few such numbers are still finite."""

_MOST = 2**53
"""Whole numbers up to here are exact in every reader, the browser included."""

_MOST_SESSIONS = 1000
_LONGEST_NAME = 100
_LARGEST_FLOAT = 1.7e308
"""Comparing with it is false for NaN, and works for whole numbers that are no float."""

UNFINISHED = ("stopped", "failed", "interrupted")
"""The phases of a run that has ended and can be resumed."""

ENDED = ("finished", *UNFINISHED)
_WRITTEN_PHASES = ("running", *ENDED)
_WHOLE = {"metrics": ("step", "active_weights", "macs"), "knob": ("step",)}
_NUMBERS = {"metrics": ("epoch", "active_ratio"), "knob": ("epoch", "from", "to")}
_NUMBERS_OR_NULL = (
    "train_loss",
    "train_accuracy",
    "mean_gate_prob",
    "test_accuracy",
    "test_loss",
    "validation_accuracy",
)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


class RunsError(Exception):
    """Something that cannot be done with a run; the message is one sentence for the user."""


class Unreadable(Exception):
    """A file whose content is not what it should be; the message finishes a sentence."""


class Missing(Unreadable):
    """There is no such file."""


def read_log(path: Path) -> list[dict[str, Any]]:
    """The good entries of a log file in order of their steps; those of no file are none."""
    try:
        return log_of(read_file(path, LARGEST_TEXT))[0]
    except OSError:
        return []


def log_of(content: bytes) -> tuple[list[dict[str, Any]], int]:
    """The good entries of a log in order of their steps, and how many lines are damaged.

    A torn last line is what a kill leaves behind, and not counted as damage.
    """
    lines = content.split(b"\n")[:-1]
    entries = _ascending([entry for entry in map(_log_entry, lines) if entry is not None])
    return entries, len(lines) - len(entries)


def as_lines(entries: Iterable[dict[str, Any]]) -> bytes:
    """The content of a log that has these entries."""
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def read_knob_entries(path: Path) -> list[dict[str, Any]]:
    """The entries of kind "knob" of a log, in order.

    Reads no other lines, so that a list of a thousand runs can tell their changes: where steps are
    damaged, an entry may be kept that `read_log` leaves out.
    """
    try:
        content = read_file(path, LARGEST_TEXT)
    except OSError:
        return []
    if b'"knob"' not in content:
        return []
    entries = [_log_entry(line) for line in content.split(b"\n")[:-1] if b'"knob"' in line]
    return _ascending([entry for entry in entries if entry and entry["kind"] == "knob"])


def _ascending(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of the entries as possible with no step before its predecessor's.

    A step that was damaged into another number costs its own entry, whichever way it went.
    """
    # The longest ascending subsequence: of those of each length, the one with the least last step.
    steps: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for i, entry in enumerate(entries):
        length = bisect.bisect_right(steps, entry["step"])
        before.append(lasts[length - 1] if length else -1)
        steps[length : length + 1] = [entry["step"]]
        lasts[length : length + 1] = [i]
    kept = []
    i = lasts[-1] if lasts else -1
    while i >= 0:
        kept.append(entries[i])
        i = before[i]
    return kept[::-1]


def _log_entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or (kind := entry.get("kind")) not in ("metrics", "knob"):
        return None
    good = all(_is_whole(entry.get(name)) for name in _WHOLE[kind]) and all(
        _is_number(entry.get(name)) for name in _NUMBERS[kind]
    )
    good = good and all(map(_is_plain, entry.values()))
    if kind == "knob":
        good = good and _is_live(entry.get("knob"))
    else:
        for name in _NUMBERS_OR_NULL:
            value = entry.setdefault(name, None)
            good = good and (value is None or _is_number(value))
    return entry if good else None


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        Missing: there is no such file.
        Unreadable: it holds none.
    """
    try:
        content = _DECODER.decode(read_file(path, LARGEST_TEXT).decode())
        if isinstance(content, dict) and are_finite(content) and _is_shown(content):
            return content
    except FileNotFoundError:
        raise Missing("it is missing.") from None
    except OSError as problem:
        raise Unreadable(f"it cannot be read ({problem.strerror}).") from problem
    except (ValueError, RecursionError):
        pass
    raise Unreadable("it is damaged.")


def check_card(card: dict[str, Any]) -> None:
    """Everything that others take for granted in a card.

    Raises:
        Unreadable: something is missing or of the wrong kind.
    """
    sessions, figures = card.get("sessions", []), card.get("figures", {})
    planned = card.get("planned", [])
    good = (
        card.get("phase") in _WRITTEN_PHASES
        and _is_text(card.get("reason", ""))
        and all(_is_whole(card.get(name, 0)) for name in ("step", "steps_per_epoch", "epochs"))
        and _is_number(epoch := card.get("epoch", 0))
        and 0 <= epoch < _MOST
        and isinstance(figures, dict)
        and all(_is_figure(name, value) for name, value in figures.items())
        and isinstance(planned, list)
        and all(_is_move(move) for move in planned)
        and isinstance(sessions, list)
        and len(sessions) <= _MOST_SESSIONS
        and all(map(_is_sitting, sessions))
    )
    if not good:
        raise Unreadable("it is not a run's card.")


def are_finite(value: Any) -> bool:
    """Whether the numbers are, at whatever depth they lie."""
    if isinstance(value, dict):
        return all(map(are_finite, value.values()))
    if isinstance(value, list):
        return all(map(are_finite, value))
    return not isinstance(value, int | float) or abs(value) < _LARGEST_FLOAT


def _is_shown(value: Any) -> bool:
    """Whether all text in it can be shown, at whatever depth it lies."""
    if isinstance(value, dict):
        return all(map(_is_text, value)) and all(map(_is_shown, value.values()))
    if isinstance(value, list):
        return all(map(_is_shown, value))
    return not isinstance(value, str) or _is_text(value)


def _is_plain(value: object) -> bool:
    """Whether a log entry may hold it, also one of a later dgviz."""
    return (
        value is None or _is_text(value) or (isinstance(value, int | float) and are_finite(value))
    )


def _is_live(knob: object) -> bool:
    return isinstance(knob, str) and knob in KNOBS and KNOBS[knob].live


def _is_text(value: object) -> bool:
    """Whether it can be shown: half a surrogate pair cannot be encoded."""
    return isinstance(value, str) and value.encode("utf-8", "replace").decode() == value


def _is_number(value: object, most: float = _LARGEST_COUNTABLE) -> TypeGuard[float]:
    """Whether it is one, and within `most` of 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def _is_whole(value: object) -> bool:
    """A count."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST


def _is_figure(name: str, value: object) -> bool:
    """Whether it can be what the measure of this name gives, or is not known."""
    if name.endswith(("accuracy", "ratio")):
        most = 1.0
    elif name.endswith("loss"):
        most = _LARGEST_COUNTABLE
    else:
        most = _MOST
    fits = value is None or (_is_number(value, most) and value >= 0)
    return fits and len(name) < _LONGEST_NAME


def _is_sitting(sitting: object) -> bool:
    """Whether it says how long it took, and counts the step that it began at, if it names one."""
    return (
        isinstance(sitting, dict)
        and _is_number(sitting.get("seconds"), _MOST)
        and _is_whole(sitting.get("from_step", 0))
    )


def _is_move(move: object) -> bool:
    """Whether it is [step, live knob, value]."""
    match move:
        case [step, knob, value]:
            return _is_whole(step) and _is_number(value) and _is_live(knob)
    return False
