"""How a command shows how far a sweep is, where it is not in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_sweep import GRID, finish, lay_out

from dgviz.cli.sweep_progress import Progress
from dgviz.sweeps.cost import TimeLeft
from dgviz.sweeps.task import Report


def test_the_last_line_is_true_and_trials_that_end_together_are_shown_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    seconds = TimeLeft.seconds
    monkeypatch.setattr(TimeLeft, "seconds", lambda left: (asked.append(1), seconds(left))[1])
    sweep, trials = lay_out(tmp_path), list(GRID.trials())
    progress = Progress(sweep, trials, done=0, total=len(trials))
    with progress.shown():
        for settings in trials[:9]:
            progress.ended(Report(finish(tmp_path, settings), "done"))
        progress.ended(Report("0123456789ab", "failed", "The disk is full."))
    said = capsys.readouterr().err
    assert "Trial 0123456789ab: The disk is full.\n" in said
    lines = [line for line in said.splitlines() if line[0].isdigit()]
    assert lines[-1].startswith("9 of 18, 1 failed, about ")
    # The time is estimated only for what is shown.
    assert len(asked) == len(lines) < 9
