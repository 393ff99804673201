"""The card of a run as a table: its settings, its training, its machine and its relations."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dgviz.formatting import duration, file_size, system_text
from dgviz.runs.card import Session, SystemInfo
from dgviz.runs.courses import (
    courses,
    differences_text,
    moves_text,
    planned_text,
)
from dgviz.runs.extension import extension_text
from dgviz.runs.missed import missed_by
from dgviz.runs.record import Record
from dgviz.runs.sessions import earlier_text, newest
from dgviz.settings import Settings
from dgviz.ui.words import escaped, link_text, time_text


def card(record: Record, records: Sequence[Record]) -> None:
    """Show everything that is needed to repeat the run, a row each.

    Args:
        records: all runs, for its parent and children.
    """
    lines = {
        "Settings": _settings(record.settings),
        "Changed while training": moves_text(record.courses),
        "Planned changes": planned_text(record.planned, record.steps_per_epoch),
        "Seed": str(record.settings.seed) if record.settings else "",
        "Started": time_text(record.created),
        "Epochs trained": _training(record),
        "Not reached": missed_by(record),
        "Training sessions": _sessions(record.sessions),
        "Machine": _newest([session.hardware for session in record.sessions]),
        "Versions": _newest([session.versions for session in record.sessions]),
        "Git": _git(record.sessions),
        "Started from": _parent(record, records),
        "Trained further": extension_text(record),
        "Runs started from it": ", ".join(
            link_text(child) for child in records if child.parent == record.id
        ),
        "Folder": f"{escaped(str(record.folder))}, {file_size(record.disk_bytes)}",
    }
    st.table({name: text for name, text in lines.items() if text}, border="horizontal")


def _settings(settings: Settings | None) -> str:
    if settings is None:
        return ""
    preset = Settings.from_preset(settings.preset, seed=settings.seed, method=settings.method)
    changes = differences_text(courses(preset), courses(settings))
    return f"{settings.spec.title}, preset {settings.preset}" + (
        f", with {changes}" if changes else ""
    )


def _training(record: Record) -> str:
    if record.card is None:
        return ""
    of = f" of {record.epochs}" if record.epochs else ""
    return f"{record.epoch:.4g}{of}, {record.step:,} steps in {duration(record.seconds)}"


def _sessions(sessions: Sequence[Session]) -> str:
    """Empty for a single session."""
    if len(sessions) < 2:
        return ""
    texts = [_session(session) for _, session in newest(sessions)]
    earlier = earlier_text(sessions)
    return f"{len(sessions):,}: " + "; ".join([earlier, *texts] if earlier else texts)


def _session(session: Session) -> str:
    began = time_text(session.started) if session.started else "at an unknown time"
    return f"{began}, {duration(session.seconds)}"


def _newest(infos: Sequence[SystemInfo]) -> str:
    """The newest session's information, with a remark if an earlier session differs."""
    known = [info for info in infos if info]
    if not known:
        return ""
    changed = " (not the same in every session)" if any(one != known[-1] for one in known) else ""
    return escaped(system_text(known[-1])) + changed


def _git(sessions: Sequence[Session]) -> str:
    states = [session.git for session in sessions if session.git]
    if not states:
        return ""
    return states[-1].commit[:12] + (", with uncommitted changes" if states[-1].dirty else "")


def _parent(record: Record, records: Sequence[Record]) -> str:
    if record.parent is None:
        return ""
    parent = next((other for other in records if other.id == record.parent), None)
    if parent is None:
        return f"{record.parent}, which is not in the runs folder any more"
    difference = ""
    if parent.settings and record.settings:
        changes = differences_text(parent.courses, record.courses)
        difference = f"; {changes or 'the settings are the same'}"
    return link_text(parent) + difference
