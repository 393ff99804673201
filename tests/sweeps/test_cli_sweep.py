"""`python -m dgviz sweep` and `dgviz.sweep`, with processes replaced by this one."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pytest
from filelock import FileLock
from made_up_sweep import begin, finish, lay_out
from quick_pace import measure_quickly
from tiny_sweep import BASE, GRID

import dgviz
from dgviz.cli.main import main
from dgviz.cli.sweep_cost import Work, cost_of
from dgviz.formatting import duration
from dgviz.runs.store import Store
from dgviz.sweeps import backends, task
from dgviz.sweeps import sweep as from_python
from dgviz.sweeps.cost import TimeLeft
from dgviz.sweeps.engine import BackendError
from dgviz.sweeps.folder import SweepError, SweepFolder, in_shard, shard
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.table import table
from dgviz.sweeps.task import Report

pytestmark = pytest.mark.usefixtures("on_tiny")

OPTIONS = ["--epochs=4", "--batch-size=6", "--hidden=8", "--device=cpu", "--preset=classroom"]
RUN = ["sweep", "run", "--beta=0.01,0.1", "--tau=0.5,0.6", "--seeds=2", *OPTIONS]


@pytest.fixture(autouse=True)
def used(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Train in this process; the options of each training that began."""
    used: list[dict[str, Any]] = []

    @contextlib.contextmanager
    def connected(backend: str, **options: Any) -> Iterator[dict[str, Any]]:
        yield {"backend": backend, **options}

    def train_all(
        sweep: SweepFolder,
        trials: Any,
        engine: dict[str, Any],
        *,
        shared: bool,
        everything: bool,
        halving: bool,
    ) -> Any:
        used.append({**engine, "shared": shared, "everything": everything, "halving": halving})

        def reports() -> Iterator[Report]:
            for settings in trials:
                [(report, _)] = task.train_here(
                    str(sweep.path), [settings.as_dict()], everything, halving
                )
                yield report

        return reports()

    for module in (backends, from_python):
        monkeypatch.setattr(module, "connected", connected)
        monkeypatch.setattr(module, "train_all", train_all)
    # Each is trained alone, and counts as such.
    monkeypatch.setattr("dgviz.sweeps.together._MOST_UNITS_EACH", 0)
    measure_quickly(monkeypatch)
    return used


def test_a_sweep_that_is_deleted_while_it_is_trained_is_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deleted(folder: Path, *_: object, **__: object) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        raise SweepError("gone")

    monkeypatch.setattr("dgviz.sweeps.trial.train_trial", deleted)
    assert main([*RUN, f"--folder={tmp_path / 'sweep'}"]) == 1
    said = capsys.readouterr()
    assert "The sweep was deleted meanwhile:" in said.err and not said.out


