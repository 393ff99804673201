"""Text about runs: counts, dates, links, and escaped text of users."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dgviz.runs.checks import TURNS_DIRECTION
from dgviz.runs.courses import value_text
from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Settings

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-!$|<>~:&])")

_ADDRESSES = re.compile(r"(?=@)|(?<=www)(?=\.)|(?<=http)(?=s?:)", re.IGNORECASE)
"""Places at which Streamlit's Markdown recognises an address even if its signs are escaped."""

_EXPONENT = re.compile(r"(?<=\de)-(?=\d)")

_WORD_JOINER = "\u2060"
"""An invisible character that no address contains."""


def gates_text(settings: Settings) -> str:
    """Whose gate a connection has, for charts of scores; "" if it is its own.

    "Each connection shows the gate of its pixel.", "Each connection shows the lowest of its gates."
    """
    if not settings.spec.gates:
        return ""
    knob = KNOBS[settings.spec.gates]
    kind = settings[knob.name]
    if kind == knob.default:
        return ""
    whose = "lowest of its gates" if "-" in kind else f"gate of its {value_text(knob, kind)}"
    return f"Each connection shows the {whose}."


def runs_text(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"


def escaped(text: str) -> str:
    """Escape a user's text, so that Markdown finds no sign and no address in it."""
    line = TURNS_DIRECTION.sub("", " ".join(text.splitlines()))
    line = _ADDRESSES.sub(_WORD_JOINER, line)
    return _SIGNS.sub(r"\\\1", line)


def unbroken(text: str) -> str:
    """A minus in place of the hyphen of "3.8e-06", at which a browser would break the line."""
    return _EXPONENT.sub("−", text)


def link_text(record: Record) -> str:
    """The run's title, as a link to its details."""
    return f"[{escaped(record.title)}](./runs?run={record.id})"


def time_text(time: datetime) -> str:
    """A time in the viewer's time zone, to the minute."""
    return f"{time.astimezone(timezone()):%Y-%m-%d %H:%M}"


def timezone() -> ZoneInfo:
    """The viewer's time zone; UTC if it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
