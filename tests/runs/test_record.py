"""Damaged parts of a run's folder are reported, and the other parts stay usable."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import synthetic_run
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from trainer_elsewhere import FIRST, TrainerElsewhere

from bench.run_folders import write_run
from dgviz.runs import log
from dgviz.runs import record as record_module
from dgviz.runs.card import Session
from dgviz.runs.card_fields import card_of
from dgviz.runs.contents import RunsError
from dgviz.runs.files import as_json
from dgviz.runs.inspection import parts
from dgviz.runs.labels import LONGEST_NAME
from dgviz.runs.layout import CARD, CHECKPOINT, FACTS, FILES, LABEL, METRICS, SETTINGS, SNAPSHOTS
from dgviz.runs.log import MOST_LINES, log_of
from dgviz.runs.moves import moves
from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Settings

ID = "0123456789ab"
PHASES = {"running", "finished", "stopped", "failed", "interrupted"}

DEEP = "[" * 100_000
CONTENTS = {
    "empty": b"",
    "no JSON": b"{",
    "binary": bytes(range(256)),
    "a list": b"[]",
    "null": b"null",
    "nested without end": DEEP.encode(),
    "nested deeply": b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "NaN": b'{"epoch": NaN}',
    "infinite": b'{"epoch": 1e999, "step": 1e999, "beta": 1e999}',
    "huge": b'{"epoch": 1' + b"0" * 4000 + b', "beta": 1' + b"0" * 4000 + b"}",
    "too long a number": b'{"epoch": 1' + b"0" * 5000 + b"}",
    "half a surrogate pair": b'{"reason": "\\ud800", "name": "\\ud800", "phase": "done"}',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path, ID, Settings(seed=5))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("scratch"), ID)


def problems_of(name: str, record: Record) -> list[str]:
    """The problems of one file. The snapshots of these runs are not valid."""
    return [problem for problem in record.damage() if name in problem]


def use(record: Record) -> None:
    """Use a record in every way; nothing may raise."""
    assert record.phase in PHASES
    assert isinstance(record.reason, str) and record.reason.encode() is not None
    assert record.title and record.title.encode()
    assert isinstance(record.name, str) and all(isinstance(tag, str) for tag in record.tags)
    assert record.parent is None or len(record.parent) == 12
    assert record.created.tzinfo is UTC and f"{record.created:%Y-%m-%d %H:%M}"
    assert record.created < datetime.max.replace(tzinfo=UTC)
    assert isinstance(record.step, int) and record.step >= 0
    assert isinstance(record.epoch, float) and record.epoch >= 0
    assert isinstance(record.epochs, int) and record.epochs >= 0
    assert record.seconds >= 0
    assert all(isinstance(value, int | float) for value in record.figures.values())
    assert all(f"{value:,.3f}" for value in [record.seconds, *record.figures.values()])
    assert record.ended == (record.phase != "running")
    assert isinstance(record.resumable, bool) and record.disk_bytes >= 0
    assert all(problem.endswith((".", ")")) for problem in record.problems)
    assert set(record.problems) <= set(record.damage())
    for step, knob, value in record.planned:
        assert step >= 0 and KNOBS[knob].check(value) == value
    assert all(knob in KNOBS for _, knob, _ in moves(record.card, record.log()))
    if record.card is not None:
        written = as_json(record.card.as_json())
        again, left_out = card_of(json.loads(written), CARD)
        assert (as_json(again.as_json()), left_out) == (written, ())
    for entry in record.log():
        assert entry["kind"] in ("metrics", "knob") and isinstance(entry["step"], int)
    record.snapshots().of("gates")
    record.facts()
    json.dumps([record.figures, record.log(), record.reason], allow_nan=False)


def test_the_attributes_of_a_record(folder: Path) -> None:
    record = Record(folder)
    use(record)
    assert record.problems == () and problems_of(METRICS, record) == []
    assert record.id == ID and record.settings == Settings(seed=5)
    assert (record.phase, record.reason, record.end_is_recorded) == ("finished", "", True)
    assert (record.step, record.epoch, record.epochs) == (21_500, 50.0, 50)
    assert record.seconds == 61.0 and record.figures["active_ratio"] == 0.3331
    assert record.parent is None and not record.resumable
    assert record.title == f"{ID[:4]} · paper, β 0.03 → 1, seed 5" and record.tags == ("bench",)
    assert [entry["kind"] for entry in record.log()] == ["metrics"] * 3 + ["knob", "metrics"]
    assert record.facts() == (folder / FACTS).read_bytes()
    assert record.disk_bytes == sum((folder / name).stat().st_size for name in FILES)


def test_a_title_has_the_differences_from_the_preset(tmp_path: Path) -> None:
    def titled(**knobs: Any) -> str:
        shutil.rmtree(tmp_path / ID, ignore_errors=True)
        record = Record(write_run(tmp_path, ID, Settings.from_preset(**knobs)))
        return record.title.removeprefix(f"{ID[:4]} · ")

    # The only move in their logs is to β = 1.
    assert titled(preset="classroom") == "classroom, seed 0"
    assert titled(preset="paper", beta=0.5, seed=2) == "paper, β 0.5 → 1, seed 2"
    assert titled(preset="paper", method="dense", epochs=3) == "dense, paper, epochs 3, seed 0"


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("name", [SETTINGS, CARD, LABEL])
def test_a_damaged_file_is_reported(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    record = Record(folder)
    use(record)
    if name == LABEL and content in (CONTENTS["NaN"], CONTENTS["infinite"]):
        return
    # An object without the fields of a label is a label without a name.
    harmless = name == LABEL and content in (CONTENTS["nested deeply"], CONTENTS["huge"])
    assert harmless or [problem.split()[0] for problem in record.problems] == [name]
    # The other parts are unchanged.
    assert (record.settings is None) == (name == SETTINGS)
    assert (record.card is None) == (name == CARD)
    assert len(record.log()) == 5 and len(record.snapshots().of("gates")) == 4


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_reported_if_it_is_required(folder: Path, name: str) -> None:
    (folder / name).unlink()
    record = Record(folder)
    use(record)
    needed = name in (SETTINGS, CARD)
    assert record.problems == ((f"{name} cannot be used: it is missing.",) if needed else ())


@pytest.mark.parametrize("name", FILES)
def test_a_folder_where_a_file_should_be(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    use(Record(folder))


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@hypothesis_settings(max_examples=15, deadline=None)
def test_torn_and_flipped_files(scratch: Path, name: str, data: st.DataObject) -> None:
    whole = (scratch / name).read_bytes()
    try:
        broken = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
        if broken and data.draw(st.booleans()):
            broken[data.draw(st.integers(0, len(broken) - 1))] ^= data.draw(st.integers(1, 255))
        (scratch / name).write_bytes(broken)
        use(Record(scratch))
    finally:
        (scratch / name).write_bytes(whole)


def test_an_empty_folder_is_a_run_without_files(tmp_path: Path) -> None:
    (tmp_path / ID).mkdir()
    record = Record(tmp_path / ID)
    use(record)
    assert [problem.split()[0] for problem in record.problems] == [SETTINGS, CARD]
    assert (record.title, record.phase, record.reason) == (f"run {ID}", "interrupted", "")
    assert not record.resumable and record.disk_bytes == 0


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    record = Record(tmp_path / ID)
    use(record)
    assert record.created == datetime.fromtimestamp(0, UTC)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
SITTING = st.dictionaries(
    st.sampled_from(["started", "ended", "seconds", "from_step", "hardware", "versions", "git"]),
    JSON | st.floats(allow_nan=False),
)
CARDS = st.fixed_dictionaries(
    {},
    optional={
        "format": JSON,
        "id": JSON,
        "parent": JSON | st.sampled_from([ID, "../../etc", ID.upper()]),
        "created": JSON | st.datetimes().map(str) | st.sampled_from(["0001-01-01", "9999-12-31"]),
        "phase": JSON | st.sampled_from(sorted(PHASES)),
        "reason": JSON | st.text(),
        "step": JSON,
        "steps_per_epoch": JSON,
        "epochs": JSON,
        "epoch": JSON | st.floats(allow_nan=False),
        "figures": JSON | st.dictionaries(st.text(max_size=8), JSON),
        "planned": JSON | st.lists(st.lists(JSON, min_size=3, max_size=3), max_size=2),
        "sessions": JSON | st.lists(JSON | SITTING, max_size=3),
    },
)


@given(card=CARDS | JSON, with_settings=st.booleans())
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_card_can_be_read(scratch: Path, card: Any, with_settings: bool) -> None:
    whole = {name: (scratch / name).read_bytes() for name in (CARD, SETTINGS)}
    try:
        # Python writes Infinity and surrogates too.
        (scratch / CARD).write_text(json.dumps(card))
        if not with_settings:
            (scratch / SETTINGS).unlink()
        use(Record(scratch))
    finally:
        for name, content in whole.items():
            (scratch / name).write_bytes(content)


@pytest.mark.parametrize("odd", ["x", [], -1, 0.5, 10**400, True])
def test_an_invalid_first_step_of_a_session_is_left_out(folder: Path, odd: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    card["sessions"] = [{"seconds": 1.0, "from_step": odd}]
    (folder / CARD).write_text(json.dumps(card))
    (folder / METRICS).write_text(
        '{"kind": "knob", "step": 3, "epoch": 0.1, "knob": "tau", "from": 0.5, "to": 0.6}\n'
    )
    record = Record(folder)
    (problem,) = record.problems
    assert problem.startswith("card.json: 'sessions.0.from_step' must be a whole number")
    assert record.sessions == (Session(seconds=1.0),)
    use(record)


@given(
    label=st.fixed_dictionaries(
        {}, optional={"name": JSON | st.text(), "tags": JSON | st.lists(JSON, max_size=12)}
    )
)
@hypothesis_settings(max_examples=80, deadline=None)
def test_any_label_can_be_read(scratch: Path, label: Any) -> None:
    whole = (scratch / LABEL).read_bytes()
    try:
        (scratch / LABEL).write_text(json.dumps(label))
        use(Record(scratch))
    finally:
        (scratch / LABEL).write_bytes(whole)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bta": 1}, "'bta' is not a setting"),
        ({"beta": "lots"}, "β (beta) must be"),
        ({"beta": None}, "β (beta) must be"),
        ({"seed": 10**200}, "seed must be"),
        ({"hidden": 1.5}, "H (hidden) must be"),
        ({"method": ["dense"]}, "method must be"),
        ({"method": {}}, "method must be"),
        ({"dataset": "../mnist"}, "dataset must be"),
    ],
)
def test_invalid_settings_are_reported(folder: Path, change: dict[str, Any], words: str) -> None:
    (folder / SETTINGS).write_text(json.dumps({**Settings().as_dict(), **change}))
    record = Record(folder)
    use(record)
    (problem,) = record.problems
    assert problem.startswith("settings.json cannot be used: ") and words in problem
    # The fields of the card are still shown, but the run cannot be resumed.
    assert record.settings is None and record.epochs == 50 and record.figures
    assert not record.resumable


def test_a_missing_knob_takes_its_default(folder: Path) -> None:
    (folder / SETTINGS).write_text('{"beta": 2}')
    assert Record(folder).settings == Settings(beta=2)


def test_a_one_shot_run_is_read_whose_weight_decay_had_another_name(folder: Path) -> None:
    stored = Settings.from_preset("paper", method="one_shot").as_dict()
    stored["one_shot.l2"] = 0.002
    del stored["weight_decay"]
    (folder / SETTINGS).write_text(json.dumps(stored))
    settings = Record(folder).settings
    assert settings is not None and settings.weight_decay == 0.002


@pytest.mark.parametrize("method", ["l0", "continuous"])
def test_a_run_stored_before_its_rate_was_a_knob_had_a_rate_of_1(method: str, folder: Path) -> None:
    stored = Settings.from_preset("paper", method=method).as_dict()
    rate = stored.pop(f"{method}.rate")
    (folder / SETTINGS).write_text(json.dumps(stored))
    settings = Record(folder).settings
    assert settings is not None and settings[f"{method}.rate"] == 1
    # In a link, a missing rate is the default.
    assert Settings.from_query({"method": method})[0][f"{method}.rate"] == rate != 1


@pytest.mark.parametrize("nesting", range(880, 1000, 5))
def test_settings_nested_as_deeply_as_json_can_be_read(folder: Path, nesting: int) -> None:
    (folder / SETTINGS).write_text('{"beta": ' + "[" * nesting + "]" * nesting + "}")
    (folder / LABEL).write_text('{"tags": [' + "[" * nesting + "]" * nesting + "]}")
    use(Record(folder))


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "weather", "wind": 3},
        {"kind": "knob", "knob": "l0.zeta", "from": 1.0, "to": {"low": 2}},
        {"kind": "knob", "knob": "hidden", "from": 8, "to": 16},
    ],
    ids=["another kind", "an unknown knob", "a knob that is not live here"],
)
def test_a_line_of_a_later_version_is_kept(folder: Path, line: dict[str, Any]) -> None:
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    before = Record(folder)
    entries, changes, planned = before.log(), before.changes(), before.planned
    lines.insert(2, json.dumps({**line, "step": 43, "epoch": 0.1}).encode() + b"\n")
    (folder / METRICS).write_bytes(b"".join(lines))
    record = Record(folder)
    assert problems_of(METRICS, record) == []
    assert log_of((folder / METRICS).read_bytes()).content == b"".join(lines)
    assert [e for e in record.log() if e["kind"] in ("metrics", "knob")] == entries
    assert (record.changes(), record.planned) == (changes, planned) and changes


@pytest.mark.parametrize("name", [None, 7, "", ["tau"], "<b>", "x" * 61])
def test_a_move_of_a_knob_without_a_name_is_damaged(folder: Path, name: Any) -> None:
    line = {"kind": "knob", "step": 0, "epoch": 0, "knob": name, "from": 1, "to": 2}
    (folder / METRICS).write_bytes(json.dumps(line).encode() + b"\n")
    assert Record(folder).log() == []


def test_a_damaged_line_of_the_log_affects_only_itself(folder: Path) -> None:
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    before = Record(folder).log()
    for i in range(len(lines)):
        for broken in (
            b"\n",
            b"null\n",
            b'{"kind": "metrics"}\n',
            b"[" * 50_000 + b"\n",
            lines[i].replace(b'"epoch": 0', b'"epoch": NaN,"was": 0'),
            lines[i].replace(b'"epoch": 0', b'"epoch": 1e999,"was": 0'),
            lines[i].replace(b'"step": ', b'"step": -'),
            lines[i].replace(b'"kind": "', b'"kind": ["'),
            lines[i].replace(b'"kind"', b'"kin"'),
            lines[i].replace(b'"active_ratio"', b'"active_ratip"').replace(b'"to"', b'"ot"'),
        ):
            if broken == lines[i] or (broken.endswith(b"-0\n") or b'"step": -0' in broken):
                continue
            (folder / METRICS).write_bytes(b"".join([*lines[:i], broken, *lines[i + 1 :]]))
            record = Record(folder)
            use(record)
            assert record.log() == before[:i] + before[i + 1 :], broken[:60]
            assert problems_of(METRICS, record) == [
                "Damaged lines in metrics.jsonl, which are skipped: 1."
            ]


@pytest.mark.parametrize("seconds", [253402300799.0, -62135596800.0, 1e11, 1e30, float("nan")])
def test_a_folder_dated_at_the_end_of_the_calendar(folder: Path, seconds: float) -> None:
    (folder / CARD).unlink()
    record = Record(folder)
    # Mocked, because not every disk can store such a date.
    record.folder = SimpleNamespace(stat=lambda: SimpleNamespace(st_mtime=seconds))  # type: ignore[assignment]
    assert record.created == datetime.fromtimestamp(0, UTC)


def test_a_damaged_step_affects_only_its_entry(folder: Path) -> None:
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    before = Record(folder).log()
    for i, step in enumerate((0, 43, 86, 86)):
        changed = lines[i].replace(b'"step": %d' % step, b'"step": 99999')
        (folder / METRICS).write_bytes(b"".join([*lines[:i], changed, *lines[i + 1 :]]))
        assert Record(folder).log() == before[:i] + before[i + 1 :]


def test_a_long_log_is_read_up_to_a_limit(folder: Path) -> None:
    line = b'{"kind":"metrics","step":0,"epoch":0,"active_ratio":0,"active_weights":0,"macs":0}\n'
    (folder / METRICS).write_bytes(line * (MOST_LINES + 5))
    record = Record(folder)
    assert len(record.log()) == MOST_LINES
    assert problems_of(METRICS, record) == [
        "metrics.jsonl has more than 30,000 lines; only the first are read."
    ]
    (folder / METRICS).write_bytes(line * MOST_LINES)
    assert problems_of(METRICS, Record(folder)) == []


def test_a_line_that_is_too_long_is_damaged(folder: Path) -> None:
    lines = (folder / METRICS).read_bytes()
    before = Record(folder).log()
    (folder / METRICS).write_bytes(b'{"x": "' + b"x" * 4096 + b'"}\n' + lines)
    record = Record(folder)
    assert record.log() == before
    assert problems_of(METRICS, record) == ["Damaged lines in metrics.jsonl, which are skipped: 1."]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epoch", 1e299),
        ("epoch", -0.5),
        ("active_ratio", 1.5),
        ("test_accuracy", 98.0),
        ("train_loss", 1e299),
        ("macs", 10**300),
        ("active_weights", None),
    ],
)
def test_an_entry_of_the_log_out_of_bounds_affects_only_itself(
    folder: Path, field: str, value: Any
) -> None:
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    before = Record(folder).log()
    entry = json.loads(lines[0]) | {field: value}
    (folder / METRICS).write_bytes(json.dumps(entry).encode() + b"\n" + b"".join(lines[1:]))
    assert Record(folder).log() == before[1:]


def test_only_known_fields_of_a_log_entry_are_used(folder: Path) -> None:
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    before = Record(folder).log()
    later = {f"x{i}": 0 for i in range(200)} | {"later": [1], "half": "\ud83d"}
    more = [json.dumps(json.loads(line) | later).encode() + b"\n" for line in lines]
    (folder / METRICS).write_bytes(b"".join(more))
    record = Record(folder)
    assert record.log() == before and record.changes() and problems_of(METRICS, record) == []
    for entry in [*record.log(), *record.changes()]:
        assert len(entry) <= 12
    # The other fields stay in the file: valid lines are written unchanged.
    (folder / METRICS).write_bytes(b"".join([b"damaged\n", *more]))
    written = {part.name: part.content for part in parts(Record(folder))}[METRICS]
    assert written == b"".join(more)


def test_a_change_of_settings_is_read_as_a_number(folder: Path) -> None:
    move = {"kind": "knob", "step": 0, "epoch": 0, "knob": "tau", "from": "0.5", "to": "6e-1"}
    (folder / METRICS).write_text(json.dumps(move) + "\n")
    record = Record(folder)
    (change,) = record.changes()
    assert (change["from"], change["to"]) == (0.5, 0.6)
    assert "0.6" in record.courses["tau"].text


def test_a_log_is_parsed_once_for_a_page_its_report_and_its_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, parsed = log._entry, []

    def count(line: bytes) -> Any:
        parsed.append(line)
        return entry(line)

    monkeypatch.setattr(log, "_entry", count)
    log.log_of.cache_clear()
    record = Record(folder)
    record.log()
    record.damage()
    Record(folder).log()
    assert parsed == (folder / METRICS).read_bytes().splitlines()


def test_a_run_being_trained_has_reached_what_its_log_says(tmp_path: Path) -> None:
    trainer = TrainerElsewhere(tmp_path)
    trainer.log(b"".join(trainer.lines[FIRST:16]) + trainer.lines[16][:20])
    record = Record(trainer.folder)
    # Step 14, and the last evaluation, at step 10; the other figures are the checkpoint's.
    assert record.reached.epoch == 1.4 and record.step == 0
    known = record.reached.figures
    assert (known["test_accuracy"], known["active_weights"]) == (0.5, 6352 - 190 * 14)
    assert known["parameters"] == record.figures["parameters"]
    # Of a log of any length only the end is read.
    trainer.log(trainer.lines[16][20:] + b"{}\n" * 2**16 + b"".join(trainer.lines[17:19]))
    assert Record(trainer.folder).reached.epoch == 1.7
    # A resume trains the steps after the checkpoint again.
    trainer.card(step=20, epoch=2.0)
    assert Record(trainer.folder).reached == (2.0, record.figures)
    trainer.lock.release()
    trainer.card(step=0, epoch=0.0)
    assert Record(trainer.folder).reached == (0.0, record.figures), "where a resume begins"


def test_an_incomplete_last_line_is_no_damage(folder: Path) -> None:
    content = (folder / METRICS).read_bytes()
    before = Record(folder).log()
    last = content[:-1].rindex(b"\n") + 1
    for cut in range(last, len(content)):
        (folder / METRICS).write_bytes(content[:cut])
        record = Record(folder)
        assert record.log() == before[:-1] and problems_of(METRICS, record) == []


def test_only_the_logs_read_last_are_cached(tmp_path: Path) -> None:
    records = [Record(write_run(tmp_path, f"{i:012x}")) for i in range(20)]
    for i, record in enumerate(records):
        with (record.folder / METRICS).open("a") as file:
            file.write(json.dumps({"kind": "note", "step": 1000 + i, "epoch": 9}) + "\n")
    first = records[0].log()
    assert records[0].log() is first
    assert all(record.log()[:-1] == first[:-1] for record in records)
    again = records[0].log()
    assert again == first and again is not first


def test_missing_figures_of_a_log_point_are_none(folder: Path) -> None:
    line = {"kind": "metrics", "step": 0, "epoch": 0.0, "active_ratio": 1.0}
    line |= {"active_weights": 10, "macs": 10}
    (folder / METRICS).write_text(json.dumps(line) + "\n")
    (entry,) = Record(folder).log()
    assert entry["test_accuracy"] is None and entry["train_loss"] is None


def test_damage_that_is_found_only_when_all_files_are_read(tmp_path: Path) -> None:
    folder = synthetic_run.write_run(tmp_path)
    content = bytearray((folder / SNAPSHOTS).read_bytes())
    content[30] ^= 1
    (folder / SNAPSHOTS).write_bytes(content)
    record = Record(folder)
    assert record.problems == ()
    assert record.damage() == ("Damaged snapshots in snapshots.bin, which are skipped: 1.",)


def test_a_running_card_without_a_held_lock_is_interrupted(
    tmp_path: Path,
) -> None:
    record = Record(write_run(tmp_path, ID, phase="running", step=430, epoch=1.0))
    use(record)
    assert (record.phase, record.resumable, record.end_is_recorded) == ("interrupted", True, False)
    lost = "Its training process ended without giving a reason."
    assert record.reason == f"{lost} Resume goes on from epoch 1.0 (step 430)."
    never_saved = Record(write_run(tmp_path, "b" * 12, phase="running", step=0, epoch=0.0))
    assert never_saved.reason == f"{lost} Resume begins the run again from the start."
    (record.folder / SETTINGS).write_text("{")
    unreadable = Record(record.folder)
    assert (unreadable.reason, unreadable.resumable) == (lost, False)


@pytest.mark.parametrize(
    "created",
    ["9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_clock_that_was_far_off(tmp_path: Path, created: str) -> None:
    use(Record(write_run(tmp_path, ID, created=created)))


def test_a_run_without_a_date_has_the_date_of_its_folder(tmp_path: Path) -> None:
    folder = write_run(tmp_path, ID, created=None)
    os.utime(folder, (1e9, 1e9))
    assert Record(folder).created == datetime.fromtimestamp(1e9, UTC)


@pytest.mark.parametrize("time", [2.0**33, 2.0**40, -(2.0**40)])
def test_a_folder_from_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time: float
) -> None:
    folder = write_run(tmp_path, ID, created=None)
    stat = os.stat_result((0o40700, 0, 0, 0, 0, 0, 0, time, time, time))
    record = Record(folder)
    monkeypatch.setattr(Path, "stat", lambda path, **rest: stat)
    created = record.created
    assert created.tzinfo is UTC


def test_negative_times_of_sessions_are_left_out(tmp_path: Path) -> None:
    sessions = [{"seconds": 10.0}, {"seconds": -500.0}, {"seconds": 5}]
    record = Record(write_run(tmp_path, ID, sessions=sessions))
    assert record.seconds == 15.0


def test_only_an_id_can_be_a_parent(tmp_path: Path) -> None:
    for i, parent in enumerate(["../../etc", "ABCDEFABCDEF", ID + "\n", 12, "<b>", ID[:-1]]):
        assert Record(write_run(tmp_path / str(i), ID, parent=parent)).parent is None
    assert Record(write_run(tmp_path, "f" * 12, parent=ID)).parent == ID


def test_a_folder_without_read_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **rest: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    for name in ("open", "read_bytes", "stat", "iterdir", "exists"):
        monkeypatch.setattr(Path, name, refuse)
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse)
    record = Record(folder)
    use(record)
    assert (
        record.problems[0] == "settings.json cannot be used: it cannot be read (Permission denied)."
    )


def test_a_name_and_tags_are_saved(folder: Path) -> None:
    record = Record(folder)
    record.relabel(name="  First β run ", tags=["a b", "C-1", "a b", " x_y. "])
    for one in (record, Record(folder)):
        assert (one.name, one.tags) == ("First β run", ("a b", "C-1", "x_y."))
        assert one.title == "First β run"
    record.relabel(tags=[])
    record.relabel(name="")
    again = Record(folder)
    assert (again.name, again.tags) == ("", ())
    assert again.title.startswith(f"{ID[:4]} · paper, ")


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ({"name": "x" * (LONGEST_NAME + 1)}, "at most 80 characters"),
        ({"name": 3}, "line of text"),
        ({"tags": "word"}, "list of words"),
        ({"tags": 3}, "list of words"),
        ({"tags": [f"t{i}" for i in range(11)]}, "at most 10 tags"),
        ({"tags": ["x" * 31]}, "at most 30 characters"),
        ({"tags": [None]}, "line of text"),
    ],
)
def test_an_invalid_label_changes_nothing(folder: Path, label: dict[str, Any], words: str) -> None:
    record = Record(folder)
    with pytest.raises(RunsError, match=words):
        record.relabel(**label)
    assert (
        (record.name, record.tags)
        == ("", ("bench",))
        == (
            Record(folder).name,
            Record(folder).tags,
        )
    )


def test_a_label_that_cannot_be_saved_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record_module, "write_json", full)
    record = Record(folder)
    with pytest.raises(RunsError, match="The name could not be saved: No space left on device"):
        record.relabel(name="new")
    assert record.name == ""


def test_a_damaged_checkpoint_affects_no_other_file(folder: Path) -> None:
    (folder / CHECKPOINT).write_bytes(b"\xff" * 8)
    record = Record(folder)
    use(record)
    assert record.problems == ()
