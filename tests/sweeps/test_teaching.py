"""How far the teacher of a sweep's trials is, as its command and its page tell it."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import pytest
from tiny_sweep import BASE

from dgviz.cli.sweep_progress import Progress
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.sweeps import trial as trials
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.teaching import TEACHERS, teacher_epochs, teacher_writer
from dgviz.training import teacher, with_teacher

STUDENT = BASE.with_changes(distillation=0.5)
NAME = trial_id(STUDENT)


def test_the_teacher_of_a_trial_that_is_trained(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    show = teacher_writer(tmp_path, NAME)
    assert teacher_epochs(tmp_path) is None
    with lock_on(tmp_path / NAME / LOCK):
        show(None, 40)
        assert teacher_epochs(tmp_path) is None
        show(12, 40)
        assert teacher_epochs(tmp_path) == (12, 40)
        show(40, 40)
        assert teacher_epochs(tmp_path) is None
        show(12, 40)
    # Its process has been killed.
    assert teacher_epochs(tmp_path) is None
    with lock_on(tmp_path / NAME / LOCK):
        # It is resumed, and another process has trained the teacher.
        teacher_writer(tmp_path, NAME)
        assert teacher_epochs(tmp_path) is None


def test_of_several_teachers_the_least_advanced_one_is_told(tmp_path: Path) -> None:
    other = trial_id(STUDENT.with_changes(seed=1))
    with contextlib.ExitStack() as locks:
        for name, epoch in ((NAME, 12), (other, 30)):
            (tmp_path / name).mkdir()
            locks.enter_context(lock_on(tmp_path / name / LOCK))
            teacher_writer(tmp_path, name)(epoch, 40)
        assert teacher_epochs(tmp_path) == (12, 40)
        teacher_writer(tmp_path, NAME)(40, 40)
        assert teacher_epochs(tmp_path) == (30, 40)


@pytest.mark.parametrize("content", [b"", b"[3]", b'{"epoch": 1}', b'{"epoch": 3, "epochs": 0}'])
def test_a_damaged_file_tells_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / TEACHERS).mkdir()
    (tmp_path / TEACHERS / NAME).write_bytes(content)
    (tmp_path / NAME).mkdir()
    with lock_on(tmp_path / NAME / LOCK):
        assert teacher_epochs(tmp_path) is None


@pytest.mark.usefixtures("on_tiny")
def test_a_trial_tells_how_far_its_teacher_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    answers = teacher.teacher_answers

    def watched(settings: object, data: object, show: teacher.Show) -> object:
        def both(epoch: int | None, epochs: int) -> None:
            show(epoch, epochs)
            told.append(teacher_epochs(tmp_path))

        return answers(settings, data, both)  # type: ignore[arg-type]

    monkeypatch.setenv("DGVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(with_teacher, "teacher_answers", watched)
    trials.train_trial(tmp_path, STUDENT)
    assert told == [*((epoch, 40) for epoch in range(40)), None]
    assert not [*(tmp_path / TEACHERS).iterdir()]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_command_shows_it_until_the_trials_are_trained(
    tmp_path: Path, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / NAME).mkdir()
    show = teacher_writer(tmp_path, NAME)
    progress = Progress(SweepFolder(tmp_path), [STUDENT], done=0, total=1)
    with progress.shown(), lock_on(tmp_path / NAME / LOCK):
        show(12, 40)
        progress.look_for_teacher()
        show(40, 40)
        progress.look_for_teacher()
    said = stderr.getvalue()
    assert "teacher: epoch 12/40" in said
    if not terminal:
        assert said == "0 of 1, 0 failed, teacher: epoch 12/40\n"
