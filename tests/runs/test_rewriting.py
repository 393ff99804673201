"""What was read of a run can be written and read again: nothing is lost on the way through it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dgviz.runs.log import log_of

ENTRY = {"kind": "metrics", "step": 3, "epoch": 0.5, "active_ratio": 1, "active_weights": 9}
LOG_ENTRY = ENTRY | {"macs": 9}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def line(entry: dict[str, Any], ascii: bool = False) -> bytes:
    return json.dumps(entry, ensure_ascii=ascii, separators=(",", ":")).encode(
        errors="backslashreplace"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.text(), values)), st.booleans())
def test_a_log(later: list[dict[str, Any]], ascii: bool) -> None:
    content = b"".join(line(one | LOG_ENTRY, ascii) + b"\n" for one in later) + b"damaged\n"
    log = log_of(content)
    again = log_of(log.content)
    assert (again.entries, again.lines, again.problems) == (log.entries, log.lines, ())


def test_the_longest_lines_of_a_log() -> None:
    longest = line(LOG_ENTRY | {"é": "é" * 2000})
    assert 4000 < len(longest) <= 4096
    log = log_of(b"".join([longest + b"\n"] * 1000) + b"damaged\n")
    assert len(log.entries) == 1000
    assert log_of(log.content).entries == log.entries
