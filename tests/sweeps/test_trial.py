"""One trial, and the folder of its sweep: done once, resumed, redone where it cannot be trusted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import finish
from tiny_sweep import GRID, TRIAL

from dgviz.runs.layout import CARD, CHECKPOINT, LOCK
from dgviz.runs.locks import lock_on
from dgviz.runs.recording import recorder, session
from dgviz.settings import Settings
from dgviz.sweeps import result as results
from dgviz.sweeps.folder import SweepError, SweepFolder, TrialStore, claimed, shard
from dgviz.sweeps.grid import MOST_VALUES, Grid, GridError, trial_id
from dgviz.sweeps.result import EPOCH_FIGURES, RESULT, read
from dgviz.sweeps.trial import AFTERWARDS, train_trial

pytestmark = pytest.mark.usefixtures("on_tiny")
NAME = trial_id(TRIAL)


def test_a_trial_is_an_ordinary_run_with_a_result(tmp_path: Path) -> None:
    assert train_trial(tmp_path, TRIAL) == "done"
    record = TrialStore(tmp_path).record(NAME)
    assert record.phase == "finished"
    found = read(tmp_path / NAME)
    assert found and found.settings == TRIAL and not found.diverged
    assert found.figures == record.figures
    evaluated = [e for e in record.log() if e.get("test_accuracy") and e["epoch"] in (1, 2, 3, 4)]
    assert found.epochs["test_accuracy"] == [entry["test_accuracy"] for entry in evaluated]
    assert {len(found.epochs[name]) for name in EPOCH_FIGURES} == {TRIAL.epochs}
    assert found.epochs["dead_hidden_units"][-1] == record.figures["dead_hidden_units"]


def test_the_network_is_measured_with_other_thresholds(tmp_path: Path) -> None:
    train_trial(tmp_path, TRIAL)
    found = read(tmp_path / NAME)
    assert found
    assert found.afterwards["tau"] == list(AFTERWARDS)
    trained = found.afterwards["tau"].index(TRIAL.tau)
    for figure in ("test_accuracy", "validation_accuracy", "active_weights"):
        assert found.afterwards[figure][trained] == found.figures[figure]
    weights = [int(w or 0) for w in found.afterwards["active_weights"]]
    assert weights == sorted(weights, reverse=True) and weights[0] > weights[-1]
    dense = TRIAL.with_changes(method="dense")
    train_trial(tmp_path, dense)
    other = read(tmp_path / trial_id(dense))
    assert other and other.afterwards == {}


def test_what_a_trial_keeps(tmp_path: Path) -> None:
    for name in ("last", "all"):
        (tmp_path / name).mkdir()
    train_trial(tmp_path / "last", TRIAL)
    train_trial(tmp_path / "all", TRIAL, everything=True)
    last, everything = (TrialStore(tmp_path / name).record(NAME) for name in ("last", "all"))
    assert not (last.folder / CHECKPOINT).exists() and (everything.folder / CHECKPOINT).exists()
    [kept] = last.snapshots().of("gates")
    assert len(everything.snapshots().of("gates")) > 1
    newest = everything.snapshots().of("gates")[-1]
    assert kept.step == newest.step
    read_of = [one.snapshots().read("gates", kept.step) for one in (last, everything)]
    assert read_of[0] == read_of[1]
    assert last.problems == ()


def test_a_trial_that_is_done_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_trial(tmp_path, TRIAL)
    before = (tmp_path / NAME / RESULT).stat().st_mtime_ns
    monkeypatch.setattr(session, "train", None)
    assert train_trial(tmp_path, TRIAL) == "done"
    assert (tmp_path / NAME / RESULT).stat().st_mtime_ns == before


def killed_at(step: int, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Train the trial in a process that is killed at a step, with checkpoints after every step."""
    original = session.train

    def train(*arguments: Any, **options: Any) -> Any:
        for snapshot in original(*arguments, **options):
            yield snapshot
            if snapshot.step == step:
                os.kill(os.getpid(), signal.SIGKILL)

    with patch.context() as patched:
        patched.setattr(session, "train", train)
        patched.setattr(recorder, "CHECKPOINT_SECONDS", 0.0)
        # Forked, so that it has the tiny data.
        process = get_context("fork").Process(target=train_trial, args=(folder, TRIAL))
        process.start()
        process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_trial_whose_process_was_killed_goes_on_from_its_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    train_trial(tmp_path / "whole", TRIAL)
    killed_at(25, tmp_path / "killed", monkeypatch)
    assert read(tmp_path / "killed" / NAME) is None
    steps: list[int] = []
    original = session.train

    def train(*arguments: Any, **options: Any) -> Any:
        for snapshot in original(*arguments, **options):
            steps.append(snapshot.step)
            yield snapshot

    monkeypatch.setattr(session, "train", train)
    assert train_trial(tmp_path / "killed", TRIAL) == "done"
    assert steps[0] >= 20 and steps[-1] == 40
    whole, killed = (read(tmp_path / name / NAME) for name in ("whole", "killed"))
    assert whole and killed and whole.figures == killed.figures
    assert killed.epochs["test_accuracy"] == whole.epochs["test_accuracy"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_checkpoint_that_does_not_fit_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at(25, tmp_path, monkeypatch)
    other = TRIAL.with_changes(hidden=9)
    train_trial(tmp_path, other, everything=True)
    wrong = (tmp_path / trial_id(other) / CHECKPOINT).read_bytes()
    (tmp_path / NAME / CHECKPOINT).write_bytes(wrong)
    assert train_trial(tmp_path, TRIAL) == "done"
    found = read(tmp_path / NAME)
    assert found and None not in found.epochs["dead_hidden_units"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"format": 1',
        b"[]",
        b"[" * 100_000,
        json.dumps({"figures": {}, "diverged": ""}).encode(),
    ],
)
def test_a_torn_result_is_redone_and_not_trusted(tmp_path: Path, content: bytes) -> None:
    train_trial(tmp_path, TRIAL)
    whole = read(tmp_path / NAME)
    (tmp_path / NAME / RESULT).write_bytes(content)
    assert read(tmp_path / NAME) is None
    assert train_trial(tmp_path, TRIAL) == "done"
    again = read(tmp_path / NAME)
    assert whole and again and again.figures == whole.figures


