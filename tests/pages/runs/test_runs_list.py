"""The list of the Runs page: it follows the directory, and is searched, filtered and ticked."""

from __future__ import annotations

import json

import pytest
from runs_page import A, B, C, D, add, click, open_page, shown, table_text, words
from synthetic_run import SETTINGS
from trainer_elsewhere import FIRST, TrainerElsewhere

from dgviz.runs.store import Store
from dgviz.ui.runs import refresh


def test_the_page_follows_a_run_that_another_process_trains(store: Store) -> None:
    add(store, A)
    page = open_page()
    before = store.records()
    assert not refresh.have_changed(before)
    trainer = TrainerElsewhere(store.root, B)
    assert refresh.have_changed(before), "it has begun"

    def reached() -> tuple[float, ...]:
        assert not page.run().exception
        row = page.dataframe[0].value.set_index("Id").loc[B]
        assert f"{row['Test accuracy, %']:.2f}%" in table_text(page), "the newest run's card"
        return row["Test accuracy, %"], row["Active ratio r"], row["Epochs trained"]

    first, before = reached(), store.records()
    assert not refresh.have_changed(before)
    trainer.log(b"".join(trainer.lines[FIRST:15]))
    assert refresh.have_changed(before), "it has progressed"
    assert all(now != then for now, then in zip(reached(), first, strict=True))
    before = store.records()
    trainer.end()
    assert refresh.have_changed(before), "it has ended"
    before = store.records()
    assert not refresh.have_changed(before)
    store.delete(A)
    assert refresh.have_changed(before), "another one has been deleted"


def test_a_sentence_is_still_shown_after_a_rerun_by_the_page(
    three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = iter([True])
    monkeypatch.setattr(refresh, "have_changed", lambda shown: next(changed, False))
    page = open_page(method="foo")
    assert next(changed, None) is None, "the page has rerun"
    assert ["method must be one of" in warning.value for warning in page.warning] == [True]
    assert not page.run().warning


def test_without_runs_the_page_explains_itself() -> None:
    page = open_page()
    assert "No runs yet" in words(page) and "python -m dgviz train" in words(page)
    assert [link.label for link in page.page_link] == ["Train one on the Live page"]


def test_the_newest_run_is_on_top_with_its_figures(three: Store) -> None:
    page = open_page()
    assert shown(page) == [C, B, A]
    table = page.dataframe[0].value.set_index("Id")
    assert table.loc[A, "Name"] == "Lecture demo"
    assert table.loc[A, "Test accuracy, %"] == pytest.approx(90.0)
    assert table.loc[A, "β at start"] == 0.1
    assert table.loc[C, "Status"] == "stopped"
    assert table.isna().loc[C, "β at start"], "a dense network has no β"
    assert table.isna().loc[C, ["Changed while training", "All changes, with epochs"]].all(), (
        "whatever its log says"
    )
    assert table.loc[A, "Changed while training"] == "β 0.1 → 1"
    assert table.loc[A, "All changes, with epochs"] == "β 0.1 → 1 (epoch 1)"
    assert list(table.loc[[C, A], "Method"]) == ["dense", "DynamicGate-MLP"]
    formats = json.loads(page.dataframe[0].proto.columns)
    # The browser's CSV has the names of the columns at its head.
    assert formats.keys() <= {*table.columns, "Id", "_index"}
    assert f"used by 3 runs in {three.root}" in words(page)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", [C, B, A]),
        ("DEMO", [A]),
        ("lecture", [A]),
        ("bbbb", [B]),
        ("stopped mnist", [C]),
        ("beta=0.7", [B]),
        # A value that a knob was changed to counts as well; a dense network has no β.
        ("beta=1", [B, A]),
        ("beta=0.03", []),
        ("β=0.7 seed=3", [B]),
        ("seed=0 dynamicgate", [A]),
        ("seed=0 DynamicGate-MLP", [A]),
        ("beta=0.1 dense mnist", []),
        ("demo seed=3", []),
        ("beta=lots", []),
        ("colour=red", []),
    ],
)
def test_every_word_of_a_search_must_match(three: Store, search: str, expected: list[str]) -> None:
    page = open_page()
    page.text_input(key="runs_search").set_value(search).run()
    assert shown(page) == expected
    assert ("No run matches" in words(page)) == (not expected)
    assert page.query_params == ({"search": search} if search else {})


