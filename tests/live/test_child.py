"""A child process of the server: its end is noticed in every case, and its resources are closed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

import psutil
import pytest
from waiting import gone, until

from dgviz.live import launch
from dgviz.live.child import Child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and sends signals")


def echo(pipe: Connection) -> None:
    """Send back every message up to None."""
    while (message := pipe.recv()) is not None:
        pipe.send(message)


def linger(pipe: Connection) -> None:
    pipe.send("last message")
    time.sleep(60)


@pytest.fixture
def children(bare_forkserver: None) -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        if not child._ended:
            child.kill()
            child.end(5)
        until(lambda: gone(child.pid))  # noqa: B023


def start(children: list[Child], target: Any = echo) -> tuple[Child, SimpleQueue[Any]]:
    commands: SimpleQueue[Any] = SimpleQueue()
    child = launch.start_process(target, name="dgviz-test", commands=commands)
    children.append(child)
    return child, commands


def test_commands_are_sent_and_the_end_of_the_process_is_noticed(children: list[Child]) -> None:
    child, commands = start(children)
    commands.put(("a", 1))
    assert child.receive() == ("a", 1)
    commands.put(None)
    child._sender.join(10)
    child._pipe.send(None)
    assert child.receive() is None
    assert child.end(10) == "ended with exit code 0"
    child.kill()


def test_a_process_that_does_not_end_is_killed(children: list[Child]) -> None:
    child, _ = start(children, linger)
    assert child.receive() == "last message"
    assert child.end(0.1) == "was killed by signal 9 (Killed)"
    assert gone(child.pid)


def test_the_exit_code_is_known_even_if_other_threads_poll_children(children: list[Child]) -> None:
    """If two threads read an exit code from multiprocessing at once, one gets 255."""
    asking = threading.Event()

    def ask() -> None:
        while not asking.is_set():
            multiprocessing.active_children()

    others = [threading.Thread(target=ask) for _ in range(3)]
    for other in others:
        other.start()
    try:
        for _ in range(10):
            child, _ = start(children)
            os.kill(child.pid, signal.SIGKILL)
            assert child.receive() is None
            assert child.end(10) == "was killed by signal 9 (Killed)"
    finally:
        asking.set()
        for other in others:
            other.join()


def test_a_process_can_be_killed_after_the_forkserver_has_died(children: list[Child]) -> None:
    child, _ = start(children)
    os.kill(child.pid, signal.SIGSTOP)
    factory = forkserver._forkserver._forkserver_pid
    os.kill(factory, signal.SIGKILL)
    until(lambda: gone(factory))
    # Another start polls every child that multiprocessing knows, and starts a new forkserver.
    start(children)
    child.kill()
    assert child._pipe.poll(10), "it is still there"
    assert child.receive() is None
    assert child.end(10) == "has ended"


def test_no_file_descriptor_stays_open(children: list[Child]) -> None:
    start(children)
    before = psutil.Process().num_fds()
    for _ in range(3):
        child, _ = start(children)
        child.kill()
        assert child.receive() is None
        child.end(10)
    assert psutil.Process().num_fds() == before
