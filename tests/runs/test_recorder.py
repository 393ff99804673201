"""The files of a recorded run, also when the disk fails or the run is resumed."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import zlib
from pathlib import Path
from typing import Any

import pytest
import torch
from short_runs import train
from without_locks import refuse_flock

from dgviz.data.split import Splits
from dgviz.runs import digits
from dgviz.runs import log as log_module
from dgviz.runs.contents import RunsError
from dgviz.runs.files import append_whole
from dgviz.runs.layout import CARD, CHECKPOINT, LARGEST_TEXT, LOCK, METRICS
from dgviz.runs.locks import is_locked
from dgviz.runs.log import as_lines, log_of
from dgviz.runs.recording import recorder as recorder_module
from dgviz.runs.recording.recorder import Recorder
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.snapshot_blob import last_blob
from dgviz.runs.store import Store, Usage
from dgviz.settings import Settings, SettingsError
from dgviz.training.blob import unpack
from dgviz.training.checkpoint import unpack_checkpoint
from dgviz.training.gate_state import score_bytes
from dgviz.training.knobs import Knobs

RUN = "0123456789ab"
SETTINGS = Settings(hidden=4, batch_size=3, epochs=3, device="cpu", learning_rate=0.05)
"""20 steps an epoch on the tiny data, a log point every second."""


pytestmark = pytest.mark.usefixtures("on_tiny")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def new(store: Store, settings: Settings = SETTINGS) -> TrainingSession:
    return TrainingSession.new(store, RUN, settings, parent="f" * 12)


def release(session: TrainingSession) -> None:
    """Release the files and the lock, as a killed process does."""
    assert session.recorder is not None
    session.recorder._held.close()


def test_a_finished_run_is_recorded_completely(store: Store) -> None:
    session = new(store)
    last = train(session)
    session.end("finished", snapshot=last)
    record = store.record(RUN)
    assert (record.phase, record.problems) == ("finished", ())
    assert record.settings == SETTINGS and record.parent == "f" * 12
    assert (record.step, record.epoch, record.epochs) == (60, 3.0, 3)
    assert record.figures["test_accuracy"] == last.evaluation.test_accuracy
    assert [entry["step"] for entry in record.log()] == list(range(0, 61, 2))
    (session,) = record.sessions
    assert session.versions["torch"] and session.hardware["cpu"]
    assert session.started and session.ended and session.started <= session.ended
    assert session.seconds > 0
    checkpoint = unpack_checkpoint((record.folder / CHECKPOINT).read_bytes())
    assert checkpoint.step == 60


def test_the_test_images_are_stored_once_for_all_runs(store: Store, tiny: Splits) -> None:
    session = new(store)
    train(session, 1)
    session.end("stopped")
    tensors, figures = unpack(zlib.decompress(digits.read(store.root, "mnist") or b""))
    assert tensors["images"].equal(tiny.test_images)
    assert tensors["labels"].equal(tiny.test_labels.to(torch.uint8))
    assert figures["classes"] == ["a", "b", "c"]
    assert digits.read(store.root, "kmnist") is None
    assert [record.id for record in store.records()] == [RUN]


def test_the_newest_snapshots_are_of_the_final_network(store: Store) -> None:
    session = new(store)
    last = train(session, 31)
    session.end("stopped", snapshot=last)
    snapshots = store.record(RUN).snapshots()
    tensors, figures = unpack(last_blob(snapshots, "gates") or b"")
    assert figures["step"] == 31
    assert last.gates.scores is not None
    for i, probs in enumerate(last.gates.scores):
        assert tensors[f"scores.{i}"].equal(score_bytes(probs))
    tensors, figures = unpack(last_blob(snapshots, "weights") or b"")
    assert figures["step"] == 31
    for i, weight in enumerate(layer.weight for layer in last.gates.layers):
        largest = float(weight.detach().abs().max())
        assert (
            float((tensors[f"weights.{i}"].float() - weight.detach()).abs().max()) <= largest / 100
        )


KINDS = ["link", "dangling link", "pipe", "folder"]


def put_in_place(path: Path, kind: str, elsewhere: Path) -> None:
    """Replace a file by something else, as in a folder edited by hand."""
    path.unlink(missing_ok=True)
    match kind:
        case "link":
            path.symlink_to(elsewhere)
        case "dangling link":
            path.symlink_to(elsewhere.with_name("nowhere"))
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()


def changed_at(folder: Path) -> dict[str, tuple[int, int]]:
    stats = {path.name: path.lstat() for path in folder.iterdir()}
    return {name: (about.st_ino, about.st_mtime_ns) for name, about in stats.items()}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*recorder_module.RECORDER_FILES, LOCK])
def test_a_run_is_not_resumed_if_a_file_of_it_is_not_regular(
    store: Store, tmp_path: Path, name: str, kind: str
) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 10))
    folder = store.folder(RUN)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"precious")
    put_in_place(folder / name, kind, elsewhere)
    before = changed_at(folder)
    with pytest.raises(RunsError, match=r"cannot be resumed: .*this must be a file, and is a"):
        TrainingSession.resumed(store, RUN)
    assert changed_at(folder) == before
    assert elsewhere.read_bytes() == b"precious" and not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("kind", KINDS)
def test_test_images_that_cannot_be_read_are_written_again(
    store: Store, tmp_path: Path, kind: str
) -> None:
    place = digits.path_of(store.root, "mnist")
    place.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(b"precious")
    put_in_place(place, kind, tmp_path / "elsewhere")
    with contextlib.suppress(OSError):
        digits.save(store.root, "mnist", lambda: b"images")
    assert digits.read(store.root, "mnist") == (None if kind == "folder" else b"images")
    assert (tmp_path / "elsewhere").read_bytes() == b"precious"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_test_images_are_not_written_through_a_link(store: Store, tmp_path: Path) -> None:
    store.root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    digits.folder(store.root).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="Not a directory"):
        digits.save(store.root, "mnist", lambda: b"images")
    assert digits.read(store.root, "mnist") is None
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_copy_that_shares_its_files_is_not_changed(store: Store) -> None:
    """A copy made by `cp -al`."""
    session = new(store)
    session.pause(train(session, 10))
    release(session)
    folder, copy = store.folder(RUN), store.root / "copy"
    shutil.copytree(folder, copy, copy_function=os.link)
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    again = TrainingSession.resumed(store, RUN)
    again.end("finished", snapshot=train(again))
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before
    assert store.record(RUN).snapshots().damage == ""


def test_a_stopped_run_is_resumed_and_its_training_time_adds_up(store: Store) -> None:
    session = new(store)
    session.end("stopped", "Enough for today.", train(session, 25))
    before = store.record(RUN)
    assert (before.phase, before.reason, before.step) == ("stopped", "Enough for today.", 25)
    again = TrainingSession.resumed(store, RUN)
    assert [entry["step"] for entry in again.log] == list(range(0, 26, 2))
    last = train(again)
    assert again.seconds > before.seconds
    again.end("finished", snapshot=last)
    after = store.record(RUN)
    assert (after.phase, after.reason, after.step) == ("finished", "", 60)
    assert [session.from_step for session in after.sessions] == [0, 25]
    assert after.seconds >= before.seconds


def test_a_run_copied_to_a_disk_without_locks_is_resumed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = new(store)
    session.end("stopped", "", train(session, 25))
    lock = store.folder(RUN) / LOCK
    assert lock.read_bytes() == b""
    os.utime(lock, (1e9, 1e9))
    refuse_flock(monkeypatch)
    again = TrainingSession.resumed(store, RUN)
    again.end("finished", snapshot=train(again))
    assert store.record(RUN).phase == "finished"


def test_a_killed_run_is_resumed_at_its_newest_checkpoint(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "CHECKPOINT_SECONDS", 0.0)
    session = new(store)
    train(session, 25)
    assert store.record(RUN).phase == "running"
    release(session)
    assert store.record(RUN).phase == "interrupted"
    again = TrainingSession.resumed(store, RUN)
    assert again.log[-1]["step"] == 24
    release(again)


def test_a_pause_is_not_training_time(store: Store) -> None:
    session = new(store)
    snapshot = train(session, 10)
    session.pause(snapshot)
    session.exclude_seconds(1000.0)
    assert session.seconds < 0
    assert store.record(RUN).step == 10
    release(session)


def test_two_processes_cannot_record_the_same_run(store: Store) -> None:
    session = new(store)
    with pytest.raises(RunsError, match="being trained by another process"):
        Recorder.reopen(store, RUN)
    session.end("stopped")
    Recorder.reopen(store, RUN).end("stopped", "", None)


def test_an_existing_run_is_not_overwritten(store: Store) -> None:
    new(store).end("stopped")
    assert "not recorded" in new(store).warning
    assert store.record(RUN).phase == "stopped"


def test_a_finished_run_is_not_resumed(store: Store) -> None:
    session = new(store)
    session.end("finished", snapshot=train(session))
    with pytest.raises(RunsError, match="has finished"):
        TrainingSession.resumed(store, RUN)


def test_a_run_that_another_process_just_finished_is_not_resumed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(new(store))
    take_lock = recorder_module._acquire_lock

    def after_the_other(folder: Path) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(recorder_module, "_acquire_lock", take_lock)
            other = TrainingSession.resumed(store, RUN)
            other.end("finished", snapshot=train(other))
        return take_lock(folder)

    monkeypatch.setattr(recorder_module, "_acquire_lock", after_the_other)
    with pytest.raises(RunsError, match="has finished"):
        Recorder.reopen(store, RUN)
    assert store.record(RUN).phase == "finished" and len(store.record(RUN).sessions) == 2
    assert not is_locked(store.root / RUN / LOCK)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[20] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_truncate, _flip])
def test_a_damaged_checkpoint_is_reported_and_not_changed(store: Store, damage: Any) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 20))
    folder = store.record(RUN).folder
    damage(folder / CHECKPOINT)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RunsError, match="damaged"):
        TrainingSession.resumed(store, RUN)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert store.record(RUN).phase == "stopped"


def test_an_incomplete_log_is_cut_at_the_checkpoint(store: Store) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 20))
    log = store.record(RUN).folder / METRICS
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"kind": "metrics", "st')
    again = TrainingSession.resumed(store, RUN)
    assert log.read_bytes() == whole
    again.end("stopped")


def test_incomplete_files_of_a_killed_process_are_removed(store: Store) -> None:
    new(store).end("stopped")
    folder = store.record(RUN).folder
    (folder / ".checkpoint.safetensors-0123abcd").write_bytes(b"half of it")
    (folder / "notes.txt").write_text("the user's own")
    TrainingSession.resumed(store, RUN).end("stopped")
    names = {path.name for path in folder.iterdir()}
    assert "notes.txt" in names and not any(name.startswith(".") for name in names)


def test_a_label_that_the_server_is_writing_is_not_removed(store: Store) -> None:
    new(store).end("stopped")
    folder = store.record(RUN).folder
    writing, abandoned = folder / ".label.json-0123abcd", folder / ".label.json-4567abcd"
    for beside in (writing, abandoned):
        beside.write_bytes(b"half of it")
    os.utime(abandoned, (0, 0))
    TrainingSession.resumed(store, RUN).end("stopped")
    assert writing.exists() and not abandoned.exists()


def test_an_unrecorded_run_has_a_warning_if_room_is_made_at_the_same_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [Usage(2, 1, 10**12), Usage(0, 1, 10**12), Usage(0, 1, 10**12)]
    monkeypatch.setattr(store, "usage", lambda: answers.pop(0))
    session = new(store)
    assert (session.recorder is None) == bool(session.warning)


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "somewhere")


def test_a_disk_that_fills_up_ends_recording_but_not_training(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = new(store)
    knobs = Knobs(SETTINGS)
    for snapshot in session.snapshots(knobs):
        if snapshot.step == 20:
            session.pause(snapshot)
            assert session.warning == ""
        if snapshot.step == 30:
            monkeypatch.setattr(recorder_module, "write_whole", full)
            session.pause(snapshot)
            assert "not recorded any more: No space left on device" in session.warning
    assert snapshot.step == 60
    session.end("finished", snapshot=snapshot)
    # The folder is that of an interrupted run, which can be resumed.
    record = store.record(RUN)
    assert (record.phase, record.step, record.resumable) == ("interrupted", 20, True)
    monkeypatch.undo()


@pytest.mark.parametrize("broken", ["write_json", "write_whole", "SnapshotWriter"])
def test_a_disk_that_is_full_at_the_start_leaves_no_files(
    store: Store, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(recorder_module, broken, full)
    session = new(store)
    assert "not recorded: No space left on device" in session.warning
    assert session.recorder is None and store.records() == []
    assert train(session).step == 60


def test_a_full_runs_directory_gives_a_warning(tmp_path: Path) -> None:
    session = new(Store(tmp_path, quota_bytes=0))
    assert "full" in session.warning and "DGVIZ_RUNS_GB" in session.warning


def test_a_missing_device_leaves_no_folder(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(SettingsError):
        new(store, SETTINGS.with_changes(device="mps"))
    assert store.records() == []


def test_a_clock_that_is_set_back_does_no_harm(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = new(store)
    snapshot = train(session, 20)
    monkeypatch.setattr(recorder_module, "_now", lambda: "1999-12-31T23:59:59.000+00:00")
    session.end("stopped", snapshot=snapshot)
    again = TrainingSession.resumed(store, RUN)
    again.end("finished", snapshot=train(again))
    record = store.record(RUN)
    assert record.phase == "finished" and record.seconds > 0 and not record.problems


def test_a_move_cancelled_by_the_user_is_not_made_after_the_next_kill(store: Store) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 10))
    path = store.record(RUN).folder / CARD
    planned = [[20, "beta", 1.0], [40, "beta", 2.0], [40, "tau", 0.6]]
    path.write_text(json.dumps({**json.loads(path.read_text()), "planned": planned}))
    again = TrainingSession.resumed(store, RUN)
    knobs = Knobs(SETTINGS)
    for snapshot in again.snapshots(knobs):
        if snapshot.step == 25:
            knobs.beta = 5.0
        if snapshot.step == 30:
            break
    again.end("failed")
    third = TrainingSession.resumed(store, RUN)
    assert third.recorder is not None
    assert third.recorder.resume_point.moves == [
        (20, "beta", 1.0),
        (25, "beta", 5.0),
        (40, "tau", 0.6),
    ]
    last = train(third)
    assert (last.beta, last.tau) == (5.0, 0.6)
    third.end("finished", snapshot=last)


def test_a_move_cancelled_by_the_user_stays_cancelled_after_a_second_resume(store: Store) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 10))
    path = store.record(RUN).folder / CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), "planned": [[40, "beta", 1.0]]}))
    again = TrainingSession.resumed(store, RUN)
    knobs = Knobs(SETTINGS)
    for snapshot in again.snapshots(knobs):
        if snapshot.step == 12:
            knobs.beta = 5.0
        if snapshot.step == 20:
            break
    # The checkpoint is after the user's move and before the cancelled one.
    again.end("stopped", snapshot=snapshot)
    third = TrainingSession.resumed(store, RUN)
    assert third.recorder is not None and third.recorder.resume_point.moves == []
    assert train(third).beta == 5.0
    third.end("stopped")


def test_the_last_of_too_many_moves_are_planned(store: Store) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 10))
    folder = store.folder(RUN)
    move = {"kind": "knob", "epoch": 1.0, "knob": "beta", "from": 0.5}
    lines = as_lines(move | {"step": 20 + i, "to": i % 2} for i in range(5000))
    (folder / METRICS).write_bytes((folder / METRICS).read_bytes() + lines)
    again = TrainingSession.resumed(store, RUN)
    record = store.record(RUN)
    assert record.problems == () and len(record.planned) == 2000
    assert again.recorder and again.recorder.resume_point.moves == record.planned
    again.end("stopped")


def test_setting_the_planned_value_at_the_planned_step_cancels_later_moves(
    store: Store,
) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 10))
    path = store.record(RUN).folder / CARD
    planned = [[20, "beta", 1.0], [40, "beta", 2.0]]
    path.write_text(json.dumps({**json.loads(path.read_text()), "planned": planned}))
    again = TrainingSession.resumed(store, RUN)
    assert store.record(RUN).planned == [(20, "beta", 1.0), (40, "beta", 2.0)]
    knobs = Knobs(SETTINGS)
    for snapshot in again.snapshots(knobs):
        if snapshot.step == 20:
            knobs.beta = 1.0
        if snapshot.step == 30:
            break
    assert store.record(RUN).planned == []
    release(again)
    third = TrainingSession.resumed(store, RUN)
    assert third.recorder is not None and third.recorder.resume_point.moves == [(20, "beta", 1.0)]
    assert store.record(RUN).planned == [(20, "beta", 1.0)]
    last = train(third)
    assert last.beta == 1.0
    third.end("finished", snapshot=last)
    assert store.record(RUN).planned == []


def test_a_move_cancelled_by_choosing_the_present_value_stays_cancelled(store: Store) -> None:
    """tau 0.5 -> 0.6 at step 50; checkpoint at 40; kill at 60; the user chooses 0.5 at 42."""

    def killed_at(step: int, session: TrainingSession, changes: dict[int, float]) -> None:
        knobs = Knobs(SETTINGS)
        for snapshot in session.snapshots(knobs):
            if snapshot.step in changes:
                knobs.tau = changes[snapshot.step]
            if snapshot.step == 40:
                session.pause(snapshot)
            if snapshot.step == step:
                break
        release(session)

    killed_at(60, new(store), {50: 0.6})
    again = TrainingSession.resumed(store, RUN)
    assert again.recorder is not None and again.recorder.resume_point.moves == [(50, "tau", 0.6)]
    killed_at(45, again, {42: SETTINGS.tau})
    (entry,) = (entry for entry in store.record(RUN).log() if entry["kind"] == "knob")
    assert (entry["step"], entry["knob"], entry["from"], entry["to"]) == (42, "tau", 0.5, 0.5)
    assert entry["calls_off"]
    third = TrainingSession.resumed(store, RUN)
    assert third.recorder is not None and third.recorder.resume_point.moves == [(42, "tau", 0.5)]
    last = train(third)
    assert last.tau == SETTINGS.tau
    third.end("finished", snapshot=last)


def test_a_log_line_is_written_completely_or_not_at_all(tmp_path: Path) -> None:
    class NearlyFull(io.FileIO):
        """Writes at most ten bytes at a time, and thirty in total."""

        def write(self, content: Any) -> int:
            if self.tell() >= 30:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(bytes(content[:10]))

    with NearlyFull(tmp_path / "log", "wb") as file:
        append_whole(file, b"a line of twenty-five by")
        with pytest.raises(OSError, match="No space"):
            append_whole(file, b"another line that is too long")
    assert (tmp_path / "log").read_bytes() == b"a line of twenty-five by"


def test_a_resume_writes_the_valid_and_unknown_fields_of_a_card(
    store: Store,
) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 25))
    path = store.folder(RUN) / CARD
    card = json.loads(path.read_text())
    card["sessions"][0] |= {"seconds": "long", "hardware": {"cpu": "\ud83d", "cores": 2}}
    path.write_text(json.dumps(card | {"created": "9999-12-31", "energy": {"joules": [1, 2.5]}}))
    assert len(store.record(RUN).problems) == 3
    again = TrainingSession.resumed(store, RUN)
    again.end("finished", snapshot=train(again))
    record = store.record(RUN)
    assert (record.phase, record.problems) == ("finished", ())
    assert record.card and record.card.unknown == {"energy": {"joules": [1, 2.5]}}
    first, second = record.sessions
    assert (first.seconds, first.hardware, first.from_step) == (0.0, {"cores": 2}, 0)
    assert second.from_step == 25


def test_a_resume_writes_the_lines_of_a_log_unchanged(store: Store) -> None:
    session = new(store)
    session.end("stopped", snapshot=train(session, 25))
    path = store.folder(RUN) / METRICS
    # With an escape for each letter, the line would be longer than its limit.
    later = {"later": "é" * 1500}
    entries = [json.loads(line) | later for line in path.read_bytes().splitlines()]
    before = [json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries]
    path.write_bytes(b"".join([b"damaged\n", *before]))
    again = TrainingSession.resumed(store, RUN)
    assert again.log == store.record(RUN).log() and len(again.log) == len(before)
    assert path.read_bytes() == b"".join(before)
    again.end("stopped")


def test_a_log_that_becomes_too_long_ends_recording(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MOST_LINES", 12)
    monkeypatch.setattr(log_module, "MOST_LINES", 12)
    session = new(store)
    session.end("finished", snapshot=train(session))
    assert "any more: a log has at most 12 lines and 8 MB (metrics.jsonl)." in session.warning
    record = store.record(RUN)
    assert [entry["step"] for entry in record.log()] == list(range(0, 24, 2))
    assert record.resumable and not any(METRICS in words for words in record.damage())


def test_the_longest_log_that_the_settings_allow_can_be_read() -> None:
    """1,000 epochs of 19 steps: with these many steps an epoch has the most log points."""
    points = (
        {
            "kind": "metrics",
            "step": step,
            "epoch": step / 19,
            "train_loss": step / 7,
            "train_accuracy": 1 / (step + 3),
            "active_ratio": 1 / (step + 7),
            "active_weights": 2**53 - 1,
            "macs": 2**53 - 1,
            "mean_gate_prob": 1 / (step + 9),
            # Once an epoch, and more often in the first.
            "test_accuracy": 1 / (step + 11) if step % 19 == 0 else None,
            "test_loss": step / 13 if step % 19 == 0 else None,
            "validation_accuracy": 1 / (step + 11) if step % 19 == 0 else None,
        }
        for step in range(19_001)
    )
    content = as_lines(points)
    assert len(content) < LARGEST_TEXT[METRICS]
    log = log_of(content)
    assert len(log.entries) == 19_001 and log.problems == ()
