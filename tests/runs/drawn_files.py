"""Hypothesis strategies for the files of a run after an edit, a fault or an attack."""

from __future__ import annotations

import copy
import json
import zlib
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from safetensors.numpy import save
from synthetic_run import checkpoint, facts

HALF = "\ud83d"

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([2**53, 10**300, 10**400, 1e299, -1e299, float("inf"), float("nan"), -0.5]),
    st.sampled_from([HALF, "", "9999-12-31", "0001-01-01T00:00+14:00", "<b>", "\x1b[2J"]),
    st.just("a" * 5000),
    st.text(st.characters(), max_size=8),
)
"""Numbers out of bounds, text that cannot be shown, and dates that do not exist everywhere."""

values = st.recursive(
    odd,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), inner)
    ),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in inner:
        yield (*path, key)
        if isinstance(held, dict | list):
            yield from _places(held, (*path, key))


@st.composite
def edited(draw: st.DrawFn, value: Any) -> bytes:
    """A JSON object with a few changed or added values."""
    changed = copy.deepcopy(value)
    for path in draw(st.lists(st.sampled_from(list(_places(value))), min_size=1, max_size=4)):
        held = changed
        try:
            for key in path[:-1]:
                held = held[key]
            if draw(st.booleans()):
                held[path[-1]] = draw(values)
            elif isinstance(held, dict):
                held[draw(st.text(max_size=5))] = draw(values)
        except (KeyError, IndexError, TypeError):
            # An earlier change removed this path.
            continue
    return json.dumps(changed).encode()


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes that were cut, flipped or repeated."""
    kept = draw(st.just(len(content)) | st.integers(0, len(content)))
    changed = bytearray(content[:kept])
    for _ in range(draw(st.integers(0, 4))):
        if changed:
            changed[draw(st.integers(0, len(changed) - 1))] ^= draw(st.integers(1, 255))
    return bytes(changed) * draw(st.integers(1, 2))


def logs(lines: list[bytes]) -> st.SearchStrategy[bytes]:
    """Lines of a log, some edited or damaged, in any order."""
    entries = [json.loads(line) for line in lines]
    line = st.one_of(
        st.sampled_from(lines),
        st.sampled_from(entries).flatmap(edited),
        st.sampled_from(lines).flatmap(damaged),
        values.map(lambda value: json.dumps(value).encode()),
    )
    return st.lists(line, max_size=12).map(b"\n".join)


def snapshots(content: bytes) -> st.SearchStrategy[bytes]:
    """A damaged file of snapshots, or one with valid headers and invalid blobs."""
    head = content[:26]
    junk = st.binary(max_size=200).map(zlib.compress)
    return damaged(content) | st.lists(junk, max_size=3).map(
        lambda blobs: b"".join(head + blob for blob in blobs) + content
    )


def arrays() -> st.SearchStrategy[bytes]:
    """Safetensors with other names or figures, or damaged."""
    figures = values.map(lambda value: save({}, {"dgviz": json.dumps(value)}))
    return figures | damaged(facts()) | damaged(checkpoint())