def test_an_invalid_search_term_is_named(three: Store) -> None:
    page = open_page(search="beta=lots colour=red")
    assert "β (beta) must be a number from -1 to 30; it was 'lots'." in words(page)
    assert "'colour' is not a setting, nor in a name or tag." in words(page)
    assert shown(click(page, "Show all")) == [C, B, A]


def test_filters_narrow_and_are_in_the_url(three: Store) -> None:
    page = open_page()
    methods = page.button_group(key="runs_filter_method")
    assert methods.options == ["dense", "DynamicGate\\-MLP"]
    methods.set_value(["dynamicgate"]).run()
    assert shown(page) == [B, A]
    page.button_group(key="runs_filter_tag").set_value(["lecture"]).run()
    assert shown(page) == [A]
    assert page.query_params == {"method": "dynamicgate", "tag": "lecture"}
    assert shown(open_page(method="dynamicgate", tag="lecture")) == [A]


def test_the_values_of_a_filter_are_in_the_order_of_their_titles(store: Store) -> None:
    for run_id, method in ((A, "lottery"), (B, "magnitude"), (C, "dense"), (D, "rigl")):
        add(store, run_id, SETTINGS.with_method(method))
    options = open_page().button_group(key="runs_filter_method").options
    assert options == ["dense", "gradual magnitude pruning", "lottery ticket", "RigL"]


def test_broken_runs_are_listed_and_named(three: Store) -> None:
    (three.root / B / "settings.json").write_text("{")
    (three.root / C / "card.json").unlink()
    (three.root / C / "settings.json").unlink()
    page = open_page()
    table = page.dataframe[0].value.set_index("Id")
    assert table.loc[B, "Status"] == "⚠️ finished"
    assert table.loc[C, "Status"] == "⚠️ broken"
    assert "2 runs have damaged files" in words(page)
    assert "settings.json cannot be used" in words(page)
    assert shown(open_page(status="broken")) == [C]
    for run_id in (B, C):
        open_page(run=run_id)
    open_page(run=[A, B, C])


def test_with_no_run_ticked_it_explains_ticking_and_shows_the_newest(three: Store) -> None:
    page = open_page()
    assert "Tick **one run** to see its details, or **2 to 6 runs** to compare" in words(page)
    assert "Shift + Space ticks the row" in words(page)
    assert {"Accuracy and active connections", "Newest run"} <= {h.value for h in page.header}
    assert three.record(C).title in words(page)
    links = [link.label for link in page.page_link]
    assert links == ["Live page", "Pixels page", "Compact page"]
    assert click(page, "Show details").query_params["run"] == C
    assert "Newest run" not in {heading.value for heading in page.header}


def test_one_run_alone_is_shown_without_a_chart(store: Store) -> None:
    add(store, A)
    page = open_page()
    assert [heading.value for heading in page.header] == ["Newest run"]
    # With a search it may not be the newest of all runs.
    page.text_input(key="runs_search").set_value("mnist").run()
    assert [heading.value for heading in page.header] == ["Newest listed run"]


def test_runs_with_equal_settings_have_names_of_their_own(store: Store) -> None:
    for run_id in (A, B):
        add(store, run_id)
    names = open_page().dataframe[0].value["Name"]
    assert [name.partition(" · ")[0] for name in names] == ["bbbb", "aaaa"]
    compared = open_page(run=[A, B])
    heads = compared.table[0].value.columns
    assert [head.split(" · ")[:2] for head in heads] == [["1", "aaaa"], ["2", "bbbb"]]
