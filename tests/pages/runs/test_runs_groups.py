"""Groups of runs that differ only in the seed."""

from __future__ import annotations

import pytest
from made_up_runs import made_up
from runs_page import A, B, C, D, E, add, click, open_page, table_text, words
from synthetic_run import SETTINGS

from dgviz.comparison.exports import COLUMNS
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import rows
from dgviz.runs.store import Store


def triple(store: Store) -> None:
    """Three runs that differ only in the seed, one of them not finished, and another one."""
    for seed, run_id in enumerate((A, B, C)):
        card = {"figures": {"test_accuracy": 0.9 + 0.02 * seed, "active_ratio": 0.4}}
        if run_id == C:
            card["phase"] = "stopped"
        add(store, run_id, SETTINGS.with_changes(seed=seed), card=card)
    add(store, D, SETTINGS.with_changes(beta=0.7))


def test_runs_that_differ_only_in_the_seed_are_one_row(store: Store) -> None:
    triple(store)
    page = open_page()
    page.toggle(key="runs_grouped").set_value(True).run()
    assert page.query_params["group"] == "seed"
    table = page.dataframe[0].value
    assert list(table["Runs"]) == ["1 finished", "2 finished, 1 stopped"]
    assert list(table["Seeds"]) == [1, 2]
    assert [list(ids) for ids in table["Ids"]] == [[D], [C, B, A]]
    assert table["Test accuracy, %, mean"][1] == pytest.approx(91)
    assert table["± accuracy"][1] == pytest.approx(2**0.5)
    assert table["± accuracy"].isna()[0]
    assert "Tick **one group**" in words(page)


def test_a_group_shows_its_mean_and_opens_its_runs(store: Store) -> None:
    triple(store)
    page = open_page(group="seed", run=A)
    assert "2 seeds (0, 1)" in words(page)
    (figure,) = page.get("plotly_chart")
    assert '"fill":"toself"' in figure.proto.spec.replace(" ", "")
    text = table_text(page)
    assert "91.00 ± 1.41" in text and all(f"run={run_id}" in text for run_id in (A, B, C))
    click(page, "Compare these runs with each other")
    assert page.query_params["run"] == [C, B, A] and "group" not in page.query_params


def test_a_mean_near_half_a_hundredth_is_rounded_as_on_the_compare_page(store: Store) -> None:
    planned = Plan(methods=("dense",), ratios=(), seeds=2, epochs=2, hidden=8).runs()
    for number, (run, accuracy) in enumerate(zip(planned, (0.9431, 0.9440), strict=True)):
        made_up(store.root, number, run.settings, figures={"test_accuracy": accuracy})
    (row,) = rows(standings(planned, store.records()))
    text = dict(COLUMNS)["test accuracy, %"](row)
    page = open_page(group="seed", run=store.records()[0].id)
    assert text == "94.36 ± 0.06" and text in table_text(page)
    (mean,) = page.dataframe[0].value["Test accuracy, %, mean"]
    assert f"{mean:.2f}" == "94.36"


def test_groups_are_compared_without_their_seeds(store: Store) -> None:
    triple(store)
    page = open_page(group="seed", run=[B, D])
    assert "2 groups side by side" in words(page)
    final, settings = page.table[0].value, page.table[1].value
    assert list(final.loc["Test accuracy, %"]) == ["91.00 ± 1.41 :gray[(2)]", "90.00 :gray[(1)]"]
    assert list(settings.index) == ["β sparsity penalty"]
    assert "1 seed (0), so without a band" in words(page)


def test_a_group_without_a_finished_run_says_so(store: Store) -> None:
    triple(store)
    add(store, E, SETTINGS.with_changes(tau=0.6), card={"phase": "stopped"})
    page = open_page(group="seed", run=E)
    assert "No run of this group has finished yet." in words(page)


def test_an_unknown_grouping_in_a_link_is_refused(store: Store) -> None:
    triple(store)
    assert "group must be one of seed; it was 'colour'" in words(open_page(group="colour"))
