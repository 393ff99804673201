"""A run that cannot be recorded to its end is reported when it happens and at the end."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from tiny_command import FLAGS, at_step, only

from dgviz.cli.main import main
from dgviz.runs import store
from dgviz.runs.layout import CARD, CHECKPOINT
from dgviz.runs.recording import recorder
from dgviz.runs.store import Store

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(on_tiny: None, tmp_path: Path) -> Path:
    return tmp_path / "runs of mine"


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("checkpoints", "recorded", "then"),
    [
        (0.0, "only up to step 14", "goes on from step 14."),
        (1e9, "only up to step 0", "begins the run again from the start."),
    ],
)
def test_a_full_disk_is_reported_at_once_and_at_the_end(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    checkpoints: float,
    recorded: str,
    then: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "CHECKPOINT_SECONDS", checkpoints)
        at_step(patch, 15, lambda: patch.setattr(recorder, "write_whole", full))
        at_step(patch, 15, lambda: patch.setattr(recorder, "append_whole", full))
        assert main([*FLAGS, "--runs", str(root)]) == 1
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    warning = "This run is not recorded any more: No space left on device (in the runs directory)."
    first, second, *_, last = lines
    assert first.startswith("epoch 1/4") and second == warning and lines.count(warning) == 1
    assert last.startswith(warning) and last.endswith(then)
    record = only(root)
    assert captured.out.splitlines()[-1].split(maxsplit=1) == [
        "recorded",
        f"run {record.id} in {record.folder}, {recorded}",
    ]
    # The printed command resumes the run.
    command = last[len(warning) : last.rindex(then)]
    assert main(shlex.split(command)[3:]) == 0
    assert only(root).phase == "finished"


def test_a_failure_to_write_the_last_card_is_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with monkeypatch.context() as patch:
        at_step(patch, 40, lambda: patch.setattr(recorder, "write_json", full))
        assert main([*FLAGS, "--runs", str(root), "--json"]) == 1
    captured = capsys.readouterr()
    assert "No space left on device" in captured.err
    result = json.loads(captured.out)
    assert "not recorded any more: No space left on device" in result["warning"]
    assert (result["run"], result["kept_step"]) == (only(root).id, 40)
    assert only(root).phase == "interrupted"


def test_a_folder_removed_during_training_is_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    at_step(monkeypatch, 15, lambda: shutil.rmtree(root))
    assert main([*FLAGS, "--runs", str(root)]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1].split() == ["recorded", "no"]
    last = captured.err.splitlines()[-1]
    assert "No such file or directory" in last and last.endswith("Nothing of it is kept.")


def test_a_damaged_checkpoint_cannot_be_resumed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with monkeypatch.context() as patch:

        def damage() -> None:
            (only(root).folder / CHECKPOINT).write_bytes(b"damaged")
            patch.setattr(recorder, "write_whole", full)

        patch.setattr(recorder, "CHECKPOINT_SECONDS", 0.0)
        at_step(patch, 15, damage)
        assert main([*FLAGS, "--runs", str(root)]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1].split() == ["recorded", "no"]
    last = captured.err.splitlines()[-1]
    assert last.endswith("Its checkpoint cannot be used, so it cannot be resumed.")
    assert main(["train", "--resume", only(root).id, "--runs", str(root)]) == 1
    assert "cannot be resumed" in capsys.readouterr().err


@pytest.mark.parametrize("at", ["the quota", "the folder", CARD])
def test_a_run_that_cannot_be_recorded_has_one_warning(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, at: str
) -> None:
    if at == "the quota":
        monkeypatch.setattr(store, "_FULL_DISK_BYTES", 10**18)
    elif at == "the folder":
        monkeypatch.setattr(Path, "mkdir", full)
    else:
        monkeypatch.setattr(recorder, "write_json", full)
    assert main([*FLAGS, "--runs", str(root), "--json"]) == 1
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert (result["run"], result["folder"], result["kept_step"]) == (None, None, None)
    first, *_, last = captured.err.splitlines()
    assert first == last == result["warning"]
    assert Store(root).records() == []


def test_a_recorded_run_has_no_warning(root: Path, capsys: Capture) -> None:
    assert main([*FLAGS, "--runs", str(root), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["warning"], result["kept_step"]) == (None, 40)
