"""Recorded runs as text, in a table or a page for each, and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dgviz.cli.figures import figure_lines
from dgviz.formatting import file_size, ratio, system_text
from dgviz.runs.card import Session
from dgviz.runs.courses import courses, differences_text, planned_text
from dgviz.runs.events import event_summaries
from dgviz.runs.extension import extension_text
from dgviz.runs.missed import missed_by
from dgviz.runs.record import Record
from dgviz.runs.repeating import flags
from dgviz.runs.search import status_of
from dgviz.runs.sessions import earlier_text, newest
from dgviz.runs.snapshots import KINDS
from dgviz.settings import KNOBS

if TYPE_CHECKING:
    from dgviz.pixel_counts import PixelCounts

_LONGEST_TITLE = 44
_HEAD = ("run", "status", "started (UTC)", "title", "epochs", "accuracy", "r", "size")


def as_json(record: Record) -> dict[str, Any]:
    """A run's entry in a list, as JSON-able values."""
    return {
        "id": record.id,
        "phase": record.phase,
        "reason": record.reason,
        "title": record.title,
        "name": record.name,
        "tags": list(record.tags),
        "parent": record.parent,
        "created": record.created.isoformat(),
        "step": record.step,
        "epoch": record.epoch,
        "epochs": record.epochs,
        "seconds": record.seconds,
        "figures": record.figures,
        "bytes": record.disk_bytes,
        "resumable": record.resumable,
        "problems": list(record.problems),
    }


def all_as_json(record: Record, parent: Record | None) -> dict[str, Any]:
    """Everything known about a run; its "problems" are found by reading every file."""
    snapshots = record.snapshots()
    return as_json(record) | {
        "folder": str(record.folder),
        "settings": record.settings.as_dict() if record.settings else None,
        "card": record.card.as_json() if record.card is not None else {},
        "knob_moves": record.changes(),
        "planned_moves": record.planned,
        "events": record.events(),
        "snapshots": {kind: len(snapshots.of(kind)) for kind in KINDS},
        "differs_from_parent": {
            name: {"parent": theirs, "run": ours} for name, theirs, ours in _changed(parent, record)
        },
        "problems": list(record.damage()),
    }


