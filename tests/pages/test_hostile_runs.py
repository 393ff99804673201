"""Every page, with runs whose files were edited to break it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from drawn_files import edited
from fresh import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from synthetic_run import write_run

from dgviz.cli.runs_text import all_as_json, as_text, table
from dgviz.live import hub as hub_module
from dgviz.live.hub import the_hub
from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    FINDINGS,
    LABEL,
    METRICS,
    SETTINGS,
    SNAPSHOTS,
)
from dgviz.runs.report import report_html
from dgviz.runs.store import Store, the_store
from dgviz.ui import words
from dgviz.ui.words import escaped

ROOT = Path(__file__).parents[2]
HALF = "\ud83d"
"""Half of a surrogate pair, which cannot be encoded."""

SESSION = {"started": "2026-03-01T05:06:07+00:00", "ended": None, "seconds": 1.0, "from_step": 0}
SOUND = "as many sessions as are allowed"
EDITED: dict[str, dict[str, Any]] = {
    "created in the last year": {"created": "9999-12-31T23:59:59+00:00"},
    "created in the first year": {"created": "0001-01-01T00:00:00+00:00"},
    "huge figures": {"figures": {"test_accuracy": 1e299, "active_ratio": -1e299, "macs": 1e299}},
    "half a character of hardware": {"sessions": [{**SESSION, "hardware": {"cpu": HALF}}]},
    "half a character of a version": {"sessions": [{**SESSION, "versions": {HALF: HALF}}]},
    "half a character of a commit": {"sessions": [{**SESSION, "git": {"commit": HALF}}]},
    "a commit that is a picture": {
        "sessions": [{**SESSION, "git": {"commit": "![](//z.io)", "dirty": "yes"}}]
    },
    "too many sessions": {"sessions": [SESSION] * 20_000},
    SOUND: {"sessions": [SESSION] * 1000},
    "a very long session": {"sessions": [{**SESSION, "seconds": 1e299, "started": "9999-12-31"}]},
    "a huge epoch": {"epoch": 1e299, "step": 2**52, "steps_per_epoch": 2**52},
    "planned changes beyond their bounds": {"planned": [[1, "tau", 7], [2**60, "beta", 1], 3]},
    "a very long field and reason": {"figures": {"a" * 10_000: 1}, "reason": "\n- # <b>" * 1000},
}


def lines(*entries: dict[str, Any]) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


POINT = {"kind": "metrics", "epoch": 0.5, "active_ratio": 1, "active_weights": 1, "macs": 2**53 - 1}
MOVE = {"kind": "knob", "epoch": 0.5, "knob": "beta", "from": 0.5, "to": 1}
FOREIGN_FILES: dict[str, dict[str, bytes | None]] = {
    "changes beyond their bounds": {
        METRICS: lines(
            POINT | {"step": 1},
            MOVE | {"step": 1, "to": 1e299},
            MOVE | {"step": 1, "to": "1e3"},
            MOVE | {"step": 1, "knob": "seed"},
            MOVE | {"step": 1, "from": "0.5", "to": "1e-1"},
            MOVE | {"step": 2**53 - 1, "epoch": 2**53 - 1, "calls_off": HALF},
            POINT | {"step": 2**53 - 1, "epoch": 2**53 - 1},
        )
    },
    "as many lines as are allowed": {
        METRICS: lines(
            *(
                (MOVE | {"step": i, "epoch": i, "to": i % 7} if i % 2 else POINT | {"step": i})
                for i in range(30_000)
            )
        )
    },
    "very long lines": {
        METRICS: lines(POINT | {"step": 1, "x": "x" * 4_000_000}, POINT | {"step": 2})
        + b'{"knob":' * 400_000
    },
    "lines of unknown fields": {
        METRICS: lines(*[MOVE | {"step": 1} | {f"x{i}": HALF for i in range(150)}] * 2000)
    },
    "invalid settings": {SETTINGS: b"[" * 60_000},
    "settings out of their bounds": {
        SETTINGS: b'{"hidden": 1e299, "seed": -1, "preset": "\\ud83d"}'
    },
    "findings that are text": {
        FINDINGS: json.dumps({"format": 2, "baseline_problem": "![](//z.io)" * 50_000}).encode()
    },
    "very long findings": {FINDINGS: b'{"format":1,"curves":[' + b"[]," * 300_000 + b"[]]}"},
    "snapshots of noise": dict.fromkeys((SNAPSHOTS, FACTS, CHECKPOINT), b"DGV1" * 50000),
    "a deeply nested header": {
        name: (60_000).to_bytes(8, "little") + b"[" * 60_000 for name in (FACTS, CHECKPOINT)
    },
    "a label with a reversed text": {
        LABEL: json.dumps({"name": "\u202egnp", "tags": [7]}).encode()
    },
    "no card, at the end of the calendar": {CARD: None},
}
IDS = {name: f"{number:012x}" for number, name in enumerate([*EDITED, *FOREIGN_FILES], 1)}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("library") / "runs"
    for name, card in EDITED.items():
        write_run(root, IDS[name], card=card, label={"name": "see www.evil.example", "tags": []})
    for name, files in FOREIGN_FILES.items():
        folder = write_run(root, IDS[name])
        for file, content in files.items():
            if content is None:
                (folder / file).unlink()
            else:
                (folder / file).write_bytes(content)
        # The latest date; a file system in memory stores it.
        os.utime(folder, (253402300799, 253402300799))
    write_run(root, "f" * 12)
    return root


@pytest.fixture(autouse=True)
def store(library: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DGVIZ_RUNS", str(library))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    with fresh(the_store, the_hub):
        yield the_store()


def opened(name: str, **query: Any) -> AppTest:
    """Open a page, and fail if drawing it raised an exception."""
    page = AppTest.from_file(str(ROOT / "dgviz" / "ui" / "shell.py"), default_timeout=30)
    for key, value in query.items():
        page.query_params[key] = value
    page.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert not page.exception
    return page


def sources(page: AppTest) -> str:
    return "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("name", ["live", "pixels", "runs"])
def test_no_page_fails_because_of_one_run(
    name: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "timezone", lambda: ZoneInfo(zone))
    opened(name)


@pytest.mark.parametrize("edited", EDITED)
def test_a_run_with_an_edited_card_is_shown_and_compared(edited: str, store: Store) -> None:
    run = IDS[edited]
    pages = [opened("runs", run=query) for query in (run, [run, "f" * 12], ["f" * 12, run])]
    for page in pages:
        assert "](//" not in sources(page) and "www.evil" not in sources(page)
    for name in ("live", "pixels"):
        opened(name, run=run)
    problems = store.record(run).problems
    assert bool(problems) == (edited != SOUND)
    warned = "".join(warning.value for warning in pages[0].warning)
    assert all(escaped(problem) in warned for problem in problems)
    report = report_html(store.record(run))
    assert len(report.encode()) < 2_000_000


@pytest.mark.parametrize("edited", FOREIGN_FILES)
def test_a_run_with_a_foreign_file_is_shown_and_compared(edited: str, store: Store) -> None:
    run = IDS[edited]
    page = opened("runs", run=[run, "f" * 12])
    assert "](//" not in sources(page)
    for name in ("runs", "live", "pixels"):
        opened(name, run=run)
    assert len(report_html(store.record(run)).encode()) < 3_000_000


DRAWN = "d" * 12


@given(data=st.data())
@settings(max_examples=6)
def test_no_page_fails_because_of_any_card(library: Path, data: st.DataObject) -> None:
    folder = library / DRAWN
    if not folder.exists():
        write_run(library, DRAWN)
    whole = (folder / CARD).read_bytes()
    (folder / CARD).write_bytes(data.draw(edited(json.loads(whole))))
    try:
        for query in (DRAWN, [DRAWN, "f" * 12]):
            opened("runs", run=query)
        for name in ("live", "pixels"):
            opened(name, run=DRAWN)
    finally:
        (folder / CARD).write_bytes(whole)


def test_all_runs_are_listed_on_the_command_line(store: Store) -> None:
    records = store.records()
    assert table(records).encode()
    for record in records:
        assert as_text(record, None).encode()
        assert json.dumps(all_as_json(record, None), allow_nan=False)
