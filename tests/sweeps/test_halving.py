"""When trials are stopped early, and the log by which they know of each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_sweep import TRIAL

from dgviz.sweeps.halving import LOG, HalvingError, checks, race

pytest.importorskip("optuna", reason="Optuna is not installed")


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
        with race(tmp_path, trial.with_changes(seed=seed)) as one:
            stayed = {epoch: one.goes_on(epoch, accuracy) for epoch in range(1, 12)}
    # The second trial is behind, and it is asked although a real one would have ended.
    assert [epoch for epoch, stays in stayed.items() if not stays] == [1, 3]


def test_half_a_line_of_a_killed_process_is_cut(tmp_path: Path) -> None:
    log = tmp_path / LOG
    with race(tmp_path, TRIAL) as one:
        assert one.goes_on(1, 0.9)
    whole = log.read_bytes()
    last = whole[whole[:-1].rindex(b"\n") + 1 :]
    log.write_bytes(whole + last[: len(last) // 2])
    with race(tmp_path, TRIAL.with_changes(seed=1)) as other:
        # A process may be killed while others have the file open already.
        with log.open("ab") as file:
            file.write(b'{"op_code":6,')
        assert not other.goes_on(1, 0.1)
    assert log.read_bytes().startswith(whole)
    assert all(json.loads(line) for line in log.read_text().splitlines())


@pytest.mark.parametrize("line", ["{", '{"op_code": 6}', "3", "\x00\ufffd"])
def test_a_log_that_is_damaged_in_another_way(tmp_path: Path, line: str) -> None:
    with race(tmp_path, TRIAL):
        pass
    log = tmp_path / LOG
    log.write_text(f"{line}\n{log.read_text()}")
    with pytest.raises(HalvingError, match=r"halving\.log is damaged"), race(tmp_path, TRIAL):
        pytest.fail("The log cannot be read.")
