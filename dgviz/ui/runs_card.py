"""All that is known of a run, in words: what made it, on what machine, when, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dgviz.runs.courses import (
    courses,
    differences_in_words,
    moves_in_words,
    planned_in_words,
)
from dgviz.runs.record import Record
from dgviz.runs.wording import duration
from dgviz.settings import Settings
from dgviz.ui.runs_words import linked, shielded, when

_COMMIT = re.compile("[0-9a-f]{7,40}")


def card(record: Record, records: Sequence[Record]) -> None:
    """Everything that decides whether the run can be had again, a line each.

    Args:
        records: among which its parent and children are looked for.
    """
    lines = {
        "Settings": _settings(record.settings),
        "Changed while training": moves_in_words(record.courses),
        "Planned changes": planned_in_words(record.planned, record.steps_per_epoch),
        "Seed": str(record.settings.seed) if record.settings else "",
        "Started": when(record.created),
        "Epochs trained": _training(record),
        "Training sessions": _sittings(_sessions(record)),
        "Machine": _listed(_sessions(record), "hardware"),
        "Versions": _listed(_sessions(record), "versions"),
        "Git": _git(_sessions(record)),
        "Started from": _parent(record, records),
        "Runs started from it": ", ".join(
            linked(child) for child in records if child.parent == record.id
        ),
        "Folder": f"{shielded(str(record.folder))}, {record.disk_bytes / 1e6:.1f} MB",
    }
    st.table({name: words for name, words in lines.items() if words}, border="horizontal")


def _settings(settings: Settings | None) -> str:
    if settings is None:
        return ""
    preset = Settings.from_preset(settings.preset, seed=settings.seed, method=settings.method)
    changes = differences_in_words(courses(preset), courses(settings))
    return f"preset {settings.preset}" + (f", with {changes}" if changes else "")


def _training(record: Record) -> str:
    if not record.card:
        return ""
    of = f" of {record.epochs}" if record.epochs else ""
    return f"{record.epoch:.4g}{of}, {record.step:,} steps in {duration(record.seconds)}"


def _sittings(sessions: Sequence[Mapping[str, Any]]) -> str:
    """Only told where there is more than one."""
    if len(sessions) < 2:
        return ""
    spans = [f"{_when(s.get('started'))}, {duration(max(0.0, s['seconds']))}" for s in sessions]
    return f"{len(sessions)}: " + "; ".join(spans)


def _listed(sessions: Sequence[Mapping[str, Any]], name: str) -> str:
    """What the newest sitting says, and that it was otherwise before where it was."""
    said = [s[name] for s in sessions if isinstance(s.get(name), dict)]
    if not said:
        return ""
    words = ", ".join(f"{key} {value}" for key, value in said[-1].items() if value is not None)
    changed = " (not the same in every session)" if any(one != said[-1] for one in said) else ""
    return shielded(words) + changed


def _git(sessions: Sequence[Mapping[str, Any]]) -> str:
    states = [s["git"] for s in sessions if isinstance(s.get("git"), dict)]
    if not states:
        return ""
    commit = str(states[-1].get("commit"))
    if not _COMMIT.fullmatch(commit):
        return ""
    return commit[:12] + (", with uncommitted changes" if states[-1].get("dirty") else "")


def _parent(record: Record, records: Sequence[Record]) -> str:
    if record.parent is None:
        return ""
    parent = next((other for other in records if other.id == record.parent), None)
    if parent is None:
        return f"{shielded(record.parent[:20])}, which is not in the runs folder any more"
    told = ""
    if parent.settings and record.settings:
        changes = differences_in_words(parent.courses, record.courses)
        told = f"; {changes or 'the settings are the same'}"
    return linked(parent) + told


def _sessions(record: Record) -> list[dict[str, Any]]:
    sessions: list[dict[str, Any]] = record.card.get("sessions", [])
    return sessions


def _when(written: object) -> str:
    try:
        return when(datetime.fromisoformat(str(written)))
    except (ValueError, OverflowError):
        return "at an unknown time"
