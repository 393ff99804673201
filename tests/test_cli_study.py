"""`python -m dgviz study`: runs that are trained by other processes, and its document."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from dgviz.cli import signals, training_queue
from dgviz.cli.main import main
from dgviz.cli.parser import Failure
from dgviz.comparison.standing import Standing
from dgviz.comparison.studies import Size, paper_runs
from dgviz.runs.store import Store

FAKE = Path(__file__).parent / "comparison" / "fake_train.py"
SIZE = Size(epochs=2, seeds=1, hidden=8)
PAPER = ["study", "paper", "--epochs=2", "--seeds=1", "--hidden=8"]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "runs").mkdir()
    return Store(tmp_path / "runs")


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_queue, "_POLL_SECONDS", 0.01)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def trained_as(patch: pytest.MonkeyPatch, action: str, first: str = "") -> list[str]:
    """Let the fake train in this way, the first run as `first`; return the list of its runs."""
    methods: list[str] = []

    def command(one: Standing, store: Store) -> list[str]:
        methods.append(one.planned.method)
        settings = json.dumps(one.planned.settings.as_dict())
        what = first if first and len(methods) == 1 else action
        return [sys.executable, str(FAKE), str(store.root), settings, one.id, what]

    patch.setattr(training_queue, "_command", command)
    return methods


def test_every_run_is_trained_once_and_a_finished_one_never_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    trained = trained_as(monkeypatch, "finish", first="diverge")
    found = training_queue.train_all(store, paper_runs(SIZE), jobs=2)
    assert sorted(trained) == sorted(run.method for run in paper_runs(SIZE))
    assert sorted(one.phase for one in found) == ["diverged", "finished", "finished"]
    told = capfd.readouterr().err
    assert told.startswith("0 of 3 runs are done.\n")
    assert "seed 0 diverged\n" in told
    assert "validation accuracy 97.00%" in told
    training_queue.train_all(store, paper_runs(SIZE), jobs=2)
    assert len(trained) == 3
    assert capfd.readouterr().err == "3 of 3 runs are done.\n"


def test_a_run_that_fails_ends_the_study_with_its_message(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_as(monkeypatch, "fail")
    with pytest.raises(Failure, match=r"could not be trained\. There is no such data set\."):
        training_queue.train_all(store, paper_runs(SIZE), jobs=1)


@posix
def test_a_signal_stops_all_runs_and_the_next_start_resumes_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_as(monkeypatch, "wait")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        shown = "0 of 3 runs, teacher: epoch 12/40, teacher: " in terminal.getvalue()
        if shown and len(list(store.root.glob("*.waiting"))) == 2:
            monkeypatch.setattr(training_queue, "time", time)
            # Not Ctrl-C, which tests in the background ignore.
            signal.raise_signal(signal.SIGTERM)

    stand_in = SimpleNamespace(sleep=sleep, monotonic=time.monotonic)
    monkeypatch.setattr(training_queue, "time", stand_in)
    with pytest.raises(signals.Interrupted, match="Stopped with 0 of 3 runs done"):
        training_queue.train_all(store, paper_runs(SIZE), jobs=2)
    stopped = store.records()
    assert [record.phase for record in stopped] == ["stopped"] * 2

    trained_as(monkeypatch, "finish")
    found = training_queue.train_all(store, paper_runs(SIZE), jobs=2)
    assert all(one.finished for one in found)
    assert {record.id for record in stopped} < {record.id for record in store.records()}
    assert len(store.records()) == 3


def test_the_paper_study_writes_rows_and_a_document(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trained_as(monkeypatch, "finish")
    document = tmp_path / "results.md"
    where = [f"--out={document}", f"--runs={store.root}"]
    assert main([*PAPER, *where]) == 0
    text = document.read_text(encoding="utf-8")
    assert "## The paper's table" in text and "## Rivals" not in text
    assert "| DynamicGate-MLP | 1 | 98.00 | about 98 | 0.400 | 0.3 to 0.5 |" in text
    assert "python -m dgviz train --preset=paper --hidden=8 --epochs=2 --method=dense" in text
    assert "A quick study" not in text
    assert (tmp_path / "results" / "paper.jsonl").read_text().count("\n") == 3
    # A quick study has rows of its own, and does not replace these.
    assert main([*PAPER, "--quick", *where]) == 0
    assert document.read_text(encoding="utf-8") == text
    # The document is the same from the rows alone.
    document.unlink()
    assert main(["study", "report", f"--out={document}"]) == 0
    assert document.read_text(encoding="utf-8") == text
    quick = "It shows the rows that were there before; those of this study are in "
    assert capsys.readouterr().out.splitlines() == [
        f"Written: {document}",
        f"Written: {document}",
        f"{quick}{tmp_path / 'results' / 'quick'}.",
        f"Written: {document}",
    ]


def test_the_compact_study_trains_controls_of_the_shapes_that_it_has_found(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = trained_as(monkeypatch, "finish")
    document = tmp_path / "results.md"
    where = [f"--out={document}", f"--runs={store.root}"]
    assert main(["study", "compact", "--epochs=2", "--seeds=1", "--jobs=2", *where]) == 0
    assert trained[:3] == ["dynamicgate"] * 3
    assert {*trained[3:]} == {"checkerboard", "small"}
    rows = (tmp_path / "results" / "compact.jsonl").read_text()
    assert rows.count("\n") == 3 * (1 + 2 + 3)
    assert "## Compact networks" in document.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["paper", "--seeds=0"], "--seeds must be a whole number from 1 to 10; it was '0'."),
        (["paper", "--jobs=many"], "--jobs must be a whole number from 1 to 256; it was 'many'."),
        (["paper", "--epochs=0"], "epochs must be a whole number from 1 to 1000; it was '0'."),
        (["rivals", "--out=table.txt"], "Name the document with --out FILE.md."),
    ],
)
def test_wrong_options(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", *arguments]) == 2
    assert capsys.readouterr().err == f"{message}\n"


def test_a_report_without_rows_and_from_damaged_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "results.md"
    assert main(["study", "report", f"--out={document}"]) == 1
    assert "run a study first" in capsys.readouterr().err
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "paper.jsonl").write_text('{"method": "dense"}\n')
    assert main(["study", "report", f"--out={document}"]) == 1
    assert "Line 1 of" in capsys.readouterr().err
    assert not document.exists()
