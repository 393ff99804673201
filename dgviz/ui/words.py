"""How runs are spoken of: counts, dates, links, and users' own words made safe."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dgviz.runs.checks import TURNS_DIRECTION
from dgviz.runs.record import Record

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-!$|<>~:&])")

_ADDRESSES = re.compile(r"(?=@)|(?<=www)(?=\.)|(?<=http)(?=s?:)", re.IGNORECASE)
"""Where Streamlit's Markdown would see an address begin or go on, whatever is escaped in it."""

_WORD_JOINER = "\u2060"
"""It takes no room, and no address holds it."""


def counted(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"


def shielded(text: str) -> str:
    """A user's words, with nothing in them that Markdown would take for a sign or an address."""
    line = TURNS_DIRECTION.sub("", " ".join(text.splitlines()))
    line = _ADDRESSES.sub(_WORD_JOINER, line)
    return _SIGNS.sub(r"\\\1", line)


def linked(record: Record) -> str:
    """The run's title as a link to its details."""
    return f"[{shielded(record.title)}](./runs?run={record.id})"


def when(time: datetime) -> str:
    """By the viewer's own clock."""
    return f"{time.astimezone(timezone()):%Y-%m-%d %H:%M}"


def timezone() -> ZoneInfo:
    """The viewer's own."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
