"""Several commands that train the trials of one sweep, with made-up workers."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_up_sweep import GRID, finish, lay_out

from dgviz.settings import Settings
from dgviz.sweeps import backends, task
from dgviz.sweeps.backends import train_all
from dgviz.sweeps.engine import Engine
from dgviz.sweeps.folder import SweepFolder, claimed
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.options import until_failures
from dgviz.sweeps.result import read
from dgviz.sweeps.task import Report

TRIALS = list(GRID.trials())[:3]
NAMES = [trial_id(settings) for settings in TRIALS]


@pytest.fixture
def sweep(tmp_path: Path) -> SweepFolder:
    return lay_out(tmp_path / "sweep")


@pytest.fixture
def claims(sweep: SweepFolder) -> Generator[list[contextlib.ExitStack], None, None]:
    """Other processes, which train all trials."""
    with contextlib.ExitStack() as all_of_them:
        stacks = [all_of_them.enter_context(contextlib.ExitStack()) for _ in NAMES]
        for name, stack in zip(NAMES, stacks, strict=True):
            assert stack.enter_context(claimed(sweep.path, name))
        yield stacks


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What happens in each second in which a command waits."""
    waits: list[Callable[[], object]] = []
    # In this module only: the locks sleep too.
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: waits.pop(0)())
    monkeypatch.setattr(backends, "time", clock)
    return waits


class Workers:
    """Each trial is done in no time, unless another process trains it.

    Attributes:
        rounds: the number of trials each time that some were sent.
    """

    def __init__(self, *, shared: bool = True, refuses: int = 0) -> None:
        self.rounds: list[int] = []
        self._shared = shared
        self._refuses = refuses
        """So many times, they see other claims than this machine does."""

    @property
    def engine(self) -> Engine:
        return Engine(self._train, workers=1)

    def _train(self, work: Any, tasks: Sequence[Any]) -> Generator[Any, None, None]:
        self.rounds.append(len(tasks))
        for folder, values, *_ in tasks:
            settings = [Settings.from_dict(one) for one in values]
            yield [self._returned(Path(folder), one) for one in settings]

    def _returned(self, folder: Path, settings: Settings) -> tuple[Report, bytes | None]:
        name = trial_id(settings)
        if not self._shared:
            away = folder.parent / "away"
            away.mkdir(exist_ok=True)
            finish(away, settings)
            return Report(name, "done"), task.packed(away / name)
        if len(self.rounds) <= self._refuses:
            return Report(name, "elsewhere"), None
        with claimed(folder, name) as is_ours:
            if is_ours:
                finish(folder, settings)
        return Report(name, "done" if is_ours else "elsewhere"), None


def outcomes(reports: Sequence[Report]) -> list[str]:
    return [report.outcome for report in reports]


def test_a_command_waits_before_it_tries_again_where_it_sees_no_claims(
    sweep: SweepFolder, waits: list[Callable[[], object]]
) -> None:
    waits += [lambda: None]
    workers = Workers(refuses=1)
    reports = list(train_all(sweep, TRIALS[:1], workers.engine))
    assert outcomes(reports) == ["elsewhere", "again", "done"] and not waits


def test_trials_of_a_command_that_has_died_are_trained_at_once(
    sweep: SweepFolder, claims: list[contextlib.ExitStack], waits: list[Callable[[], object]]
) -> None:
    # Its workers end one after another.
    waits += [claims[0].close, lambda: [claim.close() for claim in claims[1:]]]
    workers = Workers()
    reports = list(train_all(sweep, TRIALS, workers.engine, everything=True))
    assert outcomes(reports) == ["elsewhere"] * 3 + ["again"] * 3 + ["done"] * 3
    assert workers.rounds == [3, 3] and not waits


def test_what_a_worker_has_returned_is_written_when_no_other_process_trains_it(
    sweep: SweepFolder, claims: list[contextlib.ExitStack], waits: list[Callable[[], object]]
) -> None:
    def end_with_a_result() -> None:
        finish(sweep.path, TRIALS[1])
        claims[1].close()

    waits += [lambda: None, claims[0].close, end_with_a_result, claims[2].close, lambda: None]
    workers = Workers(shared=False)
    reports = train_all(sweep, TRIALS, workers.engine, shared=False, everything=True)
    done = [report for report in reports if report.outcome != "elsewhere"]
    assert done == [
        Report(NAMES[0], "done"),
        Report(NAMES[1], "done", is_own=False),
        Report(NAMES[2], "done"),
    ]
    assert all(read(sweep.path / name) for name in NAMES)
    assert [number for number in workers.rounds if number] == [3]


@pytest.mark.parametrize(("seconds", "looks"), [(0.0, 3), (1e9, 0)])
def test_results_of_others_are_looked_for_once_a_second(
    sweep: SweepFolder,
    claims: list[contextlib.ExitStack],
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    looks: int,
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(backends, "_LOOK_SECONDS", seconds)
    monkeypatch.setattr(SweepFolder, "result", lambda sweep, name: looked.append(name))
    reports = train_all(sweep, TRIALS, Workers().engine, everything=True)
    # After the reports of its workers, before it waits.
    assert next(reports) == Report(NAMES[0], "elsewhere")
    assert looked.count(NAMES[0]) == looks
    reports.close()


def test_what_others_have_trained_does_not_hide_failures_in_a_row() -> None:
    failed, done = Report("a", "failed"), Report("b", "done")
    others = (Report("c", "done", is_own=False), Report("c", "elsewhere"), Report("c", "again"))

    def ended(*reports: Report) -> int:
        return len([*until_failures(report for report in reports)])

    assert ended(failed, *others, failed, *others, failed, done) == 9
    assert ended(failed, failed, done, failed, failed, done) == 6


def test_the_claim_of_a_trial_that_was_removed_is_removed(sweep: SweepFolder) -> None:
    claim, trial = sweep.path / ".claims" / NAMES[0], sweep.path / NAMES[0]
    trial.mkdir()
    with claimed(sweep.path, NAMES[0]):
        pass
    assert claim.exists()
    with claimed(sweep.path, NAMES[0]):
        trial.rmdir()
    assert not claim.exists()
