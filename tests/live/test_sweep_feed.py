"""What the cards of the Sweep page read over HTTP, and a trial of a sweep on the other pages."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pandas as pd
import pytest
from fresh import fresh
from made_up_sweep import GRID, finish, lay_out
from starlette.applications import Starlette
from synthetic_run import write_run

from dgviz.live import sweep_feed
from dgviz.live.hub import Hub
from dgviz.live.sweep_feed import the_watches
from dgviz.runs.contents import RunsError
from dgviz.runs.store import RunNotFound, Store, the_store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sweep of the runs directory, with one result."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    folder = tmp_path / "sweeps" / "first"
    lay_out(folder)
    finish(folder, next(GRID.trials()))
    with fresh(the_store, the_watches):
        yield folder


def get(key: str, name: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=sweep_feed.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://dgviz") as client:
            return await client.get(f"/sweeps/{key}/{name}")

    # In a thread of its own: Playwright leaves a running event loop in that of the tests.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def test_a_card_reads_results_a_trial_and_the_table(folder: Path) -> None:
    key = the_watches().key(folder)
    answer = get(key, "results").json()
    assert len(answer["trials"]) == 1
    again = get(key, f"results?revision={answer['revision']}&after=1").json()
    assert again["trials"] == [] and again["grid"] is None

    name = answer["trials"][0][1]
    trial = get(key, f"trials/{name}").json()
    assert trial["run"] == name and trial["map"] is None
    assert get(key, "trials/0123456789ab").status_code == 404
    assert get(key, "trials/..%2F..").status_code == 404

    saved = get(key, "table.csv")
    assert saved.headers["content-disposition"] == 'attachment; filename="first.csv"'
    frame = pd.read_parquet(io.BytesIO(get(key, "table.parquet").content))
    assert len(frame) == len(pd.read_csv(io.StringIO(saved.text))) == len(GRID)
    assert get(key, "table.exe").status_code == 404


def test_the_table_of_a_sweep_whose_name_has_any_letters(folder: Path) -> None:
    lay_out(folder.with_name("β 1"))
    saved = get(the_watches().key(folder.with_name("β 1")), "table.csv")
    assert saved.headers["content-disposition"] == 'attachment; filename="--1.csv"'


def test_a_sweep_is_read_only_with_its_key_and_while_it_exists(folder: Path) -> None:
    assert get("0" * 64, "results").status_code == 410
    key = the_watches().key(folder)
    shutil.rmtree(folder)
    gone = get(key, "results")
    assert gone.status_code == 410 and "There is no sweep in" in gone.json()["message"]


def test_a_trial_is_found_as_a_run_and_can_only_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    trial = write_run(tmp_path / "sweeps" / "first")
    assert store.record(trial.name).folder == trial
    assert not store.records() and not store.ids()
    with pytest.raises(RunNotFound):
        store.delete(trial.name)
    hub = Hub(1, store)
    assert hub.find(trial.name).ended
    with pytest.raises(RunsError, match="is a trial of a sweep"):
        hub.resume(trial.name)