def test_a_sweep_is_laid_out_trained_shown_and_grows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"--folder={tmp_path / 'sweep'}"
    assert main([*RUN, where]) == 0
    said = capsys.readouterr()
    assert said.out == "8 of 8 trials are done.\n"
    assert said.err.startswith(f"0 of 8 trials are done, in {tmp_path / 'sweep'}; how long")
    assert "\n8 of 8, 0 failed\n" in said.err
    sweep = SweepFolder(tmp_path / "sweep")
    assert sweep.grid() == GRID
    assert sweep.begun() == {trial_id(settings) for settings in GRID.trials()}
    # Nothing is repeated, and a larger grid adds its trials.
    larger = [part.replace("0.01,0.1", "1,0.1") for part in RUN]
    assert main([*larger, where]) == 0
    said = capsys.readouterr()
    assert said.out == "12 of 12 trials are done.\n"
    assert "8 of 12 trials are done" in said.err and "a trial takes about" in said.err
    assert main(["sweep", "show", str(sweep.path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("beta,tau,seed,trial,state,epoch,seconds,together,")
    assert len(lines) == 13 and all(",done," in line for line in lines[1:])


def test_the_table_in_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sweep"
    assert main(["sweep", "plan", *RUN[2:], f"--folder={folder}"]) == 0
    said = capsys.readouterr()
    assert said.err == "Measuring how long a trial takes.\n"
    measured = "; as measured on this machine over a second of training, a trial takes about "
    assert said.out.startswith(f"8 trials in {folder}{measured}") and "sweep work" in said.out
    assert not SweepFolder(folder).begun()
    for ending, read in ((".csv", pd.read_csv), (".parquet", pd.read_parquet)):
        target = tmp_path / f"table{ending}"
        assert main(["sweep", "show", str(folder), "-o", str(target)]) == 0
        frame = read(target)
        assert list(frame["state"]) == ["missing"] * 8 and frame["test_accuracy"].isna().all()
        assert main(["sweep", "show", str(folder), "-o", str(target)]) == 1
    assert main(["sweep", "show", str(folder), "-o", str(tmp_path / "table.xlsx")]) == 2
    assert "damaged" not in capsys.readouterr().err
    trial = folder / next(SweepFolder(folder).grid().ids())
    trial.mkdir()
    (trial / "result.json").touch()
    assert main(["sweep", "show", str(folder)]) == 0
    assert capsys.readouterr().err == (
        "1 trial has a damaged result: the next training trains it again.\n"
    )


def test_shards_share_the_trials(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "sweep")
    assert main(["sweep", "plan", *RUN[2:], f"--folder={folder}"]) == 0
    capsys.readouterr()
    for number in (1, 2, 3):
        assert main(["sweep", "work", folder, f"--shard={number}/3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert sum(int(line.split(" of ")[1].split()[0]) for line in said) == 8
    assert all(result for _, result in SweepFolder(Path(folder)).results(GRID))


def test_the_default_folder_is_the_same_for_a_larger_grid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = f"--runs={tmp_path}"
    for values in ("0.01,0.1", "0.1,1"):
        assert main(["sweep", "plan", f"--beta={values}", "--tau=0.5", *OPTIONS, runs]) == 0
    assert main(["sweep", "plan", "--beta=0.1,1", "--tau=0.6", *OPTIONS, runs]) == 0
    assert len([*(tmp_path / "sweeps").iterdir()]) == 2
    assert "3 trials in" in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the system answers in /proc.
    monkeypatch.setattr(Path, "mkdir", Mock(side_effect=FileNotFoundError))
    assert main(["sweep", "plan", *RUN[2:], f"--folder={tmp_path / 'sweep'}"]) == 1
    assert f"The folder {tmp_path / 'sweep'} cannot be made there." in capsys.readouterr().err


def test_a_sweep_is_laid_out_where_its_device_is_not_available(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    there = [*RUN[2:], "--device=cuda", f"--folder={tmp_path / 'sweep'}"]
    assert main(["sweep", "plan", *there]) == 0
    said = capsys.readouterr()
    assert "could not be measured: " in said.err and said.out.startswith("8 trials in ")


def test_what_becomes_of_the_values_that_a_sweep_has_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said_of(*values: str, action: str = "plan") -> str:
        assert main(["sweep", action, "--tau=0.5", *values, *OPTIONS, f"--folder={folder}"]) == 0
        return capsys.readouterr().err

    # Nothing is measured.
    monkeypatch.setattr("dgviz.sweeps.cost.MOST_MEASURED", 0)
    folder = tmp_path / "sweep"
    assert said_of("--beta=0.01,0.1") == said_of("--beta=0.1,0.01") == ""
    has = f"The sweep in {folder} has"
    assert said_of("--beta=0.1,1").startswith(
        f"{has} 2 trials; with all combinations of its values and these, it has 3. Give --folder "
    )
    assert said_of("--beta=0.01,0.1,1,2") == f"{has} 3 trials; with these values, it has 4.\n"
    only = "2 trials; with these values only, it has 2. No trial is removed."
    assert said_of("--beta=1,2", "--replace") == f"{has} {only.replace('2', '4', 1)}\n"
    assert said_of("--beta=0.1,1", "--replace", action="run").startswith(f"{has} {only}\n0 of 2")


def test_trials_that_are_behind_stop_early_and_may_go_on_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"--folder={tmp_path / 'sweep'}"
    rates = ["sweep", "run", "--learning-rate=0.00001:0.03:log9", *OPTIONS, "--epochs=9", where]
    assert main([*rates, "--halving"]) == 0
    sweep = SweepFolder(tmp_path / "sweep")
    found = {one.learning_rate: result for one, result in sweep.results(sweep.grid())}
    stopped = {rate: result.stopped for rate, result in found.items() if result and result.stopped}
    assert 0 < len(stopped) < 9 and set(stopped.values()) <= {1, 3}
    for rate, epoch in stopped.items():
        result = found[rate]
        assert result and len(result.epochs["test_accuracy"]) == epoch
        assert result.figures["test_accuracy"] == result.epochs["test_accuracy"][-1]
    assert (tmp_path / "sweep" / "halving.log").is_file()
    done = f"9 of 9 trials are done, {len(stopped)} of them stopped early"
    assert capsys.readouterr().out == f"{done}.\n"
    frame = table(sweep, sweep.grid())
    assert [*frame["epoch"]] == [stopped.get(rate, 9) for rate in frame["learning_rate"]]
    # It does not try them again, unless it may train them to their end.
    assert main([*rates, "--halving"]) == 0
    assert f"{done}, in" in capsys.readouterr().err
    assert main(rates) == 0
    whole = [result for _, result in SweepFolder(tmp_path / "sweep").results(sweep.grid())]
    assert all(one and not one.stopped and len(one.epochs["test_accuracy"]) == 9 for one in whole)


def test_a_very_large_sweep_has_to_be_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    large = ["--beta=0.01:10:log501", "--tau=0.1,0.2", f"--folder={tmp_path / 'sweep'}"]
    # Other tests may have trained runs that tell the time.
    large.append(f"--runs={tmp_path / 'runs'}")
    assert main(["sweep", "run", *large, "--jobs=1"]) == 2
    said = capsys.readouterr().err
    assert "1,002 trials are left; as measured on this machine over a second of training, a" in said
    assert said.endswith("one after another. Give --yes to start.\n")

    def lost(*arguments: Any, **options: Any) -> None:
        raise BackendError("A process was lost.")

    monkeypatch.setattr("dgviz.sweeps.pace.measure", lost)
    assert main(["sweep", "run", *large, "--jobs=1"]) == 2
    said = capsys.readouterr().err
    assert "\nA process was lost.\n1,002 trials are left; how long a trial takes is" in said
    assert not (tmp_path / "sweep").exists()


def test_what_a_million_trials_cost_is_known_from_another_sweep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sweeps").mkdir()
    other = lay_out(tmp_path / "sweeps" / "other", GRID)
    finish(other.path, next(GRID.trials()))
    damaged = tmp_path / "sweeps" / "damaged"
    damaged.mkdir()
    (damaged / "sweep.json").write_text("{")
    ids = Grid.ids

    def of_few(grid: Grid) -> Iterator[str]:
        # More are not counted one by one, which would take seconds.
        assert len(grid) < 100
        return ids(grid)

    monkeypatch.setattr(Grid, "ids", of_few)
    large = ["--beta=0.01:10:log1000", "--tau=0.1:0.9:lin1000", f"--runs={tmp_path}"]
    assert main(["sweep", "run", *large, *OPTIONS]) == 2
    said = capsys.readouterr().err
    start = "1,000,000 trials are left; as measured on this machine, a trial takes about 10 s, all"
    assert said.startswith(f"{start} that are left ")
    # What is measured here is said of this machine.
    assert main(["sweep", "run", *large, *OPTIONS, "--backend=ray"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(start) and "how long the cluster takes is not known" in said
    # Nothing was measured of networks of another size, and here nothing can be for a cluster.
    assert main(["sweep", "run", *large, *OPTIONS, "--hidden=9", "--backend=ray"]) == 2
    assert "how long a trial takes is known when" in capsys.readouterr().err


def test_what_is_confirmed_are_the_trials_of_the_shard_that_are_not_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "sweep")
    monkeypatch.setattr("dgviz.cli.sweep.MANY", 0)
    assert main(["sweep", "plan", *RUN[2:], f"--folder={folder}"]) == 0
    mine = sum(shard(name, 1, 3) for name in GRID.ids())
    assert 0 < mine < 8
    assert main(["sweep", "work", folder, "--shard=1/3"]) == 2
    assert f"{mine} trials are left; as measured on this machine" in capsys.readouterr().err
    assert main(["sweep", "work", folder, "--shard=1/3", "--yes"]) == 0
    # All of them are done: nothing is asked.
    assert main(["sweep", "work", folder, "--shard=1/3"]) == 0
    capsys.readouterr()
    assert main(["sweep", "work", folder, "--backend=ray"]) == 2
    said = capsys.readouterr().err
    assert f"{8 - mine} trials are left; as measured on this machine" in said
    assert "one after another; how long the cluster takes is not known. Give --yes to s" in said


def test_the_time_of_a_shard_is_that_of_its_trials(tmp_path: Path) -> None:
    grid = Grid(BASE, {"hidden": tuple(range(100, 116))})
    (tmp_path / "sweeps").mkdir()
    other = lay_out(tmp_path / "sweeps" / "other", grid)
    for settings in grid.trials():
        finish(other.path, settings)
    chosen = in_shard(grid, (1, 3))
    text, _ = cost_of(Work(grid, chosen, {}, jobs=1), Store(tmp_path))
    assert chosen and f"left {duration(sum(chosen) * 2.5 * BASE.epochs)}, trained one aft" in text


def test_epochs_of_begun_trials_are_not_counted_again_but_for_those_of_replaced_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = lay_out(tmp_path / "sweep", GRID)
    first, second, *_ = GRID.trials()
    finish(sweep.path, first)
    # The other one has a seed that the sweep has no more.
    for settings in (second, second.with_changes(seed=7)):
        begin(sweep.path, settings, epoch=2.0)
    monkeypatch.setattr("dgviz.cli.sweep.MANY", 0)
    assert main(["sweep", "work", str(sweep.path), "--jobs=1"]) == 2
    # Seven trials of four epochs of 2.5 s, two of which are trained.
    assert "all that are left 1 min 5 s, trained one after another" in capsys.readouterr().err


def test_work_reads_its_sweep_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path / "sweep", GRID)
    # The runs directory is not opened.
    monkeypatch.setattr("dgviz.cli.sweep.open_store", None)
    assert main(["sweep", "work", str(tmp_path / "sweep")]) == 0


@pytest.mark.parametrize("answer", ["", "n", None])
def test_without_a_yes_nothing_starts(
    tmp_path: Path,
    answer: str | None,
    used: list[Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reply(question: str) -> str:
        if answer is None:
            # Ctrl-D.
            raise EOFError
        return answer

    monkeypatch.setattr("dgviz.cli.sweep.MANY", 0)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", reply)
    assert main([*RUN, f"--folder={tmp_path / 'sweep'}"]) == 2
    assert capsys.readouterr().err.endswith("Not started.\n")
    assert used == [] and not (tmp_path / "sweep").exists()


@pytest.mark.parametrize("action", ["run", "work"])
def test_trials_of_a_sweep_that_another_command_has_changed_meanwhile_are_not_trained(
    tmp_path: Path,
    action: str,
    used: list[Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sweep = lay_out(tmp_path / "sweep", GRID)

    def reply(question: str) -> str:
        sweep.replace(Grid(GRID.base, {**GRID.axes, "beta": (1, 2, 3)}))
        return "y"

    monkeypatch.setattr("dgviz.cli.sweep.MANY", 0)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", reply)
    command = ["sweep", "work", str(sweep.path)]
    assert main(command if action == "work" else [*RUN, f"--folder={sweep.path}"]) == 1
    trials = 6 if action == "work" else 20
    said = f"so that it has {trials} trials: run the same command again."
    assert said in capsys.readouterr().err
    assert used == []


def test_work_does_not_write_the_grid(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path / "sweep")
    sweep.extend(GRID)
    before = (sweep.path / "sweep.json").stat()
    # Many jobs of an array begin at once.
    with FileLock(sweep.path / "lock"):
        assert main(["sweep", "work", str(sweep.path)]) == 0
        assert main([*RUN, f"--folder={sweep.path}"]) == 0
    after = (sweep.path / "sweep.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_options_of_the_training(tmp_path: Path, used: list[dict[str, Any]]) -> None:
    run = [*RUN, f"--folder={tmp_path / 'sweep'}"]
    usual = {
        "jobs": os.cpu_count() or 1,
        "backend": "loky",
        "address": "",
        "shared": True,
        "everything": False,
        "halving": False,
    }
    for given, changes in (
        ([], {}),
        (["--jobs=3", "--record-all", "--halving"], {"jobs": 3, "everything": 1, "halving": 1}),
        (
            ["--backend=dask", "--address=a:1", "--no-shared-folder"],
            {"jobs": 1, "backend": "dask", "address": "a:1", "shared": False},
        ),
    ):
        assert main([*run, *given]) == 0
        assert used.pop() == {**usual, **changes}


def test_one_trial_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "sweep")
    assert main(["sweep", "plan", *RUN[2:], f"--folder={folder}"]) == 0
    assert sum(shard(name, 3, 3) for name in GRID.ids()) == 1
    capsys.readouterr()
    assert main(["sweep", "work", folder, "--shard=3/3"]) == 0
    assert capsys.readouterr().out == "1 of 1 trial is done.\n"
    assert main(["sweep", "run", *RUN[2:], f"--folder={folder}"]) == 0
    assert capsys.readouterr().err.startswith("1 of 8 trials is done, in")


def test_the_first_seed(tmp_path: Path) -> None:
    sweep = SweepFolder(tmp_path / "sweep")
    assert main(["sweep", "plan", *RUN[2:], "--seed=3", f"--folder={sweep.path}"]) == 0
    assert {settings.seed for settings in sweep.grid().trials()} == {3, 4}


def test_trials_that_fail_are_counted_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgviz.runs.store.Store.free_bytes", lambda store: 1000)
    assert main([*RUN, f"--folder={tmp_path / 'sweep'}"]) == 1
    said = capsys.readouterr()
    assert said.out == "0 of 8 trials are done.\n"
    # After three in a row the others are not tried.
    assert said.err.count("The disk has only 1 kB left") == 3
    assert said.err.endswith("3 failed; the same command tries them again.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "Name at least one setting with several values, such as --beta 0.01:10:log8."),
        (["run", "--beta=0.1,99"], "β (beta) must be a number from -1 to 30; it was '99'."),
        # With one value too, the mistake is what is named.
        (["run", "--beta=0.1", "--seeds=0"], "--seeds must be a whole number from 1 to"),
        (["run", "--seeds=-1"], "--seeds must be a whole number from 1 to"),
        (["run", "--method=magic"], "it was 'magic'."),
        (["run", "--beta=0.1,0.2", "--method=dense"], "it changes nothing in dense"),
        (["run", "--beta=0.1,0.2", "--seed=1,2"], "seed cannot be an axis"),
        (["run", "--beta=0.1,0.2", "--address=a:1"], "With an address, name a cluster"),
        (["run", "--beta=0.1,0.2", "--no-shared-folder"], "With no shared folder, name a cluster"),
        (["run", "--beta=0.1,0.2", "--jobs=2", "--backend=dask"], "is for this machine only"),
        (["run", "--beta=0.1,0.2", "--address=a", "--backend=ray"], "head, or ray://HOST:PORT"),
        (
            ["run", "--beta=0.1,0.2", "--backend=ray", "--halving", "--no-shared-folder"],
            "all workers must see the folder",
        ),
        (["run", "--beta=0.1,0.2", "--backend=dask"], "Name the scheduler of the Dask cluster"),
        (["run", "--epochs=1,2", "--halving"], "epochs cannot be an axis"),
        (["run", "--beta=0.1,0.2", "--folder=."], "not the folder of a sweep: it has thesis.txt."),
        (["plan", "--beta=0.1,0.2", "--folder=."], "not the folder of a sweep: it has thesis.txt."),
        (["work", "."], "it has no sweep.json."),
        (["show", "."], "it has no sweep.json."),
        (["work", "nowhere"], "There is no sweep in nowhere: it has no sweep.json."),
    ],
)
def test_what_is_not_accepted_leaves_nothing(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    (tmp_path / "thesis.txt").write_text("mine")
    assert main(["sweep", *arguments]) in (1, 2)
    assert said in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("text", ["4/3", "0/3", "1", "a/b", "1/0"])
def test_shards_that_are_not_accepted(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    SweepFolder(tmp_path / "sweep").extend(GRID)
    assert main(["sweep", "work", str(tmp_path / "sweep"), f"--shard={text}"]) == 2
    assert "--shard must be I/N" in capsys.readouterr().err


def test_a_sweep_from_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float | None] = []
    monkeypatch.setattr(from_python, "at_work", lambda folder: contextlib.nullcontext(told.append))
    monkeypatch.setattr(TimeLeft, "seconds", lambda left: 100.0)
    frame = dgviz.sweep({"beta": [0.01, 0.1]}, tmp_path / "sweep", BASE, seeds=2)
    assert list(frame["beta"]) == [0.01, 0.1, 0.01, 0.1] and list(frame["seed"]) == [0, 0, 1, 1]
    assert frame["test_accuracy"].between(0, 1).all() and (frame["state"] == "done").all()
    # Those who watch the folder know how long it takes, as of a command.
    assert told == [100.0] * 4
    frame = dgviz.sweep({"beta": [0.01]}, tmp_path / "sweep", BASE, replace=True)
    assert list(frame["beta"]) == [0.01] and len(SweepFolder(tmp_path / "sweep").begun()) == 4


@pytest.mark.parametrize(
    ("axes", "options", "said"),
    [
        ({}, {}, "Name at least one setting with its values"),
        ({"beta": 0.1}, {}, "beta needs a list of values, such as [0.1]; it was 0.1."),
        # What is advised is accepted.
        ({"beta": "0.1,1"}, {}, "such as [0.1, 1.0]; it was '0.1,1'."),
        ({"beta": "0.01:1:log8"}, {}, "such as [0.01, 1.0]; it was '0.01:1:log8'."),
        ({"beta": "magic"}, {}, "such as [0.03]; it was 'magic'."),
        ({"beta": [0.1]}, {"seeds": "2"}, "whole number from 1 to 1,000; it was 2."),
        ({"beta": [0.1]}, {"backend": "slurm"}, "loky, dask or ray; it was 'slurm'."),
        ({"beta": [0.1]}, {"jobs": -1}, "whole number from 1 to 1,024; it was -1."),
        ({"beta": [0.1]}, {"jobs": 2.5}, "whole number from 1 to 1,024; it was 2.5."),
        ({"beta": [0.1]}, {"jobs": 2, "backend": "ray"}, "is for this machine only"),
        ({"epochs": [1, 2]}, {"halving": True}, "epochs cannot be an axis"),
    ],
)
def test_what_is_not_accepted_from_python(
    tmp_path: Path, axes: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        dgviz.sweep(axes, tmp_path / "sweep", BASE, **options)
    assert not (tmp_path / "sweep").exists()


def test_three_failures_in_a_row_end_a_sweep_from_python_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgviz.runs.store.Store.free_bytes", lambda store: 1000)
    with pytest.raises(RuntimeError, match="3 of 8 trials failed"):
        dgviz.sweep(GRID.axes, tmp_path / "sweep", BASE, seeds=2)
