"""The state of git, and that reading it changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import dgviz
from dgviz.training import machine


@pytest.mark.skipif(not shutil.which("git"), reason="asks git")
def test_git_state_does_not_change_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user's own git commands would fail while the index is locked."""
    package = tmp_path / "dgviz" / "__init__.py"
    package.parent.mkdir()
    package.write_text("")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "All"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    monkeypatch.setattr(dgviz, "__file__", str(package))
    # An ordinary `git status` would write the new time to the index.
    os.utime(package, (1e9, 1e9))
    index = (tmp_path / ".git" / "index").read_bytes()
    state = machine.git_state()
    assert state and state["dirty"] is False and len(str(state["commit"])) == 40
    assert (tmp_path / ".git" / "index").read_bytes() == index
    package.write_text("changed = True")
    state = machine.git_state()
    assert state and state["dirty"] is True
