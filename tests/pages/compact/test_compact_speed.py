"""The speed of a compacted network: measured, saved and told, at one ratio and at several."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compact_page import (
    OTHER,
    RUN,
    click,
    compacted_page,
    end,
    keys,
    made,
    measurement,
    open_page,
    rerun,
    the_task,
    words,
)
from made_up_times import ratio_sweep
from synthetic_run import SETTINGS, write_run

from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.speed.measurement import Timing
from dgviz.compaction.speed.measurement_file import read
from dgviz.compaction.speed.ratio_sweep_file import read as read_sweep
from dgviz.live.task import the_compactions, the_speed_tests
from dgviz.runs.layout import SPEED, SPEED_BY_RATIO
from dgviz.runs.record import Record
from dgviz.ui.compact.results import the_results


def unescaped(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


def test_a_measurement_that_goes_on_after_a_change_is_shown_and_stopped(root: Path) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    task = the_task(the_speed_tests())
    task.phase, task.progress = "running", 0.25
    page = open_page(run=RUN, tau="0.6")
    end(the_task(the_compactions()), made(Recipe(tau=0.6)))
    assert unescaped(rerun(page).get("progress")[0].proto.text) == (
        f"25% of the speed of run {RUN}, as trained is measured."
    )
    assert "compact_speed_start" in keys(page), "this one waits for it"
    click(page, "compact_speed_stop_0")
    assert task.phase == "stopped"
    assert "compact_speed_stop_0" not in keys(rerun(page))


def test_a_task_of_another_run_is_named_and_stopped_where_this_one_waits(root: Path) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    other = the_task(the_speed_tests())
    other.phase = "running"
    write_run(root, OTHER)
    page = open_page(run=OTHER)
    end(the_task(the_compactions(), OTHER), replace(made(), run=OTHER))
    click(rerun(page), "compact_speed_start")
    sentence = f"Waiting for another task to end: the speed of run {RUN}, as trained."
    assert sentence in [unescaped(one.proto.text) for one in page.get("progress")]
    click(page, "compact_speed_stop_other")
    assert other.phase == "stopped"
    other_page = open_page(run=RUN)
    assert "The measurement was stopped." in words(other_page)
    assert "compact_speed_stop_other" not in keys(rerun(page))


def test_speed_is_measured_saved_and_told(root: Path, cards: dict[str, dict[str, Any]]) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    assert keys(page) >= {"compact_speed_stop"}
    end(the_task(the_speed_tests()), measurement())
    rerun(page)
    assert read(Record(root / RUN)) == measurement()
    speed = cards["compact/speed"]
    assert [row["title"] for row in speed["rows"] if row["taken"]] == ["compact, PyTorch"]
    time = cards["compact/story"]["measures"][-1]
    assert time["subtitle"] == "one image at a time, 1 thread"
    assert [row["compared"] for row in time["rows"]] == [
        "",
        "the same",
        "10 times faster",
        "2.0 times faster",
        "",
    ]
    sentence = "Times are compared with dense, PyTorch, the fastest program for the dense network."
    assert sentence in cards["compact/story"]["notes"]
    text = words(page)
    for part in ("a CPU, 2 cores", "Measured 2026-11-27", "fixed fan-in, numba was not timed"):
        assert part in text

    # The batch size of the link, and the times in the run's folder.
    the_results.cache_clear()
    page = open_page(run=RUN, batch="32")
    end(the_task(the_compactions(), "Recipe"), made())
    rerun(page)
    assert cards["compact/speed"]["rows"][0]["title"] == "CSR, PyTorch"
    assert page.query_params == {"run": RUN, "batch": "32"}


def test_the_story_and_the_advice_agree_on_what_is_noise(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    # Compact is a little faster in the median, but the quartiles of both overlap.
    times = {"dense": (1e-4, 0.9e-4, 1.1e-4), "compact": (0.92e-4, 0.8e-4, 1e-4)}
    times["csr-torch"] = (5e-4, 4e-4, 6e-4)
    timings = tuple(
        Timing(name, 1, 1, *t, 1e-4 / t[0], 1e-4 / t[2], 1e-4 / t[1]) for name, t in times.items()
    )
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), timings=timings))
    rerun(page)
    rows = cards["compact/story"]["measures"][-1]["rows"]
    words_of = {row["label"]: row["compared"] for row in rows}
    assert words_of["compact, dense"] == "the same within noise"
    assert words_of["compact, CSR"] == "5.0 times slower"
    assert any("no other form is faster beyond noise" in n for n in cards["compact/speed"]["notes"])


def test_what_disturbs_the_times_is_said_before_and_after(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    assert "will disturb the times" not in words(page)
    click(page, "compact_prepare_onnx")
    assert "1 task on this server will disturb the times." in words(page)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), other_work=1.25))
    rerun(page)
    assert cards["compact/speed"]["notes"][0] == (
        "Other processes kept 1.3 of 2 cores busy meanwhile, so the times are uncertain. Measure "
        "again when they have ended."
    )


def test_times_of_another_network_are_not_shown(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), step=10))
    the_results.cache_clear()
    page = open_page(run=RUN)
    end(the_task(the_compactions(), "Recipe"), made())
    cards.clear()
    rerun(page)
    assert "compact/speed" not in cards
    (root / RUN / SPEED).write_text("{")
    assert "speed.json cannot be used: it is damaged." in words(rerun(page))


def test_each_recipe_keeps_its_times(root: Path, cards: dict[str, dict[str, Any]]) -> None:
    harder = Recipe(tau=0.6)
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), measurement())
    page = open_page(run=RUN, tau="0.6")
    end(the_task(the_compactions()), made(harder))
    cards.clear()
    rerun(page)
    assert "compact/story" in cards and "compact/speed" not in cards
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests(), "tau=0.6"), replace(measurement(), recipe=harder, rounds=3))
    the_results.cache_clear()
    for query, recipe, rounds in (({}, AS_TRAINED, 15), ({"tau": "0.6"}, harder, 3)):
        page = open_page(run=RUN, **query)
        end(the_task(the_compactions(), str(recipe)), made(recipe))
        rerun(page)
        assert cards["compact/speed"]["rounds"] == f"medians of {rounds} rounds"


def test_times_at_several_ratios_are_measured_saved_and_shown(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_ratios_start")
    task = the_task(the_speed_tests())
    assert task.arguments == (root / RUN,)
    task.phase, task.progress = "running", 0.5
    assert "50% of the times at all ratios" in rerun(page).get("progress")[0].proto.text
    click(page, "compact_ratios_stop")
    assert task.phase == "stopped"
    click(page, "compact_ratios_start")
    sweep = ratio_sweep(run=RUN)
    end(the_task(the_speed_tests()), sweep)

    page = open_page(run=RUN, batch="1000", threads="2")
    assert read_sweep(Record(root / RUN)) == sweep
    card = cards["compact/ratios"]
    assert card["setting"] == "Batches of 1,000 images, 2 threads"
    assert card["rounds"] == "medians of 15 rounds"
    assert [line["begins"] for line in card["lines"]] == [
        "",
        "always faster than dense",
        "always faster than dense",
        "faster than dense below r 0.1",
    ]
    assert card["lines"][0]["points"][0] == pytest.approx((0.5, 20), rel=1e-3)
    assert card["networks"][0][1:] == [0.2, 101_632, 0.97]
    assert "| 0.02 | 0.4 | 4,065 | 95.00% |" in words(page)

    (root / RUN / SPEED_BY_RATIO).write_text("{")
    assert "speed-by-ratio.json cannot be used: it is damaged. Measure again." in words(rerun(page))


def test_a_run_without_a_threshold_is_not_measured_at_other_ratios(root: Path) -> None:
    write_run(root, RUN, SETTINGS.with_changes(method="rigl"))
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made())
    assert "compact_speed_start" in keys(rerun(page))
    assert "compact_ratios_start" not in keys(page)