def test_a_result_that_was_changed_is_not_trusted(tmp_path: Path) -> None:
    train_trial(tmp_path, TRIAL)
    content = json.loads((tmp_path / NAME / RESULT).read_text())
    for part, changes in (
        ("settings", {"seed": 5}),
        ("figures", {"active_weights": 0.5}),
        ("figures", {"macs": 1e300}),
        ("figures", {"pixels_in_use": -1}),
    ):
        changed = {**content, part: {**content[part], **changes}}
        (tmp_path / NAME / RESULT).write_text(json.dumps(changed))
        assert read(tmp_path / NAME) is None


def test_a_trial_that_diverges_is_done_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild = TRIAL.with_changes(learning_rate=1.0, method="dense")
    original = session.train

    def train(*arguments: Any, **options: Any) -> Any:
        for snapshot in original(*arguments, **options):
            yield snapshot
            if snapshot.step == 5:
                snapshot.method.model[0].weight.data.fill_(float("inf"))

    monkeypatch.setattr(session, "train", train)
    assert train_trial(tmp_path, wild) == "done"
    found = read(tmp_path / trial_id(wild))
    assert found and found.figures == {} and "stopped being a finite number" in found.diverged
    monkeypatch.setattr(session, "train", None)
    assert train_trial(tmp_path, wild) == "done"


def test_a_trial_that_another_process_trains_is_left_to_it(tmp_path: Path) -> None:
    with claimed(tmp_path, NAME) as is_ours:
        assert is_ours
        assert train_trial(tmp_path, TRIAL) == "elsewhere"
    # Nobody is at work on what a killed process has left, not even a moment later.
    place = tmp_path / NAME
    place.mkdir()
    with lock_on(place / LOCK):
        assert train_trial(tmp_path, TRIAL) == "elsewhere"
    assert train_trial(tmp_path, TRIAL) == "done"
    assert [*(tmp_path / ".claims").iterdir()] == []


def test_a_damaged_folder_is_made_again_and_the_old_one_is_kept_for_a_day(tmp_path: Path) -> None:
    train_trial(tmp_path, TRIAL)
    (tmp_path / NAME / RESULT).unlink()
    (tmp_path / NAME / CARD).write_text("no card")
    (tmp_path / NAME / "notes.txt").write_text("mine")
    assert train_trial(tmp_path, TRIAL) == "done"
    assert not (tmp_path / NAME / "notes.txt").exists()
    assert (tmp_path / ".bin" / NAME / "notes.txt").read_text() == "mine"


