"""When trials are stopped early, and the log by which they know of each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_sweep import TRIAL

from dgviz.runs.recording import session
from dgviz.sweeps.halving import LOG, HalvingError, checks, race
from dgviz.sweeps.trial import train_trial

optuna = pytest.importorskip("optuna", reason="Optuna is not installed")


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        (1, ()),
        (2, (1,)),
        (3, (1,)),
        (4, (1, 3)),
        (9, (1, 3)),
        (12, (1, 3)),
        (14, (2, 6)),
        (30, (3, 9)),
        (90, (10, 30)),
    ],
)
def test_the_two_epochs_after_which_a_trial_may_be_stopped(
    epochs: int, expected: tuple[int, ...]
) -> None:
    assert checks(epochs) == expected


def test_trials_are_compared_after_these_epochs_and_no_others(tmp_path: Path) -> None:
    trial = TRIAL.with_changes(epochs=12)
    for seed, accuracy in enumerate((0.9, 0.8)):
        one = race(tmp_path, trial.with_changes(seed=seed))
        stayed = {epoch: one.goes_on(epoch, accuracy) for epoch in range(1, 12)}
    # The second trial is behind, and it is asked although a real one would have ended.
    assert [epoch for epoch, stays in stayed.items() if not stays] == [1, 3]


def checked(folder: Path, seed: int, accuracy: float) -> bool:
    """Whether a trial goes on after its first check."""
    return race(folder, TRIAL.with_changes(seed=seed)).goes_on(1, accuracy)


def test_a_trial_that_comes_to_a_check_again_counts_once_and_has_the_same_answer(
    tmp_path: Path,
) -> None:
    assert checked(tmp_path, 0, 0.9) and checked(tmp_path, 0, 0.9)
    for seed in (1, 2, 3, 4):
        assert not checked(tmp_path, seed, 0.1) and not checked(tmp_path, seed, 0.1)
    # The second of six is among the best third; the third of seven would not be.
    assert checked(tmp_path, 5, 0.8)


@pytest.mark.parametrize(("accuracy", "expected"), [(0.1, False), (0.95, True)])
def test_an_answer_that_was_not_kept_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accuracy: float, expected: bool
) -> None:
    assert checked(tmp_path, 0, 0.9)
    keep = optuna.Trial.set_user_attr

    def killed(trial: Any, name: str, value: object) -> None:
        if name == "goes_on_after_1":
            raise KeyboardInterrupt
        keep(trial, name, value)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(optuna.Trial, "set_user_attr", killed)
        checked(tmp_path, 1, accuracy)
    assert checked(tmp_path, 1, accuracy) == expected


@pytest.mark.usefixtures("on_tiny")
def test_a_trial_that_was_interrupted_after_a_check_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = session.train

    def train(*arguments: Any, **options: Any) -> Any:
        for snapshot in original(*arguments, **options):
            yield snapshot
            if snapshot.step == 15:
                raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(session, "train", train)
        train_trial(tmp_path, TRIAL, halving=True)
    assert train_trial(tmp_path, TRIAL, halving=True) == "done"
    # Each check once.
    log = (tmp_path / LOG).read_text()
    assert [log.count(f'"completed_rung_{check}"') for check in (0, 1)] == [1, 1]


def test_half_a_line_of_a_killed_process_is_cut(tmp_path: Path) -> None:
    log = tmp_path / LOG
    assert checked(tmp_path, 0, 0.9)
    whole = log.read_bytes()
    last = whole[whole[:-1].rindex(b"\n") + 1 :]
    log.write_bytes(whole + last[: len(last) // 2])
    other = race(tmp_path, TRIAL.with_changes(seed=1))
    # A process may be killed while others have the file open already.
    with log.open("ab") as file:
        file.write(b'{"op_code":6,')
    assert not other.goes_on(1, 0.1)
    assert log.read_bytes().startswith(whole)
    assert all(json.loads(line) for line in log.read_text().splitlines())


@pytest.mark.parametrize("line", ["{", '{"op_code": 6}', "3", "\x00\ufffd"])
def test_a_log_that_is_damaged_in_another_way(tmp_path: Path, line: str) -> None:
    race(tmp_path, TRIAL)
    log = tmp_path / LOG
    log.write_text(f"{line}\n{log.read_text()}")
    with pytest.raises(HalvingError, match=r"halving\.log is damaged"):
        race(tmp_path, TRIAL)
