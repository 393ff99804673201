"""Ctrl-C, SIGTERM and SIGHUP: the step is finished, and the message names the recorded step."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_command import FLAGS, at_step, only

from dgviz import signals
from dgviz.cli.main import main
from dgviz.runs import store
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.runs.recording import recorder, session
from dgviz.training.checkpoint import unpack_checkpoint

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def root(on_tiny: None, tmp_path: Path) -> Path:
    """The runs directory of commands that run in this process and train on tiny data."""
    return tmp_path / "runs of mine"


def signalled(monkeypatch: pytest.MonkeyPatch, at: int, *numbers: int) -> None:
    """Raise these signals in the middle of the step after `at`."""

    def raise_all() -> None:
        for number in numbers:
            signal.raise_signal(number)

    at_step(monkeypatch, at + 1, raise_all)


def restore_ctrl_c() -> None:
    """Undo the ignoring of Ctrl-C, which a child inherits from tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def checkpoint_step(record: Record) -> int:
    return unpack_checkpoint((record.folder / CHECKPOINT).read_bytes()).step


@posix
@pytest.mark.parametrize(
    ("name", "code", "phase"),
    [("SIGINT", 130, "stopped"), ("SIGTERM", 143, "interrupted"), ("SIGHUP", 129, "interrupted")],
)
def test_the_step_is_finished_and_recorded(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: int,
    phase: str,
) -> None:
    with monkeypatch.context() as patch:
        signalled(patch, 23, getattr(signal, name))
        assert main([*FLAGS, "--runs", str(root)]) == code
    record = only(root)
    assert (record.phase, record.step, checkpoint_step(record)) == (phase, 24, 24)
    assert record.resumable and not record.snapshots().damage
    captured = capsys.readouterr()
    assert captured.out == ""
    message = captured.err.splitlines()[-1]
    assert message.startswith(f"{phase.capitalize()} after step 24 (epoch 2.40 of 4), with r ")
    # The printed command resumes the run from that step.
    command = re.search(r"%\. (python -m dgviz .*) goes on from step 24\.$", message)
    assert command
    assert main(shlex.split(command[1])[3:]) == 0
    assert only(root).phase == "finished"
    assert only(root).sessions[-1].from_step == 24


@posix
def test_a_second_ctrl_c_ends_at_once_and_names_the_recorded_step(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signalled(monkeypatch, 23, signal.SIGINT, signal.SIGINT)
    monkeypatch.setattr(recorder, "CHECKPOINT_SECONDS", 0.0)
    assert main([*FLAGS, "--runs", str(root)]) == 130
    # The interrupted step is lost; the step before it has been recorded.
    assert (only(root).phase, checkpoint_step(only(root))) == ("stopped", 23)
    assert capsys.readouterr().err.endswith(" goes on from step 23.\n")


@posix
def test_a_second_ctrl_c_during_the_checkpoint_names_the_recorded_step(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def written(path: Path, content: bytes) -> None:
        original(path, content)
        if path.name == CHECKPOINT:
            signal.raise_signal(signal.SIGINT)

    original = recorder.write_whole
    signalled(monkeypatch, 23, signal.SIGINT)
    monkeypatch.setattr(recorder, "write_whole", written)
    assert main([*FLAGS, "--runs", str(root)]) == 130
    assert checkpoint_step(only(root)) == 24
    assert capsys.readouterr().err.endswith(" goes on from step 24.\n")


@posix
def test_a_signal_before_the_first_step_ends_the_run_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "split", lambda *_: signal.raise_signal(signal.SIGTERM))
    assert main([*FLAGS, "--runs", str(root)]) == 143
    assert only(root).phase == "interrupted"
    message = capsys.readouterr().err
    assert message.startswith("Interrupted before the first step. python -m dgviz train --resume ")
    assert message.endswith(" begins the run again from the start.\n")


@posix
def test_an_unrecorded_run_is_not_offered_for_resuming(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "_FULL_DISK_BYTES", 10**18)
    signalled(monkeypatch, 3, signal.SIGINT)
    assert main([*FLAGS, "--runs", str(root)]) == 130
    assert "It was not recorded, so it cannot be resumed." in capsys.readouterr().err


@posix
def test_a_signal_at_the_last_step_finds_the_run_finished(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signalled(monkeypatch, 39, signal.SIGTERM)
    assert main([*FLAGS, "--runs", str(root)]) == 0
    assert only(root).phase == "finished"


@posix
def test_an_ignored_signal_stays_ignored(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nohup` ignores SIGHUP, and a shell's `&` may ignore SIGINT."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        signalled(monkeypatch, 23, signal.SIGHUP, signal.SIGHUP)
        assert main([*FLAGS, "--runs", str(root)]) == 0
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_command_restores_the_callers_signal_handlers() -> None:
    before = [signal.getsignal(number) for number in signals.NUMBERS]
    assert main(["knobs"]) == 0
    assert [signal.getsignal(number) for number in signals.NUMBERS] == before


@posix
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_real_process_gets_a_real_signal(name: str, code: int, tmp_path: Path) -> None:
    """Epochs take milliseconds, and a checkpoint is written every ten seconds."""
    arguments = ["--hidden", "1", "--epochs", "1000", "--batch-size", "10000"]
    with subprocess.Popen(
        [sys.executable, "-m", "dgviz", "train", *arguments, "--runs", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=restore_ctrl_c,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("epoch 1/1000")
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    steps = re.search(
        r"(?:Stopped|Interrupted) after step (\d+) .* goes on from step (\d+)\.\n$", err
    )
    assert steps and steps[1] == steps[2] == str(checkpoint_step(only(tmp_path)))


_INTERRUPTED = """
import runpy, signal, sys
from types import SimpleNamespace
module = sys.argv.pop(1)
def find_spec(name, path=None, target=None):
    if name == module:
        signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, SimpleNamespace(find_spec=find_spec))
runpy.run_module("dgviz", run_name="__main__", alter_sys=True)
"""
"""`python -m dgviz` with Ctrl-C in the middle of the import that the first argument names."""


@posix
@pytest.mark.parametrize("module", ["dgviz.settings", "numpy._core", "torch._C", "torch.nn"])
def test_a_signal_while_modules_are_imported_ends_the_command_at_once(
    tmp_path: Path, module: str
) -> None:
    command = [sys.executable, "-c", _INTERRUPTED, module, *FLAGS, "--runs", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, preexec_fn=restore_ctrl_c
    )
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
    assert list(tmp_path.iterdir()) == []
