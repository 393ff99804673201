"""Runs that another process trains, followed from their folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import RUN_ID
from trainer_elsewhere import FIRST, TrainerElsewhere

from dgviz.live import following
from dgviz.live.hub import Hub
from dgviz.live.run import Run
from dgviz.runs.layout import METRICS
from dgviz.runs.log import LogTail, read_log
from dgviz.runs.record import Record


@pytest.fixture
def hub(make_hub: Callable[[int], Hub]) -> Hub:
    return make_hub(1)


@pytest.fixture
def trainer(hub: Hub) -> Iterator[TrainerElsewhere]:
    trainer = TrainerElsewhere(hub.store.root)
    yield trainer
    trainer.lock.release()


@pytest.fixture
def run(hub: Hub, trainer: TrainerElsewhere) -> Run:
    run = hub.find(RUN_ID)
    assert run.phase == "elsewhere" and len(run.log) == FIRST
    return run


def test_what_the_other_process_records_arrives_without_a_new_session(
    hub: Hub, run: Run, trainer: TrainerElsewhere
) -> None:
    log, numbers = run.log, {name: number for name, (number, _) in run.newest.items()}
    assert numbers == {"facts": 1, "masks": 1, "gates": 1, "weights": 1}
    notified: list[int] = []
    with run.watch(lambda: notified.append(run.progress["step"])):
        trainer.log(b"".join(trainer.lines[FIRST:9]) + trainer.lines[9][:20])
        hub.follow()
        assert run.log is log and run.log == read_log(trainer.folder / METRICS)
        assert (len(log), run.progress["step"], run.progress["epoch"]) == (9, 8, 0.8)
        trainer.log(trainer.lines[9][20:])
        trainer.snapshot(21)
        hub.follow()
        assert len(log) == 10 and notified == [8, 9]
    assert [run.newest[name][0] for name in ("masks", "gates", "weights", "facts")] == [2, 2, 1, 1]
    assert not run.superseded and hub.find(RUN_ID) is run


def test_a_change_of_a_knob_there_is_shown_here(
    hub: Hub, run: Run, trainer: TrainerElsewhere
) -> None:
    move = {"kind": "knob", "step": 4, "epoch": 0.4, "knob": "beta", "from": 0.03, "to": 5.0}
    with run.watch(lambda: None):
        trainer.log(json.dumps(move).encode() + b"\n")
        hub.follow()
    assert run.knobs["beta"] == 5.0


def test_nothing_is_read_while_nothing_changes_or_no_page_shows_it(
    hub: Hub, run: Run, trainer: TrainerElsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_reading(*arguments: Any) -> Any:
        raise AssertionError(f"read {arguments}")

    monkeypatch.setattr(following, "Snapshots", no_reading)
    monkeypatch.setattr(following, "read_file", no_reading)
    with run.watch(lambda: None):
        hub.follow()
    trainer.log(trainer.lines[FIRST])
    hub.follow()
    assert len(run.log) == FIRST


def test_several_requests_at_once_keep_the_log_in_order(
    hub: Hub, run: Run, trainer: TrainerElsewhere
) -> None:
    with ThreadPoolExecutor(8) as pool:
        for line in trainer.lines[FIRST:]:
            trainer.log(line)
            looks = [pool.submit(hub.find, RUN_ID) for _ in range(8)]
    assert all(look.result() is run for look in looks)
    assert run.log == read_log(trainer.folder / METRICS)


def test_its_end_is_shown_as_an_end(hub: Hub, run: Run, trainer: TrainerElsewhere) -> None:
    with run.watch(lambda: None):
        trainer.log(b"".join(trainer.lines[FIRST:]))
        trainer.end()
        hub.follow()
        assert run.superseded
    ended = hub.find(RUN_ID)
    assert (ended.phase, ended.progress["step"]) == ("finished", 20)
    assert ended.log == Record(trainer.folder).log()


def test_a_killed_process_is_noticed(hub: Hub, run: Run, trainer: TrainerElsewhere) -> None:
    with run.watch(lambda: None):
        trainer.lock.release()
        hub.follow()
    assert run.superseded and hub.find(RUN_ID).phase == "interrupted"


@pytest.mark.parametrize("what", ["log", "session"])
def test_a_resume_there_makes_it_read_anew(
    what: str, hub: Hub, run: Run, trainer: TrainerElsewhere
) -> None:
    """A resume cuts the log: the entries after the checkpoint must not stay."""
    with run.watch(lambda: None):
        if what == "log":
            beside = trainer.folder / "beside"
            beside.write_bytes(b"".join(trainer.lines[:2]))
            beside.replace(trainer.folder / METRICS)
        else:
            trainer.card(sessions=[{"started": "2026-03-05T00:00:00+00:00"}])
        hub.follow()
        assert run.superseded
    anew = hub.find(RUN_ID)
    assert anew.phase == "elsewhere" and anew.log == read_log(trainer.folder / METRICS)


ENTRIES = st.lists(
    st.sampled_from(
        [
            '{"kind": "event", "step": %d, "epoch": 1, "name": "pruned", "text": "some"}',
            '{"kind": "later", "step": %d, "epoch": 0.5}',
            '{"kind": "knob", "step": %d, "epoch": 1, "knob": "beta", "from": 1, "to": 2}',
            "damaged %d",
        ]
    ),
    max_size=12,
)


@given(ENTRIES, st.lists(st.integers(1, 200), max_size=20))
def test_a_log_read_piece_by_piece_is_the_log_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], pieces: list[int]
) -> None:
    path = tmp_path_factory.mktemp("tail") / METRICS
    content = "".join(f"{line % step}\n" for step, line in enumerate(lines)).encode()
    tail = LogTail(path)
    entries = tail.new_entries()
    for length in [*pieces, len(content)]:
        with path.open("ab") as file:
            file.write(content[:length])
        content = content[length:]
        entries += tail.new_entries()
    assert entries == read_log(path)
