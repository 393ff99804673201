"""The log of a run, `metrics.jsonl`: one entry a line. Damaged lines are skipped.

An entry has a kind, a step and an epoch:

    metrics    a point of the curves
    knob       a live knob was moved
    event      the method did something to the network: a name, and a sentence
    routing    the mean share of each route, where a method with routes was evaluated

A later version of dgviz may write other kinds, and moves of other knobs. Only their step and epoch
are read; their lines are kept.
"""

from __future__ import annotations

import bisect
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from dgviz.methods import event
from dgviz.runs.checks import (
    Check,
    anything,
    boolean,
    counted,
    list_of,
    loss,
    matching,
    object_of,
    or_null,
    share,
    whole,
)
from dgviz.runs.contents import decoded
from dgviz.runs.files import open_file, read_file
from dgviz.runs.layout import LARGEST_TEXT, METRICS
from dgviz.settings import KNOBS

MOST_LINES = 30_000
"""Lines of a log. The settings allow 19,001 log points: 1,000 epochs of 19 steps."""

_LONGEST_LINE = 4096

_END_BYTES = 1 << 15
"""About a hundred lines: several epochs, and the test accuracy is measured in each."""

_PLACE: Mapping[str, Check[Any]] = {"step": whole, "epoch": counted}
_metrics = object_of(
    {
        **_PLACE,
        "train_loss": or_null(loss),
        "train_accuracy": or_null(share),
        "active_ratio": share,
        "active_weights": whole,
        "macs": whole,
        "mean_gate_prob": or_null(share),
        "test_accuracy": or_null(share),
        "test_loss": or_null(loss),
        "validation_accuracy": or_null(share),
    }
)
_move = object_of(
    {
        **_PLACE,
        "knob": matching(re.compile(r"[a-z0-9_.]{1,60}"), "must be the name of a knob"),
        "from": anything,
        "to": anything,
        "calls_off": or_null(boolean),
    }
)
_event = object_of(
    {
        **_PLACE,
        "name": matching(event.NAME, "must be a short name"),
        "text": matching(event.TEXT, "must be a line of text"),
    }
)
_routing = object_of({**_PLACE, "shares": list_of(share, 100)})
_KINDS: Mapping[str, Check[dict[str, Any]]] = {
    "metrics": _metrics,
    "event": _event,
    "routing": _routing,
}
_other_kind = matching(re.compile(r"[a-z_]{1,40}"), "must be the name of a kind")
_place = object_of(_PLACE)


def read_log(path: Path) -> list[dict[str, Any]]:
    """The valid entries of a log file in order of their steps; none if it cannot be read."""
    try:
        return log_of(read_file(path, LARGEST_TEXT[METRICS])).entries
    except OSError:
        return []


def read_last_points(path: Path) -> list[dict[str, Any]]:
    """The entries of kind "metrics" at the end of a log, in the order of their lines.

    Only the end is read, so that a list of runs can show how far those are that are being trained.
    """
    try:
        with open_file(path) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _END_BYTES))
            content = file.read(_END_BYTES)
    except OSError:
        return []
    # The first line may have lost its beginning, and then it is damaged.
    entries = [_entry(line) for line in _lines(content)[0]]
    return [entry for entry in entries if entry and entry["kind"] == "metrics"]


