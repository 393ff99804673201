"""Several runs side by side: how they differ, and by how much."""

from __future__ import annotations

import re

from runs_page import A, B, C, add, open_page, words
from synthetic_run import SETTINGS

from dgviz.formatting import ratio
from dgviz.runs.store import Store
from dgviz.ui.runs.compare import with_difference


def test_a_comparison_shows_differences_and_their_size(three: Store) -> None:
    figures = {"test_accuracy": 0.915, "active_ratio": 0.3, "dead_hidden_units": 5}
    add(three, "dddddddddddd", SETTINGS.with_changes(beta=0.2), card={"figures": figures})
    page = open_page(run=[A, "dddddddddddd"])
    final, settings = (table.value for table in page.table)
    assert list(final.loc["Test accuracy, %"]) == ["90.00", "91.50 :gray[(+1.50)]"]
    in_use = [SETTINGS.hidden - three.record(A).figures["dead_hidden_units"], SETTINGS.hidden - 5]
    assert [cell.split()[0] for cell in final.loc["Hidden units in use"]] == [
        f"{units:,}" for units in in_use
    ]
    assert list(final.loc["Active ratio r"]) == ["0.400", "0.300 :gray[(−0.100)]"]
    assert [list(row) for row in settings.to_numpy()] == [
        ["0.1 → 1 \\(epoch 1\\)", ":blue-background[0.2 → 1 \\(epoch 1\\)]"]
    ]
    assert "The other 23 settings are the same in all runs." in words(page)
    assert "different seeds" not in words(page)


def test_units_of_different_seeds_do_not_correspond(three: Store) -> None:
    page = open_page(run=[A, B])
    assert "different seeds" in words(page)
    assert "tick two runs whose methods take connections away" not in words(page)
    assert "tick two runs whose methods take connections away" in words(open_page(run=[A, C]))


def test_the_first_run_is_compared_with_any_other(three: Store) -> None:
    add(three, "dddddddddddd", label={"name": "Another", "tags": []})
    page = open_page(run=[A, B, "dddddddddddd"])
    beside = page.selectbox(key="runs_beside")
    assert beside.label == "Run 1 compared with"
    assert beside.options[1] == "3 · Another"
    assert not beside.select("3 · Another").run().exception
    page.multiselect(key="runs_chips").set_value([B, "dddddddddddd"]).run()
    assert page.query_params["run"] == [B, "dddddddddddd"]


def test_a_knob_that_was_moved_is_a_setting_that_differs(store: Store) -> None:
    add(store, A)
    add(store, B, log=[])
    page = open_page(run=[B, A])
    _, settings = (table.value for table in page.table)
    assert list(settings.index) == ["β sparsity penalty"]
    assert list(settings.iloc[0]) == ["0.1", ":blue-background[0.1 → 1 \\(epoch 1\\)]"]
    assert "The other 23 settings are the same in all runs." in words(page)
    card = open_page(run=A).table[0].value.iloc[:, 0]
    assert card["Changed while training"] == "β 0.1 → 1 (epoch 1)"
    assert "Planned changes" not in card.index


def test_planned_changes_of_a_resumed_run_are_listed(store: Store) -> None:
    add(store, A, card={"phase": "interrupted", "step": 12, "planned": [[15, "beta", 2.0]]})
    card = open_page(run=A).table[0].value.iloc[:, 0]
    assert card["Planned changes"] == "to be made again: β → 2 (epoch 1.5)"


def test_a_dense_run_lists_no_setting_of_gates(three: Store) -> None:
    page = open_page(run=[A, C])
    _, settings = (table.value for table in page.table)
    assert settings.loc["τ threshold"].iloc[1] == ":blue-background[–]"
    card = open_page(run=C).table[0].value.iloc[:, 0]
    assert "β" not in card["Settings"] and "Changed while training" not in card.index


def test_a_difference_too_small_to_write_has_no_sign() -> None:
    written = [with_difference(0.05, value, 1, ratio) for value in (0.05001, 0.04999, 0.15, 0.05)]
    assert [re.sub(r":gray\[(.*)\]", r"\1", text) for text in written] == [
        "0.050 (< 0.0001)",
        "0.050 (< 0.0001)",
        "0.150 (+0.100)",
        "0.050",
    ]
