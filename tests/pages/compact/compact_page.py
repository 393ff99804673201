"""The Compact page, run without a browser and without processes, and the results of its tasks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest
from synthetic_run import write_run

from dgviz.compaction.check import Check
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.result import Compaction, Stage
from dgviz.compaction.speed.measurement import Measurement, Timing
from dgviz.compaction.tau_curve import TauCurve, TauPoint
from dgviz.live.task import Task, Tasks, the_compactions
from dgviz.places import SHELL

RUN, OTHER = "a" * 12, "b" * 12


def open_page(**query: str) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    page.query_params.update(query)
    page.switch_page("../../pages/compact.py").run()
    assert not page.exception
    return page


def rerun(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def click(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.info, page.success, page.error)
    text = "\n".join(str(e.value) for kind in kinds for e in kind)
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def the_task(tasks: Tasks, part: str = "") -> Task:
    (task,) = (task for name, task in tasks._tasks.items() if part in name and not task.ended)
    return task


def end(task: Task, result: Any) -> None:
    assert task.finish
    task.finish(result)
    task.phase = "done"


def made(recipe: Recipe = AS_TRAINED, *, passed: bool = True, step: int = 20) -> Compaction:
    """A network of 4 pixels, 3 hidden units and 2 classes, of which a pixel and a unit are used."""
    first = CompactLayer(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32))
    last = CompactLayer(np.array([[1, 0, 0], [0, 0, 0]], np.float32), np.ones(2, np.float32))
    gated = CompactNetwork(np.arange(4), 4, (first, last))
    stages = [Stage("as trained", 2, 0.981, 0.97)]
    stages += [Stage(step, 1, 0.96, 0.95) for step in recipe.steps]
    return Compaction(
        run=RUN,
        step=step,
        epoch=step / 10,
        tau=recipe.tau or 0.5,
        recipe=recipe,
        stages=tuple(stages),
        gated=gated,
        network=prune(gated),
        test_accuracy=0.9805,
        validation_accuracy=0.97,
        check=Check(10_000, 1e-8 if passed else 1.0, 1e-6, 5.0, 0),
    )


def curve(step: int = 20) -> TauCurve:
    points = [TauPoint(tau, 0.9, 4, (2, 2, 2)) for tau in (0.4, 0.5, 0.6)]
    return TauCurve(step, 0.5, 100, tuple(points))


def measurement() -> Measurement:
    timings = [
        Timing(name, batch, 1, *(t, t, t), *(1e-4 / t, 1e-4 / t, 1e-4 / t))
        for batch in (1, 32)
        for name, t in (("dense", 1e-4), ("compact", batch * 1e-5), ("csr-torch", 5e-5))
    ]
    return Measurement(
        run=RUN,
        step=20,
        recipe=AS_TRAINED,
        created=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
        widths=(4, 3, 2),
        pruned_widths=(1, 1, 2),
        connections=18,
        pruned_connections=2,
        images=10_000,
        tolerance=1e-5,
        differences={"dense": 0.0, "compact": 0.0, "csr-torch": 0.0},
        excluded={"fan-in": "It needs numba. To install it: pip install -r requirements.txt"},
        rounds=15,
        seconds_a_turn=0.02,
        timings=tuple(timings),
        hardware={"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
        versions={"torch": "2.13.0"},
    )


def compacted_page(root: Path, **query: str) -> AppTest:
    """The page of a run whose compaction and curve have ended."""
    write_run(root, RUN)
    page = open_page(run=RUN, **query)
    end(the_task(the_compactions()), made())
    rerun(page)
    end(the_task(the_compactions(), "curve"), curve())
    return rerun(page)
