"""The registry of runs: queue, commands, messages, stops, and runs on the disk."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fake_worker import FakeWorker
from synthetic_run import RUN_ID, write_run
from waiting import TINY, entries, until

from dgviz.live import hub as hub_module
from dgviz.live import run as run_module
from dgviz.live import stopping
from dgviz.live.hub import Hub, UnknownRun
from dgviz.live.run import Run
from dgviz.runs.contents import RunsError
from dgviz.runs.locks import lock_on
from dgviz.settings import SettingsError

MakeHub = Callable[[int], Hub]


def started(hub: Hub, workers: list[FakeWorker]) -> tuple[Run, FakeWorker]:
    """Start a run and wait for its worker."""
    before = len(workers)
    run = hub.start(TINY)
    until(lambda: len(workers) > before and run.process)
    return run, workers[before]


def test_queued_runs_have_places_and_move_up(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    hub = make_hub(2)
    runs = [hub.start(TINY) for _ in range(5)]
    assert [run.phase for run in runs] == ["starting"] * 2 + ["queued"] * 3
    assert [run.status()["place"] for run in runs] == [None, None, 1, 2, 3]
    until(lambda: len(workers) == 2 and all(run.process for run in runs[:2]))
    workers[0].end()
    until(lambda: runs[2].phase == "starting" and runs[4].place == 2)
    assert [run.place for run in runs] == [None, None, None, 1, 2]
    # Either of the first two may have the worker that ended.
    assert hub.in_flight() == [run for run in runs if not run.ended]
    assert len(hub.in_flight()) == 4


def test_trials_of_a_sweep_take_places_but_never_the_last_one(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(2)
    hub.lend(2)
    first, second = hub.start(TINY), hub.start(TINY)
    assert [first.phase, second.phase] == ["starting", "queued"]
    hub.lend(0)
    assert second.phase == "starting"
    until(lambda: len(workers) == 2)


def test_stopping_a_queued_run_moves_the_others_up_and_starts_nothing(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    first, worker = started(hub, workers)
    second, third = hub.start(TINY), hub.start(TINY)
    hub.stop(second)
    assert (second.phase, second.place) == ("stopped", None)
    assert (third.phase, third.place) == ("queued", 1)
    hub.stop(first)
    worker.end("stopped")
    until(lambda: third.phase == "starting")
    until(lambda: len(workers) == 2)
    assert second.process is None


def test_listeners_are_notified_of_a_new_place_in_the_queue(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    first, worker = started(hub, workers)
    hub.start(TINY)
    last = hub.start(TINY)
    received: list[tuple[str, int | None]] = []
    with last.watch(lambda: received.append((last.phase, last.place))):
        hub.stop(first)
        worker.end("stopped")
        until(lambda: ("queued", 1) in received)


def test_commands_given_before_the_worker_starts_reach_it(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    first, blocker = started(hub, workers)
    run = hub.start(TINY)
    run.set_knob("beta", 2)
    run.pause()
    run.step("batch")
    run.set_knob("beta", 3)
    blocker.end()
    until(lambda: len(workers) == 2)
    assert workers[1].commands(4) == [
        ("set", "beta", 2.0),
        ("pause",),
        ("step", "batch"),
        ("set", "beta", 3.0),
    ]
    assert first.phase == "finished"


def test_the_last_value_of_a_knob_reaches_the_worker_last(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    run, worker = started(make_hub(1), workers)
    threads = [
        threading.Thread(target=lambda n=n: [run.set_knob("beta", n + i / 50) for i in range(50)])
        for n in range(1, 5)
    ]
    for thread in threads:
        thread.start()
    received = []
    while any(thread.is_alive() for thread in threads) or worker.theirs.poll(0.2):
        if worker.theirs.poll():
            received.append(worker.theirs.recv())
    assert len(received) > 100
    assert received[-1] == ("set", "beta", run.knobs["beta"])


@pytest.mark.parametrize("name, value", [("beta", "lots"), ("beta", 31), ("tau", float("nan"))])
def test_values_that_a_knob_does_not_accept_are_refused(
    make_hub: MakeHub, workers: list[FakeWorker], name: str, value: Any
) -> None:
    run, worker = started(make_hub(1), workers)
    before = dict(run.knobs)
    with pytest.raises(SettingsError):
        run.set_knob(name, value)
    with pytest.raises(ValueError, match="cannot change"):
        run.set_knob("hidden", 9)
    assert run.knobs == before
    assert not worker.theirs.poll()


def test_a_value_that_no_step_has_used_does_not_count_after_the_end(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    run, worker = started(make_hub(1), workers)
    moved = {"kind": "knob", "step": 3, "epoch": 0.1, "knob": "beta", "from": 0.1, "to": 2.0}
    run.set_knob("beta", 2.0)
    worker.send("log", [moved])
    # Set during a pause, before the run is stopped.
    run.set_knob("tau", 0.61)
    worker.end("stopped")
    until(lambda: run.ended)
    assert (run.knobs["beta"], run.knobs["tau"]) == (2.0, run.settings.tau)


def test_a_run_stopped_while_starting_never_runs(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    proceed = threading.Event()
    start = run_module.start_worker

    def slowly(*arguments: Any) -> Any:
        proceed.wait(10)
        return start(*arguments)

    monkeypatch.setattr(run_module, "start_worker", slowly)
    monkeypatch.setattr(stopping, "SILENT_SECONDS", 0.1)
    hub = make_hub(1)
    run = hub.start(TINY)
    hub.stop(run)
    assert run.phase == "stopping"
    phases: list[str] = []
    with run.watch(lambda: phases.append(run.phase)):
        proceed.set()
        until(lambda: run.ended)
    assert run.phase == "interrupted"
    assert run.reason == (
        "The training process did not stop in time and was killed before training began. "
        "It was not recorded, so it cannot be resumed."
    )
    assert set(phases) <= {"stopping", "interrupted"}
    assert workers[0].kills == 1


def recorded(hub: Hub, run: Run, step: int, sessions: int = 1, phase: str = "running") -> None:
    """Write the folder that the run's worker would have written."""
    session = {"seconds": 1.0, "from_step": 0}
    card = {"phase": phase, "step": step, "epoch": step / 10, "sessions": [session] * sessions}
    shutil.rmtree(hub.store.root / run.id, ignore_errors=True)
    write_run(hub.store.root, run_id=run.id, settings=run.settings, card=card)


