"""The address of the Compact page: what a link may name, and what is said about the rest."""

from __future__ import annotations

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
    measurement,
    open_page,
    rerun,
    the_task,
    words,
)
from synthetic_run import SETTINGS, write_run

from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.live.task import the_compactions, the_speed_tests


@pytest.mark.parametrize(
    ("query", "settings", "sentence"),
    [
        ({"tau": "1.5"}, {}, "must be a number from 0 to 1"),
        ({"tau": "0.6"}, {"method": "dense"}, "has no threshold"),
        ({"finetune": "99"}, {}, "finetune must be a whole number from 0 to 50"),
        ({"fan-in": "785"}, {}, "its fan-in cannot be 785"),
        ({"batch": "x"}, {}, "batch must be a whole number"),
    ],
)
def test_a_bad_link_is_answered_with_a_sentence(
    root: Path, query: dict[str, str], settings: dict[str, Any], sentence: str
) -> None:
    write_run(root, RUN, SETTINGS.with_changes(**settings))
    page = open_page(**{"run": RUN, **query})
    assert sentence in words(page)
    assert the_task(the_compactions()).arguments[1] == AS_TRAINED
    assert sentence not in words(rerun(page)), "the sentence is shown once"


def test_a_wrong_part_of_a_link_leaves_the_others(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(**{"run": RUN, "tau": "0.6", "fan-in": "785", "finetune": "-1"})
    text = words(page)
    assert "its fan-in cannot be 785" in text
    assert "In the link: finetune must be a whole number from 0 to 50; it was '-1'." in text
    assert the_task(the_compactions()).arguments[1] == Recipe(tau=0.6)


def test_the_first_digits_of_an_id_are_enough_and_are_completed(root: Path) -> None:
    write_run(root, RUN)
    write_run(root, OTHER)
    page = open_page(run=RUN[:4], tau="0.6")
    assert the_task(the_compactions()).arguments == (root / RUN, Recipe(tau=0.6))
    assert page.query_params == {"run": RUN, "tau": "0.6"} and not page.warning
    write_run(root, "aaaabbbbcccc")
    page = open_page(run=RUN[:4])
    assert f"2 runs begin with aaaa: {RUN} and aaaabbbbcccc." in words(page)


def test_nothing_is_compacted_for_a_run_that_was_not_chosen(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(run=OTHER, tau="0.6")
    assert f"There is no run '{OTHER}'" in words(page)
    assert not the_compactions()._tasks and keys(page) == {"compact_start"}
    assert page.query_params == {"run": RUN}
    assert not the_compactions()._tasks and keys(rerun(page)) == {"compact_start"}
    click(page, "compact_start")
    assert the_task(the_compactions()).arguments[1] == AS_TRAINED


def test_a_setting_that_was_not_measured_is_answered(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), measurement())
    page = open_page(run=RUN, batch="7", threads="99")
    text = words(page)
    assert "There are no times for batches of 7, only of 1 and 32." in text
    assert "There are no times with 99 threads, only with 1." in text
    assert cards["compact/speed"]["setting"] == "One image at a time, 1 thread"
    assert "it was 7" not in words(rerun(page))
    assert page.query_params == {"run": RUN}
