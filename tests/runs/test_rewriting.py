"""Everything that was read of a run can be written and read again without losses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_run import SETTINGS, write_run

from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.card import Card
from dgviz.runs.card_fields import card_of
from dgviz.runs.contents import decoded
from dgviz.runs.faithfulness.findings import RANKINGS, Curves, Findings
from dgviz.runs.faithfulness.findings_file import read, save
from dgviz.runs.files import as_json
from dgviz.runs.labels import LONGEST_NAME, LONGEST_TAG, MOST_TAGS
from dgviz.runs.layout import CARD, LARGEST_TEXT
from dgviz.runs.log import log_of
from dgviz.runs.record import Record
from dgviz.runs.store import Store

ENTRY = {"kind": "metrics", "step": 3, "epoch": 0.5, "active_ratio": 1, "active_weights": 9}
LOG_ENTRY = ENTRY | {"macs": 9}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
later = st.dictionaries(st.text(max_size=9), values, max_size=3)


def line(entry: dict[str, Any], ascii: bool = False) -> bytes:
    return json.dumps(entry, ensure_ascii=ascii, separators=(",", ":")).encode(
        errors="backslashreplace"
    )


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=9), values, max_size=3), max_size=4), st.booleans()
)
def test_a_log(added: list[dict[str, Any]], ascii: bool) -> None:
    content = b"".join(line(one | LOG_ENTRY, ascii) + b"\n" for one in added) + b"damaged\n"
    log = log_of(content)
    again = log_of(log.content)
    assert (again.entries, again.lines, again.problems) == (log.entries, log.lines, ())


def test_the_longest_lines_of_a_log() -> None:
    longest = line(LOG_ENTRY | {"é": "é" * 2000})
    assert 4000 < len(longest) <= 4096
    log = log_of(b"".join([longest + b"\n"] * 1000) + b"damaged\n")
    assert len(log.entries) == 1000
    assert log_of(log.content).entries == log.entries


SESSION = {"started": "2026-03-01", "seconds": 1e15, "from_step": 0, "git": {"commit": "0" * 40}}
KNOWN = sorted(Card.__dataclass_fields__)
LARGE = {f"{i:<2}" + "\0" * 58: "\0" * 200 for i in range(20)}
NAMES = st.sampled_from(KNOWN) | st.text(max_size=8)
"""Names of fields; "unknown", a field of `Card`, is possible too."""

dates = st.datetimes().map(lambda time: time.isoformat())
machines = st.dictionaries(st.text(max_size=70), scalars, max_size=25)
sessions = st.fixed_dictionaries(
    {}, optional={"started": dates, "seconds": st.floats(0, 1e16), "hardware": machines}
)
moves = st.tuples(st.integers(0), st.sampled_from(["tau", "beta", "seed"]), st.floats(-1, 1))
fields = values | dates | st.lists(sessions | scalars) | st.lists(moves) | machines


def written_again(content: dict[str, Any]) -> Card:
    """Read, write and read a card again, assert that nothing changes, and return it."""
    card, _ = card_of(content, CARD)
    written = as_json(card.as_json())
    assert len(written) < LARGEST_TEXT[CARD] * 0.8
    again, left_out = card_of(decoded(written), CARD)
    assert (as_json(again.as_json()), left_out) == (written, ())
    return card


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, fields))
def test_a_card(content: dict[str, Any]) -> None:
    written_again(content | {"phase": "stopped"})


@pytest.mark.parametrize(
    "content",
    [
        {"later": "é" * 200_000},
        {"later": {str(i): "\n" for i in range(50_000)}},
        {f"later{i}": [[[[[[[0] * 1300]]]]]] for i in range(200)},
        {"sessions": [SESSION] * 5000},
        {"sessions": [SESSION | {"hardware": {chr(97 + i): 1e15 for i in range(20)}}] * 1000},
        {"sessions": [SESSION | {"versions": {f"{i}": "\0" * 200 for i in range(20)}}] * 30},
        {
            "sessions": [SESSION | dict.fromkeys(["hardware", "versions"], LARGE)] * 3,
            "planned": [[2**50, "beta", 0.00012345678901234567]] * 2000,
            "figures": {f"{i:<3}" + "\0" * 57: 1e15 for i in range(100)},
            "reason": "\0" * 2000,
            **{f"later{i}": [[[[[[[0] * 1300]]]]]] for i in range(20)},
        },
        {"planned": [[2**50, "learning_rate", 0.00012345678901234567]] * 9000},
        {"figures": {f"{i}" + "\0" * 55: 1e15 for i in range(500)}, "reason": "\0" * 2000},
    ],
    ids=lambda content: next(iter(content)),
)
def test_a_card_that_is_larger_when_written_again(content: dict[str, Any]) -> None:
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(packed) < LARGEST_TEXT[CARD]
    card = written_again(content | {"phase": "stopped"})
    assert all(getattr(card, name) for name in content if name in KNOWN)


def test_a_run_with_a_large_card_is_exported_and_imported(tmp_path: Path) -> None:
    session = SESSION | {"hardware": {chr(97 + i): 1e15 for i in range(20)}}
    card = {"sessions": [session] * 1000, "later": "é" * 200_000, "step": -1}
    folder = write_run(tmp_path / "there")
    content = json.loads((folder / CARD).read_bytes()) | card
    (folder / CARD).write_bytes(line(content))
    before = Record(folder)
    assert len(before.sessions) == 500
    assert [problem.split()[1] for problem in before.problems] == [
        "'step'",
        "'later'",
        "'sessions'",
    ]
    exported = export_zip(before)
    assert exported.left_out == before.problems
    store = Store(tmp_path / "here")
    for copies in (0, 1):
        # A copy gets a new id, so its card is written again.
        after, left_out = import_zip(store, exported.content)
        assert (after.sessions, after.problems, len(left_out)) == (before.sessions, (), copies)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_label(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = write_run(tmp_path_factory.mktemp("label"))
    letters = st.characters(exclude_categories=["C", "Z", "M"])
    name = data.draw(st.text(letters, min_size=1, max_size=LONGEST_NAME))
    tags = data.draw(
        st.lists(st.text(letters, min_size=1, max_size=LONGEST_TAG), max_size=MOST_TAGS)
    )
    record = Record(folder)
    record.relabel(name=name, tags=tags)
    again = Record(folder)
    assert (again.name, again.tags, again.problems) == (record.name, record.tags, ())


def test_the_longest_label(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    family = "".join(["\U0001f469\U0001f3fd", *["\u200d\U0001f467\U0001f3fd"] * 4])
    tags = [family * (LONGEST_TAG - 1) + str(i) for i in range(MOST_TAGS)]
    Record(folder).relabel(name=family * LONGEST_NAME, tags=tags)
    again = Record(folder)
    assert (again.name, again.problems) == (family * LONGEST_NAME, ())
    assert again.tags == tuple(tags)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_findings(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = write_run(tmp_path_factory.mktemp("findings"))
    shares = st.floats(0, 1)
    removed = sorted(data.draw(st.sets(st.integers(1, 3000), min_size=1, max_size=999)))
    line = tuple(data.draw(shares) for _ in range(3))
    points = tuple(line[i % 3] for i in range(len(removed) + 1))
    curves = (points, points, points, points, line[0], line[1])
    texts = st.text(st.characters(exclude_categories=["Cs", "Cf"]), max_size=60)
    known = {"cpu": data.draw(texts), "cores": None, "device": "cpu", "threads": 1}
    findings = Findings(
        run=folder.name,
        step=data.draw(st.integers(0, 2**53 - 1)),
        epoch=data.draw(st.floats(0, 1e15)),
        seed=SETTINGS.seed,
        counts_differ=data.draw(st.booleans()),
        images=1,
        pixels=removed[-1],
        always_zero=0,
        draws=1,
        baseline=data.draw(texts),
        baseline_problem=data.draw(texts) * 16,
        removed=(0, *removed),
        curves=tuple(Curves(ranking, *curves) for ranking in RANKINGS),
        seconds=data.draw(st.floats(0, 1e15)),
        hardware=known,
        versions={data.draw(texts): data.draw(texts)},
    )
    save(findings, folder)
    assert read(Record(folder)) == findings