def test_the_folder_of_a_sweep(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path / "sweep")
    assert not sweep.exists
    with pytest.raises(SweepError, match="There is no sweep in"):
        sweep.grid()
    assert sweep.extend(GRID) == sweep.grid() == GRID
    more = Grid(GRID.base, {"beta": (0.5,), "tau": (0.5,)}, seeds=3)
    assert len(sweep.extend(more)) == 3 * 3 * 2
    trial = next(iter(GRID.trials()))
    train_trial(sweep.path, trial)
    found = [(one, result) for one, result in sweep.results(GRID) if result]
    assert [one for one, _ in found] == [trial]
    assert sweep.begun() == {trial_id(trial)}
    with pytest.raises(GridError, match="another sweep"):
        sweep.extend(Grid(GRID.base.with_changes(hidden=9), GRID.axes))


def test_the_values_of_a_sweep_are_replaced_and_no_trial_is_removed(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path / "sweep")
    fewer = Grid(GRID.base, {"tau": (0.5, 0.7), "beta": (0.1,)})
    assert sweep.replace(GRID) == GRID
    trial = trial_id(next(iter(GRID.trials())))
    (sweep.path / trial).mkdir()
    assert sweep.replace(fewer) == sweep.grid() == fewer
    assert [*sweep.grid().axes] == ["beta", "tau"] and sweep.begun() == {trial}
    for lock in (sweep.path / ".claims" / trial, sweep.path / trial / LOCK):
        with claimed(sweep.path, trial):
            pass
        sweep.check_idle()
        with lock_on(lock):
            # Values that the sweep has already change nothing.
            assert sweep.replace(fewer) == fewer
            with pytest.raises(SweepError, match="is being trained: wait for it, or stop it"):
                sweep.replace(GRID)
    with pytest.raises(GridError, match="another sweep"):
        sweep.replace(Grid(GRID.base.with_changes(hidden=9), GRID.axes))
    assert sweep.replace(GRID) == GRID


def test_what_a_kill_left_of_the_first_grid_is_ignored(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path)
    (tmp_path / ".sweep.json-0123abcd").write_text('{"format"')
    sweep.extend(GRID)
    assert sweep.grid() == GRID and not [*tmp_path.glob(".sweep.json-*")]


def test_the_largest_grid_can_be_read_again(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path)
    rates = tuple((i + 7) / 123_456.789 for i in range(MOST_VALUES))
    grid = Grid(Settings.from_preset("classroom"), {"learning_rate": rates})
    assert sweep.extend(grid) == sweep.grid()


def test_a_folder_with_other_files_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    sweep = SweepFolder(tmp_path)
    for change in (sweep.extend, sweep.replace):
        with pytest.raises(SweepError, match=r"not the folder of a sweep: it has thesis\.txt"):
            change(GRID)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(SweepError, match=r"sweep\.json is damaged\. Restore it, or remove"):
        SweepFolder(tmp_path).grid()
    (tmp_path / "sweep.json").write_text("{}")
    with pytest.raises(SweepError, match=r"sweep\.json cannot be used: It does not describe a gr"):
        SweepFolder(tmp_path).grid()


def test_a_sweep_that_has_lost_its_grid_is_laid_out_again(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path)
    sweep.extend(GRID)
    name = finish(tmp_path, TRIAL)
    for has_claims in (False, True):
        if has_claims:
            # None is done.
            shutil.rmtree(tmp_path / name)
            with claimed(tmp_path, name):
                (tmp_path / name).mkdir()
        (tmp_path / "sweep.json").unlink()
        assert sweep.extend(GRID) == GRID and sweep.begun() == {name}
    # The runs directory has runs, which have no results.
    (tmp_path / "runs" / name).mkdir(parents=True)
    with pytest.raises(SweepError, match="not the folder of a sweep"):
        SweepFolder(tmp_path / "runs").extend(GRID)


def test_each_trial_is_in_one_shard_and_stays_there() -> None:
    grid = Grid(Settings.from_preset("classroom"), {"tau": tuple(i / 99 for i in range(100))})
    parts = [[one for one in grid.ids() if shard(one, i, 4)] for i in (1, 2, 3, 4)]
    assert sum(map(len, parts)) == 100
    assert all(10 < len(part) < 45 for part in parts)
    larger = Grid(grid.base, {**grid.axes}, seeds=2)
    for number, part in enumerate(parts, start=1):
        again = [one for one in larger.ids() if shard(one, number, 4)]
        assert {*part} <= {*again}


def test_a_result_is_written_and_read_whole(tmp_path: Path) -> None:
    train_trial(tmp_path, TRIAL)
    found = read(tmp_path / NAME)
    assert found
    (tmp_path / "copy" / NAME).mkdir(parents=True)
    results.write(tmp_path / "copy" / NAME, found)
    assert read(tmp_path / "copy" / NAME) == found
