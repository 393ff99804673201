"""Finished runs that are trained further."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import short_runs
from synthetic_run import RUN_ID, SETTINGS, write_run

from dgviz.live.hub import Hub
from dgviz.methods.catalogue import METHODS
from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.baselines import finished_baseline
from dgviz.runs.contents import RunsError
from dgviz.runs.extension import caveat, extend, extension_text
from dgviz.runs.layout import CARD, CHECKPOINT, LOCK, METRICS, SNAPSHOTS
from dgviz.runs.record import Record
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.repeating import commands
from dgviz.runs.report import report_html
from dgviz.runs.store import Store
from dgviz.settings import Settings

SHORT = Settings(hidden=8, epochs=3, batch_size=7, validation=0, device="cpu", beta=2.0)
"""9 steps in an epoch of the tiny data."""
SCHEDULED = SHORT.with_changes(learning_rate_schedule="cosine", freeze_at=0.5)


def trained(store: Store, run_id: str, settings: Settings) -> Record:
    session = TrainingSession.new(store, run_id, settings, None)
    session.end("finished", snapshot=short_runs.train(session))
    return store.record(run_id)


def trained_further(store: Store, run_id: str, epochs: int) -> Record:
    session = TrainingSession.resumed(store, extend(store, run_id, epochs))
    session.end("finished", snapshot=short_runs.train(session))
    assert session.recorder is not None
    return store.record(session.recorder.run_id)


def contents(record: Record) -> dict[str, bytes]:
    names = (METRICS, SNAPSHOTS, CHECKPOINT)
    return {name: (record.folder / name).read_bytes() for name in names}


def test_with_constant_schedules_it_equals_an_uninterrupted_run_bit_for_bit(
    on_tiny: None, tmp_path: Path
) -> None:
    """Extended twice, over a thinning of the snapshots: weights, log and snapshots."""
    store = Store(tmp_path)
    short = trained(store, "a" * 12, SHORT)
    longer = trained_further(store, trained_further(store, short.id, 7).id, 12)
    assert contents(longer) == contents(trained(store, "b" * 12, SHORT.with_changes(epochs=12)))
    assert longer.settings == SHORT.with_changes(epochs=12)
    assert longer.extended == ((27, 3), (63, 7)) and longer.matches_settings
    assert "after epoch 3 and again after epoch 7. On a CPU, the result equals" in extension_text(
        longer
    )
    assert [session.from_step for session in longer.sessions] == [0, 27, 63]


def test_the_finished_run_stays_as_it_is(on_tiny: None, tmp_path: Path) -> None:
    store = Store(tmp_path)
    short = trained(store, "a" * 12, SHORT)
    before = {file: file.read_bytes() for file in short.folder.iterdir() if file.name != LOCK}
    longer = trained_further(store, short.id, 4)
    assert {file: file.read_bytes() for file in before} == before
    assert (longer.parent, longer.epochs, longer.phase) == (short.id, 4, "finished")
    assert extension_text(short) == ""
    assert {folder.name for folder in tmp_path.iterdir()} == {short.id, longer.id, ".data"}


def test_with_schedules_it_says_that_it_is_no_uninterrupted_run(
    on_tiny: None, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    longer = trained_further(store, trained(store, "a" * 12, SCHEDULED).id, 6)
    whole = trained(store, "b" * 12, SCHEDULED.with_changes(epochs=6))
    assert contents(longer)[CHECKPOINT] != contents(whole)[CHECKPOINT]
    assert whole.matches_settings and not longer.matches_settings
    sentence = "for 6 epochs from the start therefore gives another result."
    assert extension_text(longer).endswith(sentence)
    report = report_html(longer)
    assert sentence in report and "train --resume RUN --epochs=6" in report
    assert "for 3 epochs at first" in report_html(longer)


def test_a_killed_extension_is_resumed_like_any_run(on_tiny: None, tmp_path: Path) -> None:
    store = Store(tmp_path)
    run_id = extend(store, trained(store, "a" * 12, SHORT).id, 5)
    assert store.record(run_id).resumable
    session = TrainingSession.resumed(store, run_id)
    session.end("stopped", snapshot=short_runs.train(session, last_step=40))
    again = TrainingSession.resumed(store, run_id)
    again.end("finished", snapshot=short_runs.train(again))
    whole = trained(store, "b" * 12, SHORT.with_changes(epochs=5))
    assert contents(store.record(run_id)) == contents(whole)


@pytest.mark.parametrize(
    ("changes", "settings", "epochs", "message"),
    [
        ({}, SETTINGS, 2, "the number of epochs must be larger. It was 2."),
        ({}, SETTINGS, 1001, "from 1 to 1000"),
        ({"phase": "stopped"}, SETTINGS, 4, "has not finished its 2 epochs: resume it first"),
        ({}, SETTINGS.with_changes(epochs=1000), 1001, "no run may have more"),
    ],
)
def test_what_cannot_be_trained_further_is_explained(
    changes: dict[str, Any], settings: Settings, epochs: int, message: str, tmp_path: Path
) -> None:
    write_run(tmp_path, settings=settings, card=changes)
    with pytest.raises(RunsError, match=message):
        extend(Store(tmp_path), RUN_ID, epochs)
    assert [folder.name for folder in tmp_path.iterdir()] == [RUN_ID]


def test_without_a_checkpoint_or_room_nothing_is_copied(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    with pytest.raises(RunsError, match="is full"):
        extend(Store(tmp_path, quota_bytes=1), RUN_ID, 4)
    (folder / CHECKPOINT).unlink()
    with pytest.raises(RunsError, match="has no checkpoint"):
        extend(Store(tmp_path), RUN_ID, 4)
    assert [folder.name for folder in tmp_path.iterdir()] == [RUN_ID]


def test_an_export_keeps_how_a_run_was_trained_further(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "here", card={"extended": [[10, 1], "odd", [True, 2]]})
    record = Record(folder)
    assert record.extended == ((10, 1),) and len(record.left_out) == 2
    copy = import_zip(Store(tmp_path / "there"), export_zip(record).content).record
    assert copy.extended == record.extended
    assert json.loads((copy.folder / CARD).read_text())["extended"] == [[10, 1]]


def test_a_scheduled_run_trained_further_is_no_baseline(tmp_path: Path) -> None:
    gated = SETTINGS.with_changes(learning_rate_schedule="cosine", freeze_at=0.5)
    dense = gated.baseline()
    assert dense is not None
    write_run(tmp_path, settings=dense, card={"extended": [[10, 1]]}, log=[])
    assert finished_baseline(Store(tmp_path), gated) is None
    hub = Hub(1, Store(tmp_path))
    hub.find(RUN_ID)
    assert hub.baseline_of(gated) is None
    write_run(tmp_path, "b" * 12, settings=dense, log=[])
    assert finished_baseline(Store(tmp_path), gated) is not None


def test_the_commands_repeat_each_part() -> None:
    start = "python -m dgviz train"
    assert len(commands(SHORT, [3, 7])) == 1
    first, *longer = commands(SCHEDULED, [1, 2])
    assert first.startswith(start) and "--epochs=1 " in f"{first} "
    assert longer == [f"{start} --resume RUN --epochs={epochs}" for epochs in (2, 3)]


@pytest.mark.parametrize("method", METHODS)
def test_only_methods_and_schedules_that_follow_progress_say_so(method: str) -> None:
    settings = Settings.from_preset("paper", method=method)
    spec = METHODS[method]
    assert settings.follows_progress == (spec.timed or settings.rounds > 1)
    assert settings.with_changes(freeze_at=0.8).follows_progress
    assert settings.with_changes(learning_rate_schedule="warmup").follows_progress


def test_a_run_of_one_epoch_was_planned_for_one_epoch() -> None:
    scheduled = Settings(beta_schedule="ramp", epochs=2)
    assert "it was planned for 1 epoch at first" in caveat(scheduled, [1])
    assert "it was planned for 1 epoch at first, then for 3 epochs. A run" in caveat(
        scheduled, [1, 3]
    )
