"""What the Sweep page reads of a sweep's folder, and that it reads each result once."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import GRID, begin, finish, lay_out

from dgviz.sweeps import result, watch
from dgviz.sweeps.cost import kind_of, training_seconds
from dgviz.sweeps.folder import SweepError, SweepFolder, claimed
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.watch import Counts, Watch


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a sweep without trials, at which every look looks."""
    monkeypatch.setattr(watch, "_FRESH_SECONDS", 0.0)
    lay_out(tmp_path / "sweep")
    return tmp_path / "sweep"


def sent(of: Watch, revision: str = "", after: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(of.since(revision, after))
    return answer


def test_results_are_read_once_and_only_new_ones_are_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = list(GRID.trials())
    first = [finish(folder, trials[place]) for place in (0, 7)]
    shown = Watch(folder)
    shown.look()
    begin = sent(shown)
    assert begin["grid"]["axes"][1]["values"] == [0.3, 0.5]
    assert {row[0]: row[1] for row in begin["trials"]} == {0: first[0], 7: first[1]}
    assert begin["next"] == 2 and not begin["more"]

    reads: list[str] = []
    read = result.read
    monkeypatch.setattr(result, "read", lambda at: (reads.append(at.name), read(at))[1])
    new = finish(folder, trials[1], diverged=True)
    (folder / next(name for name in GRID.ids() if name not in (*first, new))).mkdir()
    shown.look()
    assert new in reads and not {*first} & {*reads}
    more = sent(shown, begin["revision"], begin["next"])
    assert more["grid"] is None and len(more["begun"]) == 1
    [[place, name, seconds, diverged, test, *_]] = more["trials"]
    assert (place, name, diverged, len(test)) == (1, new, "diverged", 1) and seconds == 7.5
    assert shown.counts() == Counts(trials=18, done=3, diverged=1, stopped=0, begun=1, unread=0)
    assert shown.left(halving=False) == ({kind_of(GRID.base): 15}, {})
    assert training_seconds({kind_of(GRID.base): 2}, shown.paces) == 15.0


def test_a_result_that_cannot_be_trusted_is_a_trial_that_was_begun(folder: Path) -> None:
    name = finish(folder, next(GRID.trials()))
    (folder / name / "result.json").write_text('{"format": 1')
    shown = Watch(folder)
    shown.look()
    assert shown.counts() == Counts(18, 0, 0, 0, 1, 0, damaged=1) and sent(shown)["begun"] == [0]
    # It is being trained again.
    (folder / name / "result.json").unlink()
    shown.look()
    assert shown.counts() == Counts(18, 0, 0, 0, 1, 0)


def test_trials_that_were_begun_count_up_to_their_last_checkpoints(folder: Path) -> None:
    first, second, third, _, fifth, *_ = GRID.trials()
    for settings, epoch in ((first, 2.0), (second, 1.5), (third, 7.0)):
        begin(folder, settings, epoch=epoch)
    # It begins again, unless its process is about to write the result.
    ended = begin(folder, fifth, epoch=3.0, phase="finished")
    # Only a name, as a process leaves it that has just begun.
    (folder / [*GRID.ids()][3]).mkdir()
    shown = Watch(folder)
    with claimed(folder, ended):
        shown.look()
        assert 3.0 in [one.epochs for one in shown.reached() if one.settings == fifth]
    shown.look()
    assert sorted((one.epochs, one.part) for one in shown.reached()) == [
        *((1.5, 0.5), (2.0, 2 / 3), (3.0, 1.0)),
    ]
    finish(folder, first)
    (folder / trial_id(third) / "result.json").touch()
    shutil.rmtree(folder / trial_id(second))
    begin(folder, second, epoch=2.0)
    shown.look()
    # The one with a damaged result begins again.
    assert [one.epochs for one in shown.reached()] == [2.0]


def test_only_trials_that_were_begun_are_looked_at_for_whether_one_is_trained(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, *_ = GRID.trials()
    begun = [begin(folder, settings, epoch=1.0) for settings in (first, second)]
    shown = Watch(folder)
    shown.look()
    assert not shown.is_trained
    with claimed(folder, begun[0]):
        assert shown.is_trained
    looked: list[str] = []
    monkeypatch.setattr(SweepFolder, "is_in_training", lambda sweep, name: looked.append(name))
    # Another one has left its claim.
    (folder / ".claims" / trial_id(third)).touch()
    assert not shown.is_trained and sorted(looked) == sorted(begun)


def test_a_result_that_is_damaged_after_it_was_read_counts_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_MOST_CHECKED", 5)
    names = [finish(folder, settings) for settings in GRID.trials()]
    shown = Watch(folder)
    shown.look()
    begin = sent(shown)
    (folder / names[7] / "result.json").write_text('{"format": 1')
    changed = finish(folder, [*GRID.trials()][3], diverged=True)
    # Of 18 results five are checked at each look.
    for _ in range(4):
        shown.look()
    assert shown.counts() == Counts(18, 17, 1, 0, 1, 0, damaged=1)
    again = sent(shown, begin["revision"], begin["next"])
    assert again["revision"] != begin["revision"] and again["begun"] == [7]
    assert {row[1]: row[3] for row in again["trials"]}[changed] == "diverged"
    finish(folder, [*GRID.trials()][7])
    shown.look()
    assert shown.counts() == Counts(18, 18, 1, 0, 0, 0)
    # A good one in the place of another one needs no new revision.
    finish(folder, [*GRID.trials()][3])
    for _ in range(4):
        shown.look()
    assert shown.counts() == Counts(18, 18, 0, 0, 0, 0)
    assert sent(shown)["revision"] == again["revision"]


def test_trials_count_whose_values_return(folder: Path) -> None:
    trials = list(GRID.trials())
    # Those of beta 0.01, 0.1 and 1.0, the first of two values of tau.
    finish(folder, trials[0], stopped=1)
    finish(folder, trials[2], diverged=True)
    finish(folder, trials[4])
    first = Grid(GRID.base, {"beta": (1.0,), "tau": (0.3,)})
    SweepFolder(folder).replace(first)
    shown = Watch(folder)
    shown.look()
    assert shown.counts() == Counts(1, 1, 0, 0, 0, 0)
    kind = kind_of(GRID.base)
    counts, left, back = shown.planned(GRID, halving=False, seconds=-1)
    assert (counts, back) == (Counts(18, 1, 0, 0, 0, 2), 0)
    counts, left, back = shown.planned(GRID, halving=False)
    assert (counts, back) == (Counts(18, 3, 1, 1, 0, 0), 2)
    assert left == ({kind: 15}, {kind._replace(epochs=2): 1})
    # They tell the time too, but for the one that diverged.
    assert len(shown.paces._measured[kind.speed]) == 2
    only = Grid(GRID.base, {"beta": (0.1,), "tau": (0.3, 0.5)})
    counts, left, back = shown.planned(only, halving=True)
    assert (counts, left, back) == (Counts(2, 1, 1, 0, 0, 0), ({kind: 1}, {}), 1)
    SweepFolder(folder).extend(GRID)
    shown.look()
    assert shown.counts() == Counts(18, 3, 1, 1, 0, 0)


def test_a_look_ends_in_time_and_the_next_one_goes_on(folder: Path) -> None:
    for settings in GRID.trials():
        finish(folder, settings)
    shown = Watch(folder)
    shown.look(seconds=-1)
    assert shown.counts().unread == 18 and sent(shown)["more"]
    shown.look()
    assert shown.counts() == Counts(18, 18, 0, 0, 0, 0) and not sent(shown)["more"]


def test_new_results_are_read_before_trials_that_were_begun_and_these_in_turn(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials, names = list(GRID.trials()), list(GRID.ids())
    for name in names[:10]:
        (folder / name).mkdir()
    now = 0.0
    read = result.read

    def slow(at: Path) -> object:
        nonlocal now
        now += 1.0
        return read(at)

    monkeypatch.setattr(result, "read", slow)
    monkeypatch.setattr(watch.time, "monotonic", lambda: now)
    shown = Watch(folder)
    shown.look(seconds=20)
    assert shown.counts().begun == 10
    # Three trials can be read in a look.
    finish(folder, trials[17])
    shown.look(seconds=2.5)
    assert shown.counts().done == 1 and not shown.counts().unread
    for settings in trials[:10]:
        finish(folder, settings)
    for _ in range(4):
        shown.look(seconds=2.5)
    assert shown.counts() == Counts(18, 11, 0, 0, 0, 0)


def test_a_trial_that_was_stopped_early_is_read_again_when_it_was_trained_to_its_end(
    folder: Path,
) -> None:
    trial = next(GRID.trials())
    name = finish(folder, trial, stopped=1)
    shown = Watch(folder)
    shown.look()
    begin = sent(shown)
    assert begin["trials"][0][3] == "stopped" and shown.counts().stopped == 1
    kind = kind_of(trial)
    assert shown.left(halving=True) == ({kind: 17}, {})
    assert shown.left(halving=False) == ({kind: 17}, {kind._replace(epochs=2): 1})
    os.utime(folder / name / "result.json", (1, 1))
    finish(folder, trial)
    shown.look()
    [row] = sent(shown, begin["revision"], begin["next"])["trials"]
    assert (row[0], row[3], len(row[4])) == (0, "", 3)
    assert shown.counts() == Counts(18, 1, 0, 0, 0, 0)


def test_a_result_that_is_replaced_while_it_is_read_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = next(GRID.trials())
    name, original = finish(folder, trial, stopped=1), result.read
    os.utime(folder / name / "result.json", (1, 1))

    def read(place: Path) -> Any:
        found = original(place)
        finish(folder, trial)
        return found

    shown = Watch(folder)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(result, "read", read)
        shown.look()
    assert shown.counts().stopped == 1
    shown.look()
    assert shown.counts() == Counts(18, 1, 0, 0, 0, 0)


def test_many_results_are_sent_in_parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MOST_SENT", 10)
    for settings in GRID.trials():
        finish(folder, settings)
    shown = Watch(folder)
    shown.look()
    first = sent(shown)
    rest = sent(shown, first["revision"], first["next"])
    assert [len(first["trials"]), len(rest["trials"])] == [10, 8]
    assert first["more"] and not rest["more"]


def test_when_the_grid_grows_the_browser_gets_everything_again(folder: Path) -> None:
    finish(folder, next(GRID.trials()))
    shown = Watch(folder)
    shown.look()
    begin = sent(shown)
    lay_out(folder, Grid(GRID.base, {**GRID.axes, "beta": (0.001,)}, seeds=3))
    shown.look()
    grown = sent(shown, begin["revision"], begin["next"])
    assert grown["revision"] != begin["revision"]
    assert grown["grid"]["axes"][0]["values"][0] == 0.001
    # The same trial has another place now.
    assert [row[0] for row in grown["trials"]] == [2]


def test_removed_results_disappear_and_a_removed_sweep_is_reported(folder: Path) -> None:
    name = finish(folder, next(GRID.trials()))
    shown = Watch(folder)
    shown.look()
    begin = sent(shown)
    shutil.rmtree(folder / name)
    shown.look()
    assert sent(shown, begin["revision"], 1)["trials"] == [] and shown.counts().done == 0
    shutil.rmtree(folder)
    with pytest.raises(SweepError, match="There is no sweep in"):
        shown.look()


def test_a_sweep_that_is_too_large_for_a_page_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_TRIALS", 17)
    with pytest.raises(SweepError, match="has 18 trials, and a page shows at most 17"):
        Watch(folder).look()


def test_a_trial_in_detail(folder: Path) -> None:
    name = finish(folder, next(GRID.trials()))
    found = watch.detail(folder / name)
    assert found and found["afterwards"]["tau"] == [0.1, 0.5, 0.9]
    assert watch.detail(folder / ("0" * 12)) is None
