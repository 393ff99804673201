"""The log of a run, `metrics.jsonl`: an entry a line. Damaged lines cost nothing but themselves."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dgviz.runs.contents import decoded
from dgviz.runs.files import read_file
from dgviz.runs.kinds import Kind, Unfit, counted, loss, scalar, share, whole
from dgviz.runs.layout import LARGEST_TEXT, METRICS
from dgviz.settings import KNOBS

MOST_LINES = 30_000
"""Of a log. The settings allow 19,001 log points: 1,000 epochs of 19 steps with a point each."""

_LONGEST_LINE = 4096

_Kinds = Mapping[str, Kind[Any]]

_PLACE: _Kinds = {"step": whole, "epoch": counted}
_METRICS: _Kinds = {"active_ratio": share, "active_weights": whole, "macs": whole}
_UNKNOWN_AT_TIMES: _Kinds = {
    "train_loss": loss,
    "train_accuracy": share,
    "mean_gate_prob": share,
    "test_accuracy": share,
    "test_loss": loss,
    "validation_accuracy": share,
}
_FIELDS: Mapping[str, tuple[_Kinds, _Kinds]] = {
    "metrics": ({**_PLACE, **_METRICS}, _UNKNOWN_AT_TIMES),
    "knob": (_PLACE, {}),
}
"""Of each kind of entry: the fields that it needs, and those that may be null."""


def read_log(path: Path) -> list[dict[str, Any]]:
    """The good entries of a log file in order of their steps; those of no file are none."""
    try:
        return log_of(read_file(path, LARGEST_TEXT[METRICS])).entries
    except OSError:
        return []


class Log(NamedTuple):
    """The good entries of a log, in order of their steps, and a sentence for each kind of damage.

    A torn last line is what a kill leaves behind, and no damage.
    """

    entries: list[dict[str, Any]]
    problems: tuple[str, ...]


def log_of(content: bytes) -> Log:
    """What a log file holds."""
    lines, rest = _lines(content)
    entries = _ascending([entry for entry in map(_log_entry, lines) if entry is not None])
    problems = []
    if lost := len(lines) - len(entries):
        problems.append(f"Damaged lines in {METRICS}, which are skipped: {lost:,}.")
    if rest:
        problems.append(f"{METRICS} has more than {MOST_LINES:,} lines, and is read up to there.")
    return Log(entries, tuple(problems))


def as_lines(entries: Iterable[dict[str, Any]]) -> bytes:
    """The content of a log that has these entries."""
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def read_knob_entries(path: Path) -> list[dict[str, Any]]:
    """The entries of kind "knob" of a log, in order.

    Reads no other lines, so that a list of a thousand runs can tell their changes: where steps are
    damaged, an entry may be kept that `read_log` leaves out.
    """
    try:
        content = read_file(path, LARGEST_TEXT[METRICS])
    except OSError:
        return []
    if b'"knob"' not in content:
        return []
    entries = [_log_entry(line) for line in _lines(content)[0] if b'"knob"' in line]
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


def _lines(content: bytes) -> tuple[list[bytes], bytes]:
    """As many lines as are read, each without its end, and all that comes after them.

    A last line without an end is torn, and neither.
    """
    *lines, rest = content[: content.rfind(b"\n") + 1].split(b"\n", MOST_LINES)
    return lines, rest


def _log_entry(line: bytes) -> dict[str, Any] | None:
    """The entry in a line, None where it is damaged; what a later dgviz has added stays in it."""
    if len(line) > _LONGEST_LINE:
        return None
    try:
        entry = decoded(line)
        needed, optional = _FIELDS[entry["kind"]]
        for name, kind in needed.items():
            kind(entry.get(name))
        for name, kind in optional.items():
            if entry.setdefault(name, None) is not None:
                kind(entry[name])
        for value in entry.values():
            scalar(value)
        if entry["kind"] == "knob":
            _check_move(entry)
    except (ValueError, KeyError, TypeError):
        return None
    return entry


def _check_move(entry: Mapping[str, Any]) -> None:
    knob = KNOBS[entry["knob"]]
    if not knob.live:
        raise Unfit("must be a setting that can change during training")
    for name in ("from", "to"):
        knob.check(entry[name])
