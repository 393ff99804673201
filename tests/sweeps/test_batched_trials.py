"""Trials that are trained together: their folders, and what is trained alone instead."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_sweep import BASE

from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.recording import recorder
from dgviz.settings import Settings
from dgviz.sweeps import batch, task
from dgviz.sweeps.batch import train_together
from dgviz.sweeps.folder import SweepFolder, TrialStore, claimed
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.result import TrialResult, read
from dgviz.sweeps.trial import train_trial
from dgviz.training.snapshot import Snapshot

pytestmark = pytest.mark.usefixtures("on_tiny")


@pytest.fixture
def trials(device: str) -> list[Settings]:
    """Four trials that can be trained together."""
    base = BASE.with_changes(device=device)
    return list(Grid(base, {"beta": (0.01, 0.1), "tau": (0.5, 0.6)}).trials())


def results(folder: Path, trials: Sequence[Settings]) -> list[TrialResult | None]:
    return [read(folder / trial_id(settings)) for settings in trials]


def test_trials_trained_together_have_the_results_of_trials_trained_alone(
    trials: list[Settings], tmp_path: Path
) -> None:
    for name in ("together", "alone"):
        (tmp_path / name).mkdir()
    train_together(tmp_path / "together", trials)
    for settings in trials:
        train_trial(tmp_path / "alone", settings)
    both = zip(
        results(tmp_path / "together", trials), results(tmp_path / "alone", trials), strict=True
    )
    for mine, theirs in both:
        assert mine and theirs and (mine.together, theirs.together) == (4, 1)
        assert mine.settings == theirs.settings and mine.seconds > 0
        assert mine.figures == pytest.approx(theirs.figures, rel=1e-4)
        for series in ("epochs", "afterwards"):
            of_mine, of_theirs = getattr(mine, series), getattr(theirs, series)
            assert of_mine.keys() == of_theirs.keys()
            for figure, values in of_theirs.items():
                assert of_mine[figure] == pytest.approx(values, rel=1e-4)


def test_each_is_an_ordinary_run_without_a_checkpoint(
    trials: list[Settings], tmp_path: Path
) -> None:
    train_together(tmp_path, trials)
    assert SweepFolder(tmp_path).begun() == {trial_id(settings) for settings in trials}
    for settings in trials:
        record = TrialStore(tmp_path).record(trial_id(settings))
        assert record.phase == "finished" and record.problems == ()
        assert [e["epoch"] for e in record.log() if e["kind"] == "metrics"] == [0, 1, 2, 3, 4]
        assert not (record.folder / CHECKPOINT).exists()
        [kept] = record.snapshots().of("gates")
        assert kept.step == 40 and len(record.snapshots().of("weights")) == 1
        result = read(record.folder)
        assert result and result.figures == record.figures


def test_what_is_done_or_begun_elsewhere_is_left_alone(
    trials: list[Settings], tmp_path: Path
) -> None:
    first, second, third, _ = trials
    train_trial(tmp_path, first)
    before = (tmp_path / trial_id(first) / "result.json").stat().st_mtime_ns
    train_trial(tmp_path, third, everything=True)
    (tmp_path / trial_id(third) / "result.json").unlink()
    with claimed(tmp_path, trial_id(second)):
        train_together(tmp_path, trials)
    # Of the four only the last is new, and one alone is not trained here.
    assert [bool(result) for result in results(tmp_path, trials)] == [True, False, False, False]
    train_together(tmp_path, trials)
    assert [result and result.together for result in results(tmp_path, trials)] == [1, 2, None, 2]
    assert (tmp_path / trial_id(third) / CHECKPOINT).exists()
    assert (tmp_path / trial_id(first) / "result.json").stat().st_mtime_ns == before


def test_a_trial_that_diverges_is_trained_alone_and_the_others_are_done(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, wild = batch.train_batch, trials[1]

    def with_a_wild_one(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        for snapshots in original(*arguments):
            yield snapshots
            if snapshots[1] and snapshots[1].step == 10:
                next(snapshots[1].method.model.parameters()).data.fill_(float("nan"))

    monkeypatch.setattr(batch, "train_batch", with_a_wild_one)
    train_together(tmp_path, trials)
    assert [bool(result) for result in results(tmp_path, trials)] == [True, False, True, True]
    record = TrialStore(tmp_path).record(trial_id(wild))
    assert record.phase == "interrupted"
    assert train_trial(tmp_path, wild) == "done"
    found = read(tmp_path / trial_id(wild))
    assert found and found.together == 1 and len(found.epochs["test_accuracy"]) == 4


def test_with_too_little_memory_they_are_trained_alone(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        raise torch.OutOfMemoryError
        yield []

    monkeypatch.setattr(batch, "train_batch", train)
    train_together(tmp_path, trials)
    assert results(tmp_path, trials) == [None] * 4
    assert train_trial(tmp_path, trials[0]) == "done"


def test_no_more_at_once_than_the_process_may_open_files_for(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limit")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (108, 1000))
    train_together(tmp_path, trials)
    assert [result and result.together for result in results(tmp_path, trials)] == [2] * 4


def test_if_one_cannot_be_recorded_the_others_are(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = batch.finish

    def finish(store: TrialStore, name: str, *arguments: Any, **options: Any) -> None:
        if name == trial_id(trials[0]):
            raise OSError(errno.ENOSPC, "No space left on device")
        original(store, name, *arguments, **options)

    monkeypatch.setattr(batch, "finish", finish)
    with pytest.raises(OSError, match="No space left"):
        train_together(tmp_path, trials)
    assert [bool(result) for result in results(tmp_path, trials)] == [False, True, True, True]


def test_a_fault_of_the_batch_is_named_and_each_is_trained_alone(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        raise RuntimeError("CUDA error: out of handles")
        yield []

    monkeypatch.setattr(batch, "train_batch", train)
    values = [settings.as_dict() for settings in trials]
    reports = [report for report, _ in task.train_here(str(tmp_path), values, False, False)]
    assert [report.outcome for report in reports] == ["done"] * 4
    assert reports[0].message.endswith("they failed: RuntimeError: CUDA error: out of handles")
    assert [report.message for report in reports[1:]] == [""] * 3
    assert [result and result.together for result in results(tmp_path, trials)] == [1] * 4


def test_the_time_until_an_interruption_is_divided_among_them(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = batch.train_batch

    def train(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        yield next(original(*arguments))
        time.sleep(0.5)
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "train_batch", train)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        train_together(tmp_path, trials)
    took = time.monotonic() - began
    records = [TrialStore(tmp_path).record(trial_id(settings)) for settings in trials]
    assert {record.phase for record in records} == {"interrupted"}
    assert 0.5 <= sum(record.seconds for record in records) <= took


def killed_at(
    step: int,
    trials: list[Settings],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    seconds: float,
) -> None:
    """Train the trials in a process that is killed at a step, with checkpoints so far apart.

    On an accelerator it is this process, and no kill but an error: a forked process cannot use an
    accelerator that its parent has used.
    """
    on_cpu = trials[0].device == "cpu"

    original = batch.train_batch

    def train(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        for snapshots in original(*arguments):
            yield snapshots
            if snapshots[0] and snapshots[0].step == step:
                if not on_cpu:
                    raise KeyboardInterrupt
                os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "train_batch", train)
        patched.setattr(recorder, "CHECKPOINT_SECONDS", seconds)
        if on_cpu:
            # Forked, so that it has the tiny data.
            process = get_context("fork").Process(target=train_together, args=(folder, trials))
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
        else:
            with pytest.raises(KeyboardInterrupt):
                train_together(folder, trials)
    assert len(SweepFolder(folder).begun()) == 4 and results(folder, trials) == [None] * 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize(("seconds", "begin"), [(0.0, 30), (1000.0, 0)])
def test_trials_whose_process_was_killed_go_on_together(
    trials: list[Settings],
    device: str,
    seconds: float,
    begin: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    train_together(tmp_path / "whole", trials)
    killed_at(30, trials, tmp_path / "killed", monkeypatch, seconds=seconds)
    steps: list[int] = []
    original = batch.train_batch

    def train(*arguments: Any) -> Iterator[list[Snapshot | None]]:
        for snapshots in original(*arguments):
            steps.extend(one.step for one in snapshots[:1] if one)
            yield snapshots

    monkeypatch.setattr(batch, "train_batch", train)
    train_together(tmp_path / "killed", trials)
    assert steps == list(range(begin, 41, 10))
    both = zip(
        results(tmp_path / "whole", trials), results(tmp_path / "killed", trials), strict=True
    )
    for whole, killed in both:
        assert whole and killed and killed.together == 4
        # On an accelerator the steps after a resume are computed in another way.
        rel = 0 if device == "cpu" else 1e-4
        assert killed.figures == pytest.approx(whole.figures, rel=rel, abs=0)
        for figure in ("test_accuracy", "active_weights"):
            assert killed.epochs[figure] == pytest.approx(whole.epochs[figure], rel=rel, abs=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_one_of_them_goes_on_alone(
    trials: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("alone", "killed"):
        (tmp_path / name).mkdir()
    train_trial(tmp_path / "alone", trials[2])
    killed_at(30, trials, tmp_path / "killed", monkeypatch, seconds=0.0)
    train_together(tmp_path / "killed", trials[2:3])
    assert train_trial(tmp_path / "killed", trials[2]) == "done"
    alone, killed = results(tmp_path / "alone", trials)[2], results(tmp_path / "killed", trials)[2]
    assert alone and killed and killed.together == 1
    assert killed.figures == pytest.approx(alone.figures, rel=1e-4)
    record = TrialStore(tmp_path / "killed").record(trial_id(trials[2]))
    assert [session.from_step for session in record.sessions] == [0, 30]
