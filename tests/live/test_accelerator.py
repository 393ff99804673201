"""Whether a machine has an accelerator, without torch in this process."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from dgviz.live import accelerator
from dgviz.live.accelerator import is_accelerator


class _AtOnce:
    """A thread whose work is done when it starts."""

    def __init__(self, target: Any, daemon: bool) -> None:
        self.start = target


@pytest.fixture(autouse=True)
def asked_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    accelerator._Auto.of_this_machine.cache_clear()
    monkeypatch.setattr(threading, "Thread", _AtOnce)
    yield
    accelerator._Auto.of_this_machine.cache_clear()


@pytest.mark.parametrize(
    ("torch", "answer", "is_one"),
    [("2.13.0+cu130", "cuda\n", True), ("2.13.0", "mps\n", True), ("2.13.0", "cpu\n", False)],
)
def test_auto_is_asked_of_a_process_once(
    torch: str, answer: str, is_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **rest: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, answer)

    monkeypatch.setattr(accelerator, "version", lambda package: torch)
    monkeypatch.setattr(subprocess, "run", run)
    assert [is_accelerator("auto"), is_accelerator("auto")] == [is_one, is_one]
    assert len(asked) == 1
    assert is_accelerator("cuda") and not is_accelerator("cpu")


def test_a_torch_for_processors_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "version", lambda package: "2.13.0+cpu")
    monkeypatch.setattr(subprocess, "run", None)
    assert not is_accelerator("auto")