class Log(NamedTuple):
    """The valid lines of a log, in order of their steps.

    Attributes:
        entries: the checked fields of each line.
        lines: the unchanged lines of the file. When they are written again, they have their old
            length and the fields that a later version of dgviz added.
        problems: one sentence for each kind of damage. An incomplete last line, which a kill leaves
            behind, does not count as damage.
    """

    entries: list[dict[str, Any]]
    lines: list[bytes]
    problems: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The content of a file with these lines."""
        return b"".join(line + b"\n" for line in self.lines)

    def only(self, is_kept: Callable[[Mapping[str, Any]], bool]) -> Log:
        """The log with only the entries for which `is_kept` is true."""
        kept = [i for i, entry in enumerate(self.entries) if is_kept(entry)]
        entries, lines = [self.entries[i] for i in kept], [self.lines[i] for i in kept]
        return Log(entries, lines, self.problems)


@lru_cache(maxsize=8)
def log_of(content: bytes) -> Log:
    """Read the content of a log file; do not change the result, which is cached.

    A page, its report and the check for damage read the same log. Few are cached: in memory a log
    is ten times as large as its file.
    """
    lines, rest = _lines(content)
    valid = [(entry, line) for line in lines if (entry := _entry(line)) is not None]
    valid = [valid[i] for i in _ascending([entry["step"] for entry, _ in valid])]
    problems = []
    if lost := len(lines) - len(valid):
        problems.append(f"Damaged lines in {METRICS}, which are skipped: {lost:,}.")
    if rest:
        problems.append(f"{METRICS} has more than {MOST_LINES:,} lines; only the first are read.")
    return Log([entry for entry, _ in valid], [line for _, line in valid], tuple(problems))


class LogTail:
    """Reads the entries that a training process appends to a log file.

    Args:
        path: the file, which may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        """The number of the file on its disk: `write_whole` makes a new one."""
        self._read = 0
        self._step = 0
        self._lines = 0

    def new_entries(self) -> list[dict[str, Any]] | None:
        """The valid entries of the lines that have been completed since the last call.

        Returns:
            None if another file has taken the place of the one that was read.
        """
        try:
            with open_file(self._path) as file:
                of = os.fstat(file.fileno())
                if self._file not in (None, of.st_ino) or of.st_size < self._read:
                    return None
                self._file = of.st_ino
                if of.st_size == self._read:
                    return []
                file.seek(self._read)
                content = file.read(max(0, min(of.st_size, LARGEST_TEXT[METRICS]) - self._read))
        except OSError:
            return []
        self._read += content.rfind(b"\n") + 1
        lines = _lines(content)[0][: MOST_LINES - self._lines]
        self._lines += len(lines)
        return [entry for line in lines if (entry := _entry(line)) and self._is_next(entry)]

    def _is_next(self, entry: Mapping[str, Any]) -> bool:
        """Whether the entry is not of an earlier step than the one before."""
        if entry["step"] < self._step:
            return False
        self._step = entry["step"]
        return True


def as_lines(entries: Iterable[dict[str, Any]]) -> bytes:
    """The content of a log with these entries."""
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def read_knob_entries(path: Path) -> list[dict[str, Any]]:
    """The entries of kind "knob" of a log, in order.

    Only their lines are parsed, so that a list of a thousand runs can show changes of knobs. Where
    steps are damaged, the result may contain an entry that `read_log` leaves out.
    """
    try:
        content = read_file(path, LARGEST_TEXT[METRICS])
    except OSError:
        return []
    if b'"knob"' not in content:
        return []
    found = [_entry(line) for line in _lines(content)[0] if b'"knob"' in line]
    entries = [entry for entry in found if entry and entry["kind"] == "knob"]
    return [entries[i] for i in _ascending([entry["step"] for entry in entries])]


def _ascending(steps: Sequence[int]) -> list[int]:
    """The indices of the longest subsequence of steps that never decreases.

    So a damaged step, too small or too large, removes only its own entry.
    """
    # For each length, `ends` has the least last step of all such subsequences.
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for i, step in enumerate(steps):
        length = bisect.bisect_right(ends, step)
        before.append(lasts[length - 1] if length else -1)
        ends[length : length + 1] = [step]
        lasts[length : length + 1] = [i]
    kept = []
    i = lasts[-1] if lasts else -1
    while i >= 0:
        kept.append(i)
        i = before[i]
    return kept[::-1]


def _lines(content: bytes) -> tuple[list[bytes], bytes]:
    """The first `MOST_LINES` lines without their line ends, and all that follows them.

    An incomplete last line, without a line end, is left out of both.
    """
    *lines, rest = content[: content.rfind(b"\n") + 1].split(b"\n", MOST_LINES)
    return lines, rest


def _entry(line: bytes) -> dict[str, Any] | None:
    """The checked fields of a line; None if it is damaged."""
    if len(line) > _LONGEST_LINE:
        return None
    try:
        content = decoded(line)
        kind = _other_kind(content.get("kind"))
        check = _knob_entry if kind == "knob" else _KINDS.get(kind, _place)
        return {"kind": kind, **check(content)}
    except ValueError:
        return None


def _knob_entry(content: object) -> dict[str, Any]:
    entry = _move(content)
    knob = KNOBS.get(entry["knob"])
    if knob is None or not knob.live:
        return {**_place(content), "kind": "other"}
    return {**entry, "from": knob.check(entry["from"]), "to": knob.check(entry["to"])}
