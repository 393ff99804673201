"""Each planned run finds the run of the store, or of the server, that is it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_up_runs import made_up

from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.runs.store import Store

PLAN = Plan("paper", methods=("dynamicgate", "dense"), epochs=2, hidden=8)
GATED, DENSE = PLAN.runs()
DIVERGED = "The loss stopped being a finite number at step 3 (epoch 0.1 of 2), so training ended."


def found(root: Path, live: Any = ()) -> list[tuple[str, str]]:
    """The id, without leading zeros, and the phase of each planned run."""
    all_of_them = standings(PLAN.runs(), Store(root).records(), live)
    return [(one.id.lstrip("0"), one.phase) for one in all_of_them]


def live_run(run_id: str, settings: Any, phase: str = "running", **knobs: float) -> Any:
    return SimpleNamespace(
        id=run_id, settings=settings, phase=phase, reason="", knobs=knobs, progress={"epoch": 1.5}
    )


def test_without_runs_all_are_missing(tmp_path: Path) -> None:
    assert found(tmp_path) == [("", "missing")] * 2
    [gated, _] = standings(PLAN.runs(), [])
    assert (gated.missing, gated.done, gated.resumable, gated.share) == (True, False, False, 0)


def test_preset_device_threads_and_knobs_of_other_methods_do_not_matter(tmp_path: Path) -> None:
    made_up(tmp_path, 1, GATED.settings.with_changes(preset="sparse", threads=2, device="cpu"))
    made_up(tmp_path, 2, DENSE.settings.with_changes(beta=7, tau=0.6))
    assert found(tmp_path) == [("1", "finished"), ("2", "finished")]


def test_any_other_difference_is_another_run(tmp_path: Path) -> None:
    for number, change in enumerate(({"seed": 1}, {"epochs": 3}, {"beta": 0.1}, {"hidden": 9})):
        made_up(tmp_path, number + 1, GATED.settings.with_changes(**change))
    assert found(tmp_path)[0] == ("", "missing")


def test_a_run_in_which_a_setting_was_changed_does_not_count(tmp_path: Path) -> None:
    made_up(tmp_path, 1, GATED.settings, moved=True)
    made_up(tmp_path, 2, GATED.settings, phase="stopped", step=0, planned=[[5, "beta", 1.0]])
    assert found(tmp_path)[0] == ("", "missing")


def test_a_scheduled_run_that_was_trained_further_does_not_count(tmp_path: Path) -> None:
    plan = Plan(preset="sparse", methods=("dense",), epochs=2, hidden=8)
    [dense] = plan.runs()
    record = made_up(tmp_path, 1, dense.settings, extended=[[10, 1]])
    for live in ([], [live_run(record.id, dense.settings)]):
        [one] = standings(plan.runs(), Store(tmp_path).records(), live)
        assert one.missing


def test_a_finished_run_is_better_than_a_newer_one_that_ended_early(tmp_path: Path) -> None:
    made_up(tmp_path, 1, GATED.settings, phase="stopped", epoch=0.5)
    assert found(tmp_path)[0] == ("1", "stopped")
    made_up(tmp_path, 2, GATED.settings, phase="failed", reason=DIVERGED)
    assert found(tmp_path)[0] == ("2", "diverged")
    made_up(tmp_path, 3, GATED.settings)
    made_up(tmp_path, 4, GATED.settings, phase="interrupted")
    assert found(tmp_path)[0] == ("3", "finished")
    made_up(tmp_path, 5, GATED.settings)
    assert found(tmp_path)[0] == ("5", "finished")


@pytest.mark.parametrize(
    ("card", "done", "resumable", "share"),
    [
        ({"phase": "finished"}, True, False, 1),
        ({"phase": "failed", "reason": DIVERGED, "epoch": 0.5}, True, False, 1),
        (
            {"phase": "failed", "reason": "The data could not be read.", "epoch": 0.5},
            False,
            True,
            0.25,
        ),
        ({"phase": "interrupted", "epoch": 1.5}, False, True, 0.75),
    ],
)
def test_what_is_left_to_do(
    tmp_path: Path, card: dict[str, Any], done: bool, resumable: bool, share: float
) -> None:
    made_up(tmp_path, 1, GATED.settings, **card)
    [one, _] = standings(PLAN.runs(), Store(tmp_path).records())
    assert (one.done, one.resumable, one.share) == (done, resumable, share)


def test_a_run_of_the_server_is_seen_there_and_not_in_its_folder(tmp_path: Path) -> None:
    record = made_up(tmp_path, 1, GATED.settings, phase="interrupted")
    live = [live_run(record.id, GATED.settings), live_run("b", DENSE.settings, "queued")]
    assert found(tmp_path, live) == [("1", "running"), ("b", "queued")]
    [one, _] = standings(PLAN.runs(), Store(tmp_path).records(), live)
    assert (one.record, one.epoch, one.share) == (None, 1.5, 0.75)


def test_a_run_of_the_server_that_has_ended_or_was_changed_does_not_count(tmp_path: Path) -> None:
    moved = live_run("a", GATED.settings, beta=1.0)
    ended = live_run("b", DENSE.settings, "failed")
    assert found(tmp_path, [moved, ended]) == [("", "missing")] * 2
    unmoved = live_run("c", GATED.settings, beta=GATED.settings.beta)
    assert found(tmp_path, [unmoved])[0] == ("c", "running")


def test_a_run_that_cannot_go_on_does_not_count(tmp_path: Path) -> None:
    record = made_up(tmp_path, 1, GATED.settings, phase="interrupted")
    assert found(tmp_path)[0] == ("1", "interrupted")
    (record.folder / "card.json").write_text("{")
    assert found(tmp_path)[0] == ("", "missing"), "a race trains it anew"


def test_damaged_runs_are_passed_over(tmp_path: Path) -> None:
    record = made_up(tmp_path, 1, GATED.settings)
    (record.folder / "settings.json").write_text("{")
    assert found(tmp_path)[0] == ("", "missing")
