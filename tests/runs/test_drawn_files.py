"""For any content of a run's files, reading, showing, export and import do not fail."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from drawn_files import arrays, damaged, edited, logs, snapshots, values
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_run import RUN_ID, SETTINGS, write_run
from test_findings import GOOD

from dgviz.cli.runs_text import all_as_json, as_text, table
from dgviz.runs.archive import Imported, export_zip, import_zip, obstacle
from dgviz.runs.contents import RunsError, Unreadable
from dgviz.runs.faithfulness.findings_file import read
from dgviz.runs.faithfulness.text import caveats, circumstances, rows, stale, verdict
from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    FINDINGS,
    LABEL,
    LARGEST_TEXT,
    METRICS,
    SNAPSHOTS,
)
from dgviz.runs.layout import SETTINGS as SETTINGS_FILE
from dgviz.runs.record import Record
from dgviz.runs.report import report_html
from dgviz.runs.store import Store
from dgviz.runs.tables import metrics_csv
from dgviz.ui.runs.table import frame

LABELLED = {"name": "mine", "tags": ["a", "b"]}
MOST_MEMORY = 100 * 2**20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose files the tests replace one at a time."""
    folder = write_run(tmp_path_factory.mktemp("drawn"), label=LABELLED)
    (folder / FINDINGS).write_text(json.dumps(GOOD.as_dict()))
    return folder


@contextlib.contextmanager
def replaced(folder: Path, name: str, content: bytes) -> Any:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    try:
        yield
    finally:
        (folder / name).write_bytes(before)


def used(folder: Path) -> Imported | None:
    """Do everything that dgviz does with a run; the exported run is imported without losses."""
    record = Record(folder)
    for problem in record.damage():
        assert len(problem) < 1000 and problem.encode()
    report = report_html(record)
    words = as_text(record, None) + table([record])
    assert words.encode() and "\x1b" not in words
    assert report.encode() and len(report) < 200_000
    assert json.dumps(all_as_json(record, None), allow_nan=False).encode()
    assert metrics_csv(record) and frame([record]).to_csv().encode()
    with contextlib.suppress(Unreadable):
        if findings := read(record):
            assert findings.csv() and rows(findings) and caveats(findings)
            sentences = [*verdict(findings), circumstances(findings), stale(findings, record, None)]
            assert "".join(sentences).encode()
    obstacle(record)
    try:
        exported = export_zip(record)
    except RunsError:
        return None
    arrived = imported(folder, exported.content)
    assert arrived is not None
    assert [problem for problem in arrived.left_out if "it is missing" not in problem] == []
    return arrived


def imported(folder: Path, content: bytes) -> Imported | None:
    """Import a zip into an empty directory; None if it is refused."""
    store = Store(folder.parent / "elsewhere")
    shutil.rmtree(store.root, ignore_errors=True)
    try:
        arrived = import_zip(store, content)
    except RunsError as refusal:
        assert str(refusal).endswith(".") and str(refusal).encode()
        return None
    damage = [problem for problem in arrived.record.damage() if "it is missing" not in problem]
    assert [problem for problem in damage if f"without {SETTINGS_FILE}" not in problem] == []
    return arrived


def card_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / CARD).read_bytes())
    return content


@given(data=st.data())
@settings(max_examples=40)
def test_any_card(folder: Path, data: st.DataObject) -> None:
    moved = {"planned": [[12, "tau", 0.6]], "reason": "Enough."}
    with replaced(folder, CARD, data.draw(edited(card_of(folder) | moved))):
        used(folder)


@given(data=st.data())
@settings(max_examples=15)
def test_any_settings_and_label(folder: Path, data: st.DataObject) -> None:
    with replaced(folder, SETTINGS_FILE, data.draw(edited(SETTINGS.as_dict()))):
        used(folder)
    with replaced(
        folder, LABEL, data.draw(edited(LABELLED) | damaged(json.dumps(LABELLED).encode()))
    ):
        used(folder)


@given(data=st.data())
@settings(max_examples=25)
def test_any_findings(folder: Path, data: st.DataObject) -> None:
    with replaced(folder, FINDINGS, data.draw(edited(GOOD.as_dict()))):
        used(folder)


@given(data=st.data())
@settings(max_examples=25)
def test_any_log(folder: Path, data: st.DataObject) -> None:
    lines = (folder / METRICS).read_bytes().splitlines()
    with replaced(folder, METRICS, data.draw(logs(lines))):
        used(folder)


@given(data=st.data())
@settings(max_examples=25)
def test_any_snapshots_and_arrays(folder: Path, data: st.DataObject) -> None:
    recorded = (folder / SNAPSHOTS).read_bytes()
    with replaced(folder, SNAPSHOTS, data.draw(snapshots(recorded))):
        used(folder)
    with replaced(folder, data.draw(st.sampled_from([FACTS, CHECKPOINT])), data.draw(arrays())):
        used(folder)


@given(data=st.data())
@settings(max_examples=25)
def test_any_zip(folder: Path, data: st.DataObject) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        for name in (SETTINGS_FILE, CARD, METRICS):
            place = data.draw(st.sampled_from([RUN_ID, "..", "a/b", ""]))
            content = (folder / name).read_bytes()
            packed.writestr(f"{place}/{name}", data.draw(st.just(content) | damaged(content)))
    imported(folder, kept.getvalue())
    imported(folder, data.draw(damaged(kept.getvalue())))


LARGEST = {
    "a card of brackets": (CARD, b'{"phase":"stopped","a":[', b"[],", b"[]]}"),
    "a card of sessions": (CARD, b'{"phase":"stopped","sessions":[', b"{},", b"{}]}"),
    "settings of brackets": (SETTINGS_FILE, b'{"beta":[', b"[],", b"[]]}"),
    "findings of brackets": (FINDINGS, b'{"format":1,"curves":[', b"[],", b"[]]}"),
    "a log of line breaks": (METRICS, b"", b"\n", b""),
    "a log of brackets": (METRICS, b"", b"[]\n", b""),
    "a log of one line": (METRICS, b'{"a":[', b"[],", b"[]]}\n"),
    "a log of the shortest lines": (
        METRICS,
        b"",
        b'{"kind":"metrics","step":0,"epoch":0,"active_ratio":0,"active_weights":0,"macs":0}\n',
        b"",
    ),
}


@pytest.mark.parametrize(("name", "begin", "middle", "end"), LARGEST.values(), ids=LARGEST)
def test_the_largest_files_take_little_memory(
    folder: Path, name: str, begin: bytes, middle: bytes, end: bytes
) -> None:
    times = (LARGEST_TEXT[name] - len(begin) - len(end)) // len(middle)
    with replaced(folder, name, begin + times * middle + end):
        tracemalloc.start()
        try:
            record = Record(folder)
            record.log()
            record.damage()
            with contextlib.suppress(Unreadable):
                read(record)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < MOST_MEMORY


@given(value=values)
def test_any_json_value_as_a_card(folder: Path, value: Any) -> None:
    with replaced(folder, CARD, json.dumps(value).encode()):
        assert Record(folder).card is None