def table(records: Sequence[Record]) -> str:
    """A line for each run, then a line for each damaged file."""
    rows = [_HEAD, *(_row(record) for record in records)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    lines = []
    for row in rows:
        texts = [f"{cell:<{width}}" for cell, width in zip(row[:4], widths, strict=False)]
        numbers = [f"{cell:>{width}}" for cell, width in zip(row[4:], widths[4:], strict=True)]
        lines.append("  ".join([*texts, *numbers]))
    lines += [f"! {record.id}: {problem}" for record in records for problem in record.problems]
    return "\n".join(lines)


def _row(record: Record) -> tuple[str, ...]:
    title, figures = record.title, record.figures
    digits = 0 if record.epoch == record.epochs else 1
    accuracy, active = figures.get("test_accuracy"), figures.get("active_ratio")
    return (
        record.id,
        status_of(record) + (" !" if record.problems else ""),
        _time(record),
        title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…",
        f"{record.epoch:.{digits}f}/{record.epochs}" if record.card is not None else "",
        "" if accuracy is None else f"{accuracy:.2%}",
        "" if active is None else ratio(active),
        file_size(record.disk_bytes),
    )


def as_text(record: Record, parent: Record | None) -> str:
    """One run's details, a line for each."""
    snapshots, status = record.snapshots(), status_of(record)
    gates, weights = (len(snapshots.of(kind)) for kind in KINDS)
    recorded = f"{gates} snapshots of the connections, {weights} of the weights"
    rows = [
        ("status", f"{status}. {_plain(record.reason)}" if record.reason else status),
        ("started", f"{_time(record)} UTC"),
        ("tags", ", ".join(record.tags)),
        ("progress", _progress(record)),
        *figure_lines(record.figures, record.settings, _pixels(record)).items(),
        ("not reached", missed_by(record)),
        ("routing", _routing(record)),
        ("settings", shlex.join(flags(record.settings)) if record.settings else ""),
        *_parent(record, parent),
        ("trained further", extension_text(record)),
        *_moved(record),
        *_events(record),
        ("planned changes", planned_text(record.planned, record.steps_per_epoch)),
        ("time in training", f"{record.seconds:.1f} s"),
        ("sessions", earlier_text(record.sessions)),
        *(("session", _session(one)) for _, one in newest(record.sessions)),
        ("recorded", f"{recorded}; {file_size(record.disk_bytes)}"),
        ("folder", str(record.folder)),
        *(("damaged", problem) for problem in record.damage()),
    ]
    lines = [f"run {record.id}: {record.title}"]
    return "\n".join(lines + [f"  {label:<20} {text}" for label, text in rows if text])


def _progress(record: Record) -> str:
    """The run's progress; empty if its card cannot be read."""
    if record.card is None:
        return ""
    return f"epoch {record.epoch:.2f} of {record.epochs}, step {record.step:,}"


def _pixels(record: Record) -> PixelCounts | None:
    """The pixels of the network that the figures describe; None if it was not recorded."""
    # Not at the top of the file: a list of runs needs no numpy.
    from dgviz.runs.recorded_gates import last_gates, last_pixels

    gates = last_gates(record)
    return last_pixels(record, gates) if gates and gates.step == record.step else None


def _routing(record: Record) -> str:
    """The mean share of each route; empty for a method without routes."""
    # Not at the top of the file: a list of runs needs no numpy.
    from dgviz.runs.recorded_routing import last_routing

    if record.settings is None or not record.settings.spec.routes:
        return ""
    recorded = last_routing(record)
    if recorded is None:
        return ""
    named = zip(recorded.routes, recorded.mean, strict=False)
    return ", ".join(f"{name} {share:.0%}" for name, share in named)


def _parent(record: Record, parent: Record | None) -> list[tuple[str, str]]:
    if record.parent is None:
        return []
    if parent is None:
        return [("parent", f"{record.parent}, which is not here")]
    changed = differences_text(parent.courses, record.courses)
    return [("parent", f"{parent.id} ({parent.title})"), ("changed from it", changed)]


def _moved(record: Record) -> list[tuple[str, str]]:
    return [
        (f"{name} changed", f"{course.knob.short_name} {course.text}")
        for name, course in record.courses.items()
        if course.moves
    ]


def _events(record: Record) -> list[tuple[str, str]]:
    summaries, left_out = event_summaries(record)
    texts = [f"{one.name} {one.often}, last at epoch {one.epoch}: {one.last}" for one in summaries]
    return [("events", _plain(text)) for text in [*texts, left_out]]


def _changed(parent: Record | None, record: Record) -> list[tuple[str, Any, Any]]:
    """The settings that differ from the parent's: name, the parent's value, the run's."""
    theirs, ours = courses(parent.settings if parent else None), courses(record.settings)
    return [
        (name, theirs[name].start, ours[name].start)
        for name in KNOBS
        if name in theirs and name in ours and theirs[name] != ours[name]
    ]


def _session(session: Session) -> str:
    """One session of the card, without its unknown fields."""
    parts = [f"{session.seconds:.1f} s"]
    if session.from_step is not None:
        parts[0] += f" from step {session.from_step:,}"
    for name, time in (("started", session.started), ("ended", session.ended)):
        if time:
            parts.append(f"{name} {time.isoformat(timespec='milliseconds')}")
    parts += [system_text(known) for known in (session.hardware, session.versions) if known]
    if session.git:
        parts.append(system_text(asdict(session.git)))
    return _plain("; ".join(parts))


def _time(record: Record) -> str:
    return f"{record.created:%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    """Replace unprintable characters, which a terminal would interpret."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
