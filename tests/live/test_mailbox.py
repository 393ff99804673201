"""The worker's messages: only old snapshots are dropped, and commands act between steps only."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest
from waiting import TINY, until

from dgviz.live import mailbox
from dgviz.live.mailbox import Commands, Outbox

PER_EPOCH = 10


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that would have ended the process; here only the thread ends."""
    died: list[str] = []
    monkeypatch.setattr(
        mailbox, "_exit_without_server", lambda: died.append(threading.current_thread().name)
    )
    return died


@pytest.fixture
def pipe(deaths: list[str]) -> Iterator[tuple[Connection, Connection]]:
    server, worker = multiprocessing.Pipe()
    yield server, worker
    server.close()
    # The listening thread uses the other end until it has read the end of file.
    until(lambda: not any("_listen" in thread.name for thread in threading.enumerate()))
    worker.close()


@pytest.fixture
def commands(pipe: tuple[Connection, Connection]) -> Commands:
    return Commands(pipe[1], TINY)


def receive(connection: Connection) -> tuple:
    assert connection.poll(10)
    return connection.recv()


def test_reports_arrive_complete_and_in_order(pipe: tuple[Connection, Connection]) -> None:
    outbox = Outbox(pipe[1])
    for number in range(500):
        outbox.report("log", number)
    closer = threading.Thread(target=outbox.close)
    closer.start()
    assert [receive(pipe[0]) for _ in range(500)] == [("log", number) for number in range(500)]
    closer.join(10)
    assert not closer.is_alive()


def test_only_the_newest_snapshot_waits_for_a_slow_server(
    pipe: tuple[Connection, Connection],
) -> None:
    outbox = Outbox(pipe[1])
    blocking = bytes(5_000_000)
    outbox.show("facts", blocking)
    assert pipe[0].poll(10)
    # The thread blocks while sending, so the rest has to wait.
    for number in range(1000):
        outbox.show("gates", number)
    outbox.show("weights", "w")
    assert receive(pipe[0]) == ("newest", "facts", blocking)
    assert receive(pipe[0]) == ("newest", "gates", 999)
    assert receive(pipe[0]) == ("newest", "weights", "w")
    outbox.close()
    assert not pipe[0].poll()


def test_the_report_of_the_end_follows_the_last_snapshot(
    pipe: tuple[Connection, Connection],
) -> None:
    outbox = Outbox(pipe[1])
    blocking = bytes(5_000_000)
    outbox.show("facts", blocking)
    assert pipe[0].poll(10)
    outbox.report("log", [1])
    outbox.report("ended", ("finished", ""))
    outbox.show("gates", "final")
    received = [receive(pipe[0]) for _ in range(4)]
    outbox.close()
    assert received[1:] == [
        ("newest", "gates", "final"),
        ("log", [1]),
        ("ended", ("finished", "")),
    ]


def test_a_worker_exits_when_its_reports_cannot_be_sent(deaths: list[str]) -> None:
    server, worker = multiprocessing.Pipe()
    outbox = Outbox(worker)
    server.close()
    outbox.report("log", [])
    outbox.close()
    assert len(deaths) == 1
    worker.close()


def test_a_worker_exits_when_the_command_pipe_is_closed(deaths: list[str]) -> None:
    server, worker = multiprocessing.Pipe()
    Commands(worker, TINY)
    assert not deaths
    server.close()
    until(lambda: len(deaths) == 1)
    worker.close()


def test_pause_waits_and_resume_goes_on(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    assert not commands.waiting
    pipe[0].send(("pause",))
    until(lambda: commands.waiting)
    waiter = threading.Thread(target=commands.wait)
    waiter.start()
    pipe[0].send(("resume",))
    waiter.join(10)
    assert not waiter.is_alive()
    assert not commands.waiting
    assert commands.take_step(0, PER_EPOCH)


def test_each_press_of_one_batch_is_one_step(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    pipe[0].send(("pause",))
    until(lambda: commands.waiting)
    for presses in (1, 2):
        for _ in range(presses):
            pipe[0].send(("step", "batch"))
        until(lambda: commands._granted == presses)  # noqa: B023
        taken = 0
        while not commands.waiting:
            assert commands.take_step(taken, PER_EPOCH)
            taken += 1
        assert taken == presses


@pytest.mark.parametrize("start, steps", [(0, 10), (3, 7), (9, 1), (10, 10)])
def test_an_epoch_ends_at_its_boundary(
    pipe: tuple[Connection, Connection], commands: Commands, start: int, steps: int
) -> None:
    pipe[0].send(("pause",))
    until(lambda: commands.waiting)
    pipe[0].send(("step", "epoch"))
    until(lambda: not commands.waiting)
    step = start
    while not commands.waiting:
        assert commands.take_step(step, PER_EPOCH)
        step += 1
    assert step - start == steps


def test_one_batch_cuts_a_whole_epoch_short(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    pipe[0].send(("step", "epoch"))
    pipe[0].send(("step", "batch"))
    until(lambda: commands._granted == 1)
    assert commands.take_step(0, PER_EPOCH)
    assert commands.waiting


def test_stop_is_received_while_paused(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    pipe[0].send(("pause",))
    until(lambda: commands.waiting)
    pipe[0].send(("stop", ""))
    commands.wait()
    assert not commands.take_step(0, PER_EPOCH)


@pytest.mark.skipif(os.name == "nt", reason="has no such signal")
def test_a_signal_that_does_not_end_the_wait_is_handled_while_paused(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    """Such a signal comes just before the wait."""

    def interrupt(*_: object) -> None:
        threading.Thread(target=commands.interrupt, args=("a signal",)).start()

    def raise_it() -> None:
        until(lambda: commands._changed._waiters)  # type: ignore[attr-defined]
        # In another thread, so that it does not interrupt the wait.
        signal.raise_signal(signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        pipe[0].send(("pause",))
        until(lambda: commands.waiting)
        threading.Thread(target=raise_it).start()
        commands.wait()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert commands.ending == ("interrupted", "a signal")


def test_a_stop_is_answered_before_the_next_step(pipe: tuple[Connection, Connection]) -> None:
    answers: list[str] = []
    Commands(pipe[1], TINY, lambda: answers.append("at once"))
    assert not answers
    # `take_step` is not called, as when the loop is in the middle of a long step.
    pipe[0].send(("stop", ""))
    until(lambda: answers == ["at once"])


def test_knobs_move_between_steps_only(
    pipe: tuple[Connection, Connection], commands: Commands
) -> None:
    pipe[0].send(("set", "beta", 2.0))
    pipe[0].send(("set", "beta", 3.0))
    pipe[0].send(("set", "tau", 0.6))
    until(lambda: "tau" in commands._moved)
    assert (commands.knobs.beta, commands.knobs.tau) == (TINY.beta, TINY.tau)
    assert commands.take_step(0, PER_EPOCH)
    assert (commands.knobs.beta, commands.knobs.tau) == (3.0, 0.6)
