"""How a command shows how far a sweep is, where it is not in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_sweep import GRID, finish, lay_out

from dgviz.cli.sweep_progress import Progress
from dgviz.sweeps.cost import TimeLeft
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.task import Report


def test_the_last_line_is_true_and_trials_that_end_together_are_shown_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(TimeLeft, "seconds", lambda left: (asked.append(1), 100.0)[1])
    sweep, trials = lay_out(tmp_path), list(GRID.trials())
    progress = Progress(sweep, trials, done=0, total=len(trials))
    names = [finish(tmp_path, settings) for settings in trials[:9]]
    with progress.shown():
        for name in names:
            progress.ended(Report(name, "done"))
        progress.ended(Report("0123456789ab", "failed", "The disk is full."))
    said = capsys.readouterr().err
    assert "Trial 0123456789ab: The disk is full.\n" in said
    lines = [line for line in said.splitlines() if line[0].isdigit()]
    assert lines[-1] == "9 of 18, 1 failed, about 1 min 40 s left"
    # The time is estimated only for what is shown.
    assert len(asked) == len(lines) < 9


def test_those_who_watch_the_folder_are_told_the_time_that_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimeLeft, "seconds", lambda left: 100.0)
    told: list[float | None] = []
    trials = list(GRID.trials())
    progress = Progress(lay_out(tmp_path), trials, 0, 18, expected=200.0, tell=told.append)
    with progress.shown():
        assert told == [200.0]
        progress.ended(Report(finish(tmp_path, trials[0]), "done"))
    assert told[1:] and {*told[1:]} == {100.0}


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], ", about 1 min 40 s left"),
        # How long the other process takes is not known.
        (["elsewhere"], ", waiting for 1 that another process trains"),
        (["elsewhere", "again"], ", about 1 min 40 s left"),
    ],
)
def test_a_trial_that_another_process_trains_is_waited_for_until_it_is_tried_again(
    tmp_path: Path,
    outcomes: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(TimeLeft, "seconds", lambda left: 100.0)
    told: list[float | None] = []
    first, second, *_ = trials = list(GRID.trials())
    progress = Progress(lay_out(tmp_path), trials, 0, 18, tell=told.append)
    with progress.shown():
        progress.ended(Report(finish(tmp_path, first), "done"))
        for outcome in outcomes:
            progress.ended(Report(trial_id(second), outcome))
    assert capsys.readouterr().err.splitlines()[-1] == f"1 of 18, 0 failed{said}"
    assert told[-1] == (None if "waiting" in said else 100.0)