def reach(run: Run, worker: FakeWorker, step: int) -> None:
    worker.send("newest", "progress", {"step": step, "epoch": step / 10})
    until(lambda: run.progress["step"] == step)


def test_a_worker_that_does_not_answer_a_stop_is_killed_and_its_run_interrupted(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "SILENT_SECONDS", 0.3)
    hub = make_hub(1)
    run, worker = started(hub, workers)
    recorded(hub, run, step=2)
    worker.send("phase", "running")
    reach(run, worker, 7)
    hub.stop(run)
    until(lambda: run.ended)
    assert worker.kills == 1
    status = run.status()
    assert (status["phase"], status["step"], status["resumable"]) == ("interrupted", 2, True)
    assert status["reason"] == (
        "The training process did not stop in time and was killed at epoch 0.7. "
        "Resume goes on from epoch 0.2 (step 2)."
    )
    record = hub.store.record(run.id)
    assert (record.phase, record.step) == (status["phase"], status["step"])
    assert hub.find(run.id) is run


def seconds_to_end(run: Run) -> float | None:
    """The deadline that was set last for its worker."""
    deadline = run._stopping._deadline
    return deadline.interval if deadline else None


@pytest.mark.parametrize(
    ("step", "then"),
    [
        (0, "Resume begins the run again from the start."),
        (2, "Resume goes on from epoch 0.2 (step 2)."),
    ],
)
def test_a_run_killed_before_training_has_the_state_of_its_record(
    make_hub: MakeHub, workers: list[FakeWorker], step: int, then: str
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    recorded(hub, run, step)
    hub.stop(run)
    run.kill()
    until(lambda: run.ended)
    killed = "The training process did not stop in time and was killed before training began."
    assert (run.reason, run.resumable, worker.kills) == (f"{killed} {then}", True, 1)
    assert run.phase == hub.store.record(run.id).phase == "interrupted"


def test_a_worker_that_answers_a_stop_has_time_to_end(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    hub.stop(run)
    hub.stop(run)
    assert worker.commands(1) == [("stop", "")]
    assert run.status()["phase"] == "stopping" and not run.ended
    worker.send("stopping", None)
    # A phase that the worker sent before it received the stop has no effect.
    worker.send("phase", "running")
    reach(run, worker, 8)
    assert run.phase == "stopping"
    assert seconds_to_end(run) == stopping.ENDING_SECONDS
    worker.end("stopped")
    until(lambda: run.ended)
    assert (run.phase, run.reason, worker.kills) == ("stopped", "", 0)
    assert worker.closed and seconds_to_end(run) is None


def test_a_second_stop_kills_unless_it_is_a_double_click(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    hub.stop(run)
    hub.stop(run)
    assert worker.kills == 0
    monkeypatch.setattr(stopping, "DOUBLE_CLICK_SECONDS", 0.0)
    hub.stop(run)
    until(lambda: run.ended)
    assert worker.kills == 1
    hub.stop(run)


def test_a_worker_that_answers_and_never_ends_does_not_delay_the_server(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(2)
    (run, worker), (other, _) = started(hub, workers), started(hub, workers)
    recorded(hub, run, step=3)
    worker.send("phase", "running")
    hub.stop(run)
    worker.send("stopping", None)
    until(lambda: seconds_to_end(run) == stopping.ENDING_SECONDS)
    hub.close()
    assert (run.phase, worker.kills) == ("interrupted", 1)
    assert other.ended and not hub._threads


def test_giving_commands_does_not_wait_for_a_worker_that_does_not_read(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    for i in range(5000):
        run.set_knob("beta", i % 7 + 0.5)
    hub.stop(run)
    worker.end("stopped")
    until(lambda: run.ended)


def test_a_worker_that_stays_after_its_last_message_is_killed(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "LAST_SECONDS", 0.1)
    run, worker = started(make_hub(1), workers)
    worker.send("ended", ("finished", ""))
    until(lambda: run.ended)
    assert (run.phase, worker.kills) == ("finished", 1)


@pytest.mark.parametrize(
    "exitcode, reason", [(-9, "killed by signal 9 (Killed)"), (3, "ended with exit code 3")]
)
def test_the_death_of_a_worker_is_explained_and_the_next_run_starts(
    make_hub: MakeHub, workers: list[FakeWorker], exitcode: int, reason: str
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    waiting = hub.start(TINY)
    worker.send("log", [{"kind": "metrics", "step": 0}])
    worker.send("newest", "gates", b"seen")
    worker.die(exitcode)
    until(lambda: run.ended)
    assert run.phase == "interrupted"
    assert reason in run.status()["reason"]
    assert (len(run.log), run.newest["gates"]) == (1, (1, b"seen"))
    until(lambda: waiting.phase == "starting")


def test_a_failed_start_is_explained_and_the_next_run_starts(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = run_module.start_worker
    answers = iter([OSError("no room for it"), None])

    def fail_once(*arguments: Any) -> Any:
        if problem := next(answers):
            raise problem
        return start(*arguments)

    monkeypatch.setattr(run_module, "start_worker", fail_once)
    hub = make_hub(1)
    first, second = hub.start(TINY), hub.start(TINY)
    until(lambda: first.ended and second.process)
    assert first.phase == "failed"
    assert "no room for it" in first.reason


def test_only_the_newest_snapshot_is_stored(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    run, worker = started(make_hub(1), workers)
    for number in range(200):
        worker.send("newest", "gates", b"%d" % number)
    worker.end()
    until(lambda: run.ended)
    assert run.newest == {"gates": (200, b"199")}


def test_two_hubs_do_not_mix(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    one, other = make_hub(1), make_hub(1)
    (mine, worker), (yours, _) = started(one, workers), started(other, workers)
    worker.send("log", entries("mine"))
    until(lambda: mine.log)
    assert yours.log == []
    assert (mine.id, mine.token) != (yours.id, yours.token)
    assert one.find(mine.id) is mine
    with pytest.raises(UnknownRun):
        other.find(mine.id)


@pytest.mark.parametrize(
    "run_id", ["", "0" * 12, "ABCDEFABCDEF", "../../etc", "0" * 12 + "\n", "é" * 12, "x" * 10**6]
)
def test_a_wrong_id_gets_a_short_sentence(make_hub: MakeHub, run_id: str) -> None:
    with pytest.raises(UnknownRun) as raised:
        make_hub(1).find(run_id)
    assert len(str(raised.value)) < 250
    words = "has been deleted" if run_id == "0" * 12 else "is not a run's id"
    assert words in str(raised.value)


def test_a_run_without_viewers_is_stopped_and_then_forgotten(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub(2)
    left, worker = started(hub, workers)
    watched, _ = started(hub, workers)
    hub.reap()
    assert not left.ended
    monkeypatch.setattr(hub_module, "UNATTENDED_SECONDS", 0)
    with watched.watch(lambda: None):
        hub.reap()
        ((_, reason),) = worker.commands(1)
        assert reason == "No page had shown it for ten minutes."
        worker.end("stopped", reason)
        until(lambda: left.phase == "stopped")
        assert left.reason == reason
        hub.reap()
        assert hub.find(watched.id) is watched
    with pytest.raises(UnknownRun):
        hub.find(left.id)


def test_the_dense_baseline_is_found_unless_it_failed(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(9)
    hub.start(TINY)
    assert hub.baseline_of(TINY) is None
    before = len(workers)
    baseline = hub.start(TINY.baseline())
    hub.start(TINY.baseline().with_changes(seed=1))
    assert hub.baseline_of(TINY.with_changes(beta=5, preset="sparse")) is baseline
    until(lambda: baseline.process)
    next(worker for worker in workers[before:] if worker.child is baseline.process).die(1)
    until(lambda: baseline.ended)
    assert hub.baseline_of(TINY) is None


def test_close_ends_all_runs_and_starts_none(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    hub = make_hub(2)
    runs = [hub.start(TINY) for _ in range(6)]
    until(lambda: len(workers) == 2)
    hub.close()
    assert [run.phase for run in runs] == ["interrupted"] * 2 + ["stopped"] * 4
    assert len(workers) == 2
    assert not any(worker.is_alive() for worker in workers)
    assert not hub._threads


def test_a_run_of_an_earlier_server_is_found_on_the_disk(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY, card={"phase": "stopped", "reason": "Enough."})
    run = hub.find(RUN_ID)
    assert hub.find(RUN_ID) is run
    assert (run.phase, run.reason, run.settings) == ("stopped", "Enough.", TINY)
    assert run.status()["resumable"] and run.status()["epoch"] == 2.0
    assert run.log == hub.store.record(RUN_ID).log()
    assert run.newest.keys() == {"facts", "masks", "gates", "weights"}
    (move,) = [entry for entry in run.log if entry["kind"] == "knob"]
    assert run.knobs[move["knob"]] == move["to"]


def test_a_run_without_readable_settings_is_explained(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    folder = write_run(hub.store.root)
    (folder / "settings.json").write_text("{")
    with pytest.raises(UnknownRun, match="settings"):
        hub.find(RUN_ID)


def test_a_run_that_another_process_trains_cannot_be_steered(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    folder = write_run(hub.store.root, settings=TINY, card={"phase": "running"})
    with lock_on(folder / "lock"):
        run = hub.find(RUN_ID)
        assert (run.phase, run.ended, run.resumable) == ("elsewhere", True, False)
        assert hub.find(RUN_ID) is run, "as long as nothing has changed"
        with pytest.raises(RunsError):
            hub.resume(RUN_ID)
    assert hub.find(RUN_ID).phase == "interrupted"
    assert run.superseded


def test_a_resumed_run_replaces_the_old_one(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY, card={"phase": "stopped"})
    before = hub.find(RUN_ID)
    received: list[bool] = []
    with before.watch(lambda: received.append(before.superseded)):
        after = hub.resume(RUN_ID)
    assert hub.find(RUN_ID) is after and received == [True]
    assert (after.id, after.token, after.knobs) == (before.id, before.token, before.knobs)
    assert after.job.resume
    assert hub.resume(RUN_ID) is after, "it is under way already"
    until(lambda: workers)
    workers[0].end()
    until(lambda: after.ended)
    assert not after.superseded


def test_a_resumed_run_stopped_in_the_queue_has_its_earlier_state(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    started(hub, workers)
    write_run(hub.store.root, settings=TINY, card={"phase": "failed", "reason": "It diverged."})
    run = hub.resume(RUN_ID)
    assert run.phase == "queued"
    hub.stop(run)
    assert (run.phase, run.reason, run.resumable) == ("failed", "It diverged.", True)
    assert hub.find(RUN_ID) is run


def test_runs_that_cannot_be_resumed_do_not_change(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY)
    with pytest.raises(RunsError, match="it is finished"):
        hub.resume(RUN_ID)
    unrecorded, worker = started(hub, workers)
    worker.send("warning", "The disk is full.")
    worker.end("stopped")
    until(lambda: unrecorded.ended)
    assert unrecorded.status()["warning"] == "The disk is full."
    with pytest.raises(RunsError, match="was not recorded"):
        hub.resume(unrecorded.id)
    with pytest.raises(UnknownRun):
        hub.resume("f" * 12)
    assert len(workers) == 1


def test_a_run_has_the_id_of_its_parent(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    hub = make_hub(1)
    parent = hub.start(TINY)
    child = hub.start(TINY.with_changes(beta=1.0), parent=parent.id)
    assert child.status()["parent"] == parent.id
    hub.stop(child)


def test_a_dense_baseline_of_an_earlier_server_is_found(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, run_id="0" * 12, settings=TINY.with_changes(method="dense", seed=9))
    write_run(hub.store.root, run_id="1" * 12, settings=TINY.baseline(), card={"phase": "stopped"})
    write_run(hub.store.root, run_id="2" * 12, settings=TINY.baseline())
    baseline = hub.baseline_of(TINY.with_changes(beta=3.0))
    assert baseline is not None and baseline.id == "2" * 12
    hub.store.delete(baseline.id)
    hub._runs.clear()
    assert hub.baseline_of(TINY.with_changes(beta=3.0)) is None


def test_a_run_resumed_by_another_process_is_shown_in_its_new_state(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY, card={"phase": "stopped", "step": 10, "epoch": 1.0})
    before = hub.find(RUN_ID)
    shutil.rmtree(hub.store.root / RUN_ID)
    write_run(hub.store.root, settings=TINY)
    after = hub.find(RUN_ID)
    assert (before.phase, after.phase) == ("stopped", "finished")
    assert before.superseded and hub.find(RUN_ID) is after


def test_a_resume_elsewhere_is_noticed_for_a_run_with_very_many_sessions(make_hub: MakeHub) -> None:
    hub = make_hub(1)

    def begun(*minutes: int) -> None:
        shutil.rmtree(hub.store.root / RUN_ID, ignore_errors=True)
        sessions = [{"started": f"2026-03-01T05:{minute:02}:00+00:00"} for minute in minutes]
        card = {"phase": "stopped", "step": 10, "sessions": sessions}
        write_run(hub.store.root, settings=TINY, card=card)

    begun(*[1] * 1000)
    before = hub.find(RUN_ID)
    begun(*[1] * 999, 2)
    assert hub.find(RUN_ID) is not before and before.superseded


def test_a_deleted_run_is_not_shown_any_more(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY)
    hub.find(RUN_ID)
    hub.store.delete(RUN_ID)
    with pytest.raises(UnknownRun, match=r"has been deleted.* restore it on the Runs page"):
        hub.find(RUN_ID)


def test_a_run_killed_here_and_finished_elsewhere_is_shown_as_finished(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    recorded(hub, run, step=2)
    worker.die(-9)
    until(lambda: run.ended)
    assert run.phase == "interrupted"
    recorded(hub, run, step=20, sessions=2, phase="finished")
    now = hub.find(run.id)
    assert (now.phase, now.resumable, now.status()["step"]) == ("finished", False, 20)
    assert run.superseded


def test_a_run_that_ended_here_and_was_deleted_is_not_found(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    run, worker = started(hub, workers)
    recorded(hub, run, step=20, phase="finished")
    worker.end()
    until(lambda: run.ended)
    assert hub.find(run.id) is run
    hub.store.delete(run.id)
    with pytest.raises(UnknownRun, match="has been deleted"):
        hub.find(run.id)


def test_viewers_of_a_deleted_run_are_notified(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, run_id="ab" * 6)
    run = hub.find("ab" * 6)
    with run.watch(lambda: None):
        hub.reap()
        assert not run.superseded and hub.find(run.id) is run
        hub.store.delete(run.id)
        hub.reap()
    assert run.superseded, "the browser connects again, and learns that there is no such run"
    assert run.id not in hub._runs


def test_a_deleted_baseline_is_not_offered(make_hub: MakeHub, workers: list[FakeWorker]) -> None:
    hub = make_hub(1)
    baseline = hub.start(TINY.baseline())
    until(lambda: baseline.process)
    recorded(hub, baseline, step=20, phase="finished")
    workers[0].end()
    until(lambda: baseline.ended)
    assert hub.baseline_of(TINY) is baseline
    hub.store.delete(baseline.id)
    assert hub.baseline_of(TINY) is None


def test_a_baseline_that_could_not_be_recorded_is_offered_from_memory(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    baseline = hub.start(TINY.baseline())
    until(lambda: workers)
    workers[0].send("warning", "The disk is full.")
    workers[0].end()
    until(lambda: baseline.ended)
    assert hub.baseline_of(TINY) is baseline and hub.find(baseline.id) is baseline


def knob_entry(step: int, to: float) -> dict[str, Any]:
    epoch = step / 10
    return {"kind": "knob", "step": step, "epoch": epoch, "knob": "tau", "from": 0.5, "to": to}


PLANNED = {"knob": "tau", "to": 0.6, "step": 30, "epoch": 3.0}


def test_a_planned_move_is_in_the_status_and_does_not_count_as_made(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    card = {"phase": "stopped", "step": 10, "planned": [[30, "tau", 0.6], [40, "tau", 0.7]]}
    write_run(hub.store.root, settings=TINY, card=card, log=[])
    run = hub.find(RUN_ID)
    assert run.knobs["tau"] == 0.5 and run.status()["planned"] == [PLANNED]


@pytest.mark.parametrize("by_user", [False, True])
def test_a_resumed_run_has_the_knobs_of_its_checkpoint_until_a_move_is_made_again(
    make_hub: MakeHub, workers: list[FakeWorker], by_user: bool
) -> None:
    hub = make_hub(1)
    # The run was killed after its last checkpoint, and after the move.
    card = {"phase": "interrupted", "step": 10}
    write_run(hub.store.root, settings=TINY, card=card, log=[knob_entry(30, 0.6)])
    killed = hub.find(RUN_ID)
    assert killed.knobs["tau"] == 0.6 and killed.status()["planned"] == [PLANNED]
    run = hub.resume(RUN_ID)
    assert run.knobs["tau"] == 0.5 and run.status()["planned"] == [PLANNED]
    until(lambda: workers)
    workers[0].send("past", [])
    if by_user:
        run.set_knob("tau", 0.55)
        assert run.status()["planned"] == []
    workers[0].send("log", [knob_entry(30, 0.6)])
    until(lambda: run.log)
    until(lambda: run.knobs["tau"] == (0.55 if by_user else 0.6))
    assert run.status()["planned"] == []


def test_a_run_resumed_while_its_folder_is_read_is_not_replaced(
    make_hub: MakeHub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY, card={"phase": "stopped"})
    from_record = Run.from_record

    def slowly(*arguments: Any) -> Run:
        run = from_record(*arguments)
        if not hub._runs:
            monkeypatch.setattr(Run, "from_record", from_record)
            hub.resume(RUN_ID)
        return run

    monkeypatch.setattr(Run, "from_record", slowly)
    found = hub.find(RUN_ID)
    assert found is hub.find(RUN_ID) and found.job.resume and not found.ended


def test_a_resumed_run_shows_its_record_until_the_worker_reports(
    make_hub: MakeHub, workers: list[FakeWorker]
) -> None:
    hub = make_hub(1)
    write_run(hub.store.root, settings=TINY, card={"phase": "stopped"})
    before = hub.find(RUN_ID)
    run = hub.resume(RUN_ID)
    assert run.log == before.log and run.newest == before.newest
    until(lambda: workers)
    workers[0].send("past", before.log[:3])
    until(lambda: len(run.log) == 3)
    assert len(before.log) > 3
