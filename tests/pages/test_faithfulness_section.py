"""The faithfulness section of the Pixels page, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fresh import fresh
from streamlit.testing.v1 import AppTest
from synthetic_run import SETTINGS, write_run

from dgviz.live import hub as hub_module
from dgviz.live import task as task_module
from dgviz.live.hub import the_hub
from dgviz.live.task import Task, the_examinations
from dgviz.runs.faithfulness.findings import Curves, Findings
from dgviz.runs.faithfulness.findings_file import read, save
from dgviz.runs.layout import FINDINGS
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import Store, the_store
from dgviz.settings import Settings

RUN, BASELINE = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
VALIDATED = SETTINGS.with_changes(validation=100)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty runs directory; runs and tasks start without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(task_module.Tasks, "_serve", lambda tasks, name, task: None)
    with fresh(the_store, the_hub, the_examinations):
        yield the_store()


def add(store: Store, run_id: str = RUN, settings: Settings = VALIDATED, **card: Any) -> Path:
    return write_run(store.root, run_id, settings, card=card)


def section() -> None:
    import streamlit as st

    from dgviz.live.hub import the_hub
    from dgviz.ui.pixels.faithfulness import faithfulness_section

    run = the_hub().find(st.query_params["run"])
    gated = run.settings.method != "dense"
    faithfulness_section(run, the_hub().baseline_of(run.settings) if gated else None)


def open_section(run_id: str = RUN) -> AppTest:
    page = AppTest.from_function(section, default_timeout=20)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    return page


def click(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.info)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def task_of(run_id: str = RUN) -> Task:
    task = the_examinations().find(run_id)
    assert task
    return task


def some_findings(gated: bool = True) -> Findings:
    def curves(ranking: str, area: float) -> Curves:
        line, spread = (0.9, area, 0.1), (0.0, 0.01, 0.0) if ranking == "random" else (0.0,) * 3
        return Curves(ranking, line, line[::-1], spread, spread, area, 1 - area)

    rankings = {"retention": 0.2, "path": 0.22, "ink": 0.3, "random": 0.7}
    return Findings(
        run=RUN,
        step=20,
        epoch=2.0,
        seed=0,
        counts_differ=gated,
        images=100,
        pixels=784,
        always_zero=67,
        draws=10,
        baseline="",
        baseline_problem="No dense baseline is recorded." if gated else "",
        removed=(0, 392, 784),
        curves=tuple(curves(*one) for one in rankings.items() if gated or one[0] != "retention"),
        seconds=4.7,
        hardware={"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
        versions={"torch": "2.13.0"},
    )


def test_a_run_without_a_validation_split_cannot_be_tested(store: Store) -> None:
    add(store, settings=SETTINGS)
    page = open_section()
    assert "validation 0" in words(page)
    assert not page.button


def test_a_run_that_trains_or_has_no_checkpoint_cannot_be_tested(store: Store) -> None:
    folder = add(store, phase="running")
    with lock_on(folder / "lock").acquire(timeout=1):
        page = open_section()
        assert page.button(key="faithfulness_start").disabled
        assert "is training" in words(page)
    page.run()
    assert not page.button(key="faithfulness_start").disabled
    (folder / "checkpoint.safetensors").unlink()
    page.run()
    assert page.button(key="faithfulness_start").disabled
    assert "no checkpoint" in words(page)


def test_a_run_that_is_not_recorded_cannot_be_tested(store: Store) -> None:
    run = the_hub().start(VALIDATED)
    assert "not recorded" in words(open_section(run.id))


def test_a_test_is_started_shown_in_two_tabs_and_stopped(store: Store) -> None:
    folder = add(store)
    add(store, BASELINE, VALIDATED.baseline())
    page = open_section()
    click(page, "faithfulness_start")
    task = task_of()
    assert task.arguments == (folder, store.folder(BASELINE))
    assert keys(page) == {"faithfulness_stop"}
    assert "Waiting" in page.get("progress")[0].proto.text
    task.phase, task.progress = "running", 0.5
    # Another tab, or this one after a reload.
    other = open_section()
    assert "50%" in other.get("progress")[0].proto.text
    click(other, "faithfulness_stop")
    assert task.phase == "stopped"
    page.run()
    assert "faithfulness_start" in keys(page)


def test_findings_are_saved_and_shown(store: Store) -> None:
    folder = add(store)
    page = open_section()
    click(page, "faithfulness_start")
    task = task_of()
    task.finish(some_findings())
    task.phase = "done"
    page.run()
    assert read(Record(folder)) == some_findings()
    assert len(page.get("plotly_chart")) == 2
    table = page.table[0].value
    assert list(table.index) == ["active connections", "path weight", "ink", "random"]
    text = words(page)
    for part in (
        "Ranking pixels by active connections is better than ranking them at random",
        "do not measure importance",
        "100 validation",
    ):
        assert part in text
    assert "train the dense baseline" in text
    assert "None" not in text and "nan" not in text


def test_a_failure_is_shown_and_the_test_can_be_repeated(store: Store) -> None:
    add(store)
    page = open_section()
    click(page, "faithfulness_start")
    task = task_of()
    task._handle("failed", "The process was killed by signal 9 (Killed).")
    page.run()
    assert "killed by signal 9" in words(page)
    click(page, "faithfulness_start")
    assert task_of() is not task
    assert "killed" not in words(page)


def test_findings_of_an_earlier_step_are_marked(store: Store) -> None:
    folder = add(store)
    save(replace(some_findings(), step=10), folder)
    page = open_section()
    assert "from step 10, and the run is now at step 20" in words(page)
    assert page.table


def test_broken_findings_are_named_and_not_fatal(store: Store) -> None:
    folder = add(store)
    (folder / FINDINGS).write_text("{")
    page = open_section()
    assert "faithfulness.json cannot be used: it is damaged." in words(page)
    assert not page.button(key="faithfulness_start").disabled


def test_a_dense_run_shows_that_all_its_connections_are_active(store: Store) -> None:
    folder = add(store, settings=VALIDATED.baseline())
    text = words(open_section())
    assert "every connection of every pixel is active" in text
    assert "those with the largest path weight first" in text and "most active" not in text
    save(some_findings(gated=False), folder)
    page = open_section()
    assert "have the same number of active connections" in words(page)
    assert "faithfulness_baseline" not in keys(page)


def test_a_baseline_can_be_trained_from_here(store: Store) -> None:
    add(store)
    page = open_section()
    click(page, "faithfulness_baseline")
    baseline = the_hub().baseline_of(VALIDATED)
    assert baseline and baseline.settings.method == "dense"
    assert "The dense baseline is training" in words(page)
    assert "faithfulness_baseline" not in keys(page)
