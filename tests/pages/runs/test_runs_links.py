"""The address of the Runs page: which runs a link chooses, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from runs_page import A, B, C, Query, add, open_page, words

from dgviz.runs.store import Store


def test_a_link_chooses_runs_in_its_order(three: Store) -> None:
    for query in ([A, C], f"{A},{C}", f"{A[:4]},{C[:5]}"):
        page = open_page(run=query)
        assert "2 runs side by side" in words(page)
        assert page.multiselect(key="runs_chips").value == [A, C]
        assert page.session_state["runs_table"]["selection"]["rows"] == [0, 2]
        assert page.run().query_params == {"run": [A, C]}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"run": "../../etc"}, "'../../etc' is not a run's id"),
        ({"run": "0" * 12}, "There is no run 000000000000"),
        ({"status": "nonsense"}, "status must be one of running, finished"),
        ({"method": "foo"}, "method must be one of dynamicgate, "),
        ({"at": "soon"}, "at must be a whole number from 0"),
    ],
)
def test_a_bad_link_is_answered_with_a_sentence(
    three: Store, query: dict[str, Query], sentence: str
) -> None:
    page = open_page(**query)
    assert [sentence in warning.value for warning in page.warning] == [True]
    assert not page.run().warning, "the sentence is shown once"
    assert page.query_params == {}


def test_back_shows_what_was_chosen_before(three: Store, travel: Callable[..., None]) -> None:
    page = open_page(run=A)
    travel(page, {"run": B})
    assert page.header[0].value == three.record(B).title


def test_run_and_search_are_kept_while_another_page_is_shown(three: Store) -> None:
    page = open_page(run=A, search="demo")
    page.switch_page("../../pages/live.py").run()
    page.switch_page("../../pages/runs.py")
    page.query_params.clear()
    page.run()
    assert page.query_params == {"run": A, "search": "demo"}


def test_a_warning_names_the_number_of_runs_that_can_be_compared(store: Store) -> None:
    ids = [f"{number:012x}" for number in range(0xA00000000000, 0xA00000000007)]
    for run_id in ids:
        add(store, run_id)
    page = open_page(run=ids)
    assert "6 runs side by side" in words(page)
    assert "7 runs are ticked" in words(page)
