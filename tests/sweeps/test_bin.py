"""The bin of deleted sweeps."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from made_up_sweep import GRID, finish, lay_out

from dgviz.runs.store import BIN_SECONDS
from dgviz.sweeps.bin import SweepBin
from dgviz.sweeps.folder import SweepError, SweepFolder, claimed
from dgviz.sweeps.task import train_here


@pytest.fixture
def sweep(tmp_path: Path) -> SweepFolder:
    found = lay_out(tmp_path / "first")
    finish(found.path, next(GRID.trials()))
    return found


def test_a_deleted_sweep_is_restored_as_it_was(sweep: SweepFolder, tmp_path: Path) -> None:
    bin = SweepBin(tmp_path)
    assert bin.deleted() == []
    bin.delete("first")
    assert [*tmp_path.iterdir()] == [tmp_path / ".bin"]
    # Another one of the same name is kept beside it.
    lay_out(sweep.path)
    bin.delete("first")
    newer, older = bin.deleted()
    assert bin.name(newer) == bin.name(older) == "first"
    lay_out(sweep.path)
    with pytest.raises(SweepError, match="There is a sweep first already: delete that one first"):
        bin.restore(older)
    bin.delete("first")
    assert bin.restore(older) == sweep.path
    assert sweep.grid() == GRID and len(sweep.begun()) == 1
    bin.delete("first")
    with pytest.raises(SweepError, match="The sweep first could not be restored"):
        bin.restore(older)


def test_the_bin_is_emptied_after_a_day(sweep: SweepFolder, tmp_path: Path) -> None:
    bin = SweepBin(tmp_path)
    bin.delete("first")
    lay_out(tmp_path / "second")
    bin.delete("second")
    [first] = [kept for kept in bin.deleted() if bin.name(kept) == "first"]
    yesterday = time.time() - BIN_SECONDS - 1
    os.utime(first, (yesterday, yesterday))
    (tmp_path / ".bin" / ".outgoing-0123abcd").mkdir()
    bin.empty(older_than=BIN_SECONDS).join()
    assert [bin.name(kept) for kept in bin.deleted()] == ["second"]
    assert len([*(tmp_path / ".bin").iterdir()]) == 1
    # The clock of a network disk may be ahead.
    os.utime(*bin.deleted(), (time.time() + 60, time.time() + 60))
    bin.empty().join()
    assert not [*(tmp_path / ".bin").iterdir()]


@pytest.mark.parametrize("name", ["missing", ".bin", "..", "link", "../first", ""])
def test_what_is_no_sweep_of_the_runs_directory_is_not_deleted(
    sweep: SweepFolder, tmp_path: Path, name: str
) -> None:
    root = tmp_path / "sweeps"
    (root / ".bin").mkdir(parents=True)
    (root / "link").symlink_to(sweep.path)
    with pytest.raises(SweepError, match="There is no sweep"):
        SweepBin(root).delete(name)
    assert sweep.grid() == GRID


def test_a_sweep_that_another_process_trains_is_not_deleted(
    sweep: SweepFolder, tmp_path: Path
) -> None:
    trial = [*GRID.ids()][1]
    with (
        claimed(sweep.path, trial),
        pytest.raises(SweepError, match="is being trained: wait for it, or stop it"),
    ):
        SweepBin(tmp_path).delete("first")
    SweepBin(tmp_path).delete("first")
    # A worker that looks for its next trial does not bring the folder back.
    with pytest.raises(SweepError), claimed(sweep.path, trial):
        pass
    assert not sweep.path.exists()


def test_a_bin_that_is_elsewhere_is_not_used(sweep: SweepFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".bin").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SweepError, match="is no folder"):
        SweepBin(tmp_path).delete("first")
    assert sweep.exists and SweepBin(tmp_path).deleted() == []


def test_a_command_whose_sweep_was_deleted_says_so(sweep: SweepFolder, tmp_path: Path) -> None:
    SweepBin(tmp_path).delete("first")
    [(report, _)] = train_here(str(sweep.path), [next(GRID.trials()).as_dict()], False, False)
    assert report.message == f"The sweep was deleted: there is no folder {sweep.path} any more."
    assert not sweep.path.exists()
