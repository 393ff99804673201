"""The Runs page's script, without a browser: search, details, comparison and actions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_up_runs import made_up
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest
from synthetic_run import SETTINGS, write_run
from trainer_elsewhere import FIRST, TrainerElsewhere

from dgviz.comparison.exports import COLUMNS
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import rows
from dgviz.formatting import ratio
from dgviz.live import hub as hub_module
from dgviz.live import task as task_module
from dgviz.live.hub import Hub, the_hub
from dgviz.live.task import Task, the_imports
from dgviz.methods.catalogue import METHODS
from dgviz.runs.archive import export_zip
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import Store, the_store
from dgviz.settings import Settings, SettingsError
from dgviz.ui.runs import refresh
from dgviz.ui.runs.compare import with_difference
from dgviz.ui.runs.restart import changed_settings

SHELL = Path(__file__).parents[2] / "dgviz" / "ui" / "shell.py"
A, B, C, D, E = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd", "eeeeeeeeeeee"
DENSE = SETTINGS.baseline()
L0_BETA = METHODS["l0"].defaults["beta"]

Query = str | list[str]


def serve_here(task: Task) -> None:
    """Do a task's work in this process."""
    try:
        task._handle("done", task.work(lambda done: None, *task.arguments))
    except RunsError as problem:
        task._handle("failed", str(problem))


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty runs directory, and a hub whose runs start without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(task_module.Task, "serve", serve_here)
    for cached in (the_store, the_hub, the_imports):
        cached.cache_clear()
    yield the_store()
    for cached in (the_store, the_hub, the_imports):
        cached.cache_clear()


@pytest.fixture
def hub(store: Store) -> Hub:
    return the_hub()


def add(store: Store, run_id: str, settings: Settings = SETTINGS, **rest: Any) -> Path:
    """Write a run whose date follows from its id's first letter: A before B before C."""
    day = 1 + "abcdef".index(run_id[0])
    created = {"created": f"2026-03-{day:02}T05:06:07.000+00:00"}
    return write_run(store.root, run_id, settings, card={**created, **rest.pop("card", {})}, **rest)


@pytest.fixture
def three(store: Store) -> Store:
    add(store, A, label={"name": "Lecture demo", "tags": ["lecture"]})
    add(store, B, SETTINGS.with_changes(beta=0.7, seed=3), label=None)
    add(store, C, DENSE, card={"phase": "stopped", "reason": "Stopped by the reader."})
    return store


def open_page(**query: Query) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("../../pages/runs.py").run()
    assert not page.exception
    return page


def shown(page: AppTest) -> list[str]:
    """The ids in the table, from the top."""
    return list(page.dataframe[0].value["Id"]) if page.dataframe else []


def button(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)


def words(page: AppTest) -> str:
    """All sentences of the page, without Markdown's escapes."""
    kinds = (page.markdown, page.caption, page.warning, page.info, page.header, page.expander)
    text = "\n".join(
        str(getattr(element, "label", "") or element.value) for kind in kinds for element in kind
    )
    return text.replace("\\", "")


def click(page: AppTest, label: str) -> AppTest:
    button(page, label).click().run()
    assert not page.exception
    return page


def table_text(page: AppTest) -> str:
    return " ".join(table.value.to_string() for table in page.table)


def is_live(page: AppTest) -> bool:
    """Whether the Live page is shown."""
    return any(widget.key == "knob_preset" for widget in page.selectbox)


def triple(store: Store) -> None:
    """Three runs that differ only in the seed, one of them not finished, and another one."""
    for seed, run_id in enumerate((A, B, C)):
        card = {"figures": {"test_accuracy": 0.9 + 0.02 * seed, "active_ratio": 0.4}}
        if run_id == C:
            card["phase"] = "stopped"
        add(store, run_id, SETTINGS.with_changes(seed=seed), card=card)
    add(store, D, SETTINGS.with_changes(beta=0.7))


# Following


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


# Groups


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


# Finding


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


# Nothing ticked


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


# Links


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


# One run


def test_one_run_is_shown_with_its_card(three: Store) -> None:
    add(three, "dddddddddddd", card={"parent": A})
    page = open_page(run=A)
    assert page.header[0].value == "Lecture demo"
    card = page.table[0].value.iloc[:, 0]
    assert card["Seed"] == "0"
    assert card["Epochs trained"] == "2 of 2, 20 steps in 2.5 s"
    # In a table, code has a font size of 10 pixels only.
    assert "`" not in card["Folder"] + card["Git"]
    assert "torch 2.13.0" in card["Versions"] and "a CPU" in card["Machine"]
    assert "run=dddddddddddd" in card["Runs started from it"]
    assert [link.label for link in page.page_link] == [
        "Live page",
        "Pixels page",
        "Compact page",
    ]
    card = open_page(run="dddddddddddd").table[0].value.iloc[:, 0]
    assert card["Started from"].startswith(f"[Lecture demo](./runs?run={A})")


def test_a_stopped_run_shows_the_reason_and_can_be_resumed(three: Store, hub: Hub) -> None:
    page = open_page(run=C)
    assert "Stopped by the reader." in words(page)
    click(page, "Resume")
    assert is_live(page) and page.query_params["run"] == C
    assert hub.find(C).phase in ("queued", "starting")
    labels = [b.label for b in open_page(run=A).button]
    assert "Resume" not in labels, "it has finished"


def test_damage_is_named_and_the_rest_of_the_run_is_shown(three: Store) -> None:
    log = three.root / A / "metrics.jsonl"
    log.write_text(log.read_text().replace('"step": 3,', '"step": x,', 1))
    page = open_page(run=A)
    assert "Damaged lines in metrics.jsonl" in page.warning[0].value


def test_files_left_out_of_a_zip_are_named_beside_its_button(three: Store) -> None:
    assert "Left out of the zip" not in words(open_page(run=A))
    (three.root / A / "facts.safetensors").write_bytes(b"damaged")
    text = words(open_page(run=A))
    assert "Left out of the zip:" in text
    assert text.count("facts.safetensors must be safetensors that dgviz has written") == 2


def test_a_run_that_is_too_large_for_a_zip_is_explained_beside_its_button(
    three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def zip_button(page: AppTest) -> Any:
        (button,) = (b for b in page.get("download_button") if "zip" in b.proto.label)
        return button.proto

    assert not zip_button(open_page(run=A)).disabled
    monkeypatch.setenv("DGVIZ_ZIP_MB", "0.03125")
    page = open_page(run=A)
    assert zip_button(page).disabled
    assert "This run is too large for a zip: its files may take 0.03125 MB together." in words(page)


@pytest.mark.parametrize("phase", ["finished", "running"])
def test_a_run_is_searched_for_damage_once(
    three: Store, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    """Also an interrupted run: its card has the phase running, but its lock is free."""
    add(three, "dddddddddddd", card={"phase": phase})
    searched: list[str] = []
    damage = Record.damage
    monkeypatch.setattr(Record, "damage", lambda of: searched.append(of.id) or damage(of))
    page = open_page(run="dddddddddddd")
    page.run()
    assert searched == ["dddddddddddd"]


def test_name_and_tags_are_changed_in_place(three: Store) -> None:
    page = open_page(run=B)
    page.text_input(key=f"runs_name_{B}").set_value("Stronger β").run()
    page.multiselect(key=f"runs_tags_{B}").set_value(["lecture"]).run()
    assert three.record(B).name == "Stronger β"
    assert three.record(B).tags == ("lecture",)
    assert page.header[0].value == "Stronger β"


def test_a_name_that_is_refused_stays_in_its_box_with_the_reason(three: Store) -> None:
    page = open_page(run=A)
    box = page.text_input(key=f"runs_name_{A}")
    assert box.max_chars is None or box.max_chars == 0, "a browser would cut it silently"
    box.set_value("x" * 81).run()
    assert "Not saved. A name is one line of at most 80 characters" in words(page)
    assert "has 81" in words(page)
    assert page.text_input(key=f"runs_name_{A}").value == "x" * 81
    assert three.record(A).name == "Lecture demo" == page.header[0].value
    page.text_input(key=f"runs_name_{A}").set_value("two\nlines").run()
    assert three.record(A).name == "two lines"
    assert "Not saved" not in words(page)
    page.multiselect(key=f"runs_tags_{A}").set_value(["lecture", "a\u202eb"]).run()
    assert "Not saved. A tag is one line" in words(page)
    assert three.record(A).tags == ("lecture",)
    # It would look as if it had been saved.
    assert page.multiselect(key=f"runs_tags_{A}").value == ["lecture"]


def test_a_name_that_begins_like_a_formula_is_text_in_the_table(three: Store) -> None:
    three.record(A).relabel(name='=HYPERLINK("http://example.com")', tags=["-x", "fine"])
    table = open_page().dataframe[0].value.set_index("Id")
    assert table.loc[A, "Name"] == '\'=HYPERLINK("http://example.com")'
    assert list(table.loc[A, "Tags"]) == ["'-x", "fine"]


def test_markdown_in_a_users_text_is_escaped(store: Store) -> None:
    add(store, A, label={"name": "[x](http://example.com) *a* :red[b]", "tags": []})
    add(store, B, card={"parent": A})
    assert "\\[x\\]" in open_page(run=A).header[0].value
    link = open_page(run=B).table[0].value.iloc[:, 0]["Started from"]
    link = link.replace("\u2060", "")
    assert link.startswith("[\\[x\\]\\(http\\://example.com\\) \\*a\\* \\:red\\[b\\]](./runs?run=")


def test_restart_changes_one_knob_and_records_the_parent(three: Store, hub: Hub) -> None:
    page = open_page(run=A)
    assert button(page, "Start the new run").disabled
    page.selectbox(key=f"runs_knob_{A}").select("beta").run()
    page.number_input(key=f"runs_value_{A}_beta").set_value(0.4).run()
    assert "**β 0.4 instead of 0.1**. All other settings stay the same" in words(page)
    click(page, "Start the new run")
    assert is_live(page)
    run = hub.find(page.query_params["run"])
    assert run.settings == SETTINGS.with_changes(beta=0.4)
    assert run.status()["parent"] == A


def test_a_finished_run_is_trained_further_as_a_new_run(three: Store, hub: Hub) -> None:
    page = open_page(run=A)
    epochs = page.number_input(f"further_epochs_{A}")
    assert (epochs.value, epochs.min, epochs.max) == (4, 3, 1000)
    epochs.set_value(5).run()
    assert "from epoch 2 to epoch 5; this one stays as it is. On a CPU" in words(page)
    click(page, "Train further")
    assert is_live(page)
    run = hub.find(page.query_params["run"])
    assert (run.settings.epochs, run.job.parent, run.job.resume) == (5, A, True)
    assert three.record(A).epochs == 2
    assert "Lecture demo](./runs?run=aaaaaaaaaaaa). Trained further after epoch 2." in words(page)
    assert "Trained further after epoch 2." in table_text(open_page(run=run.id))


def test_only_a_finished_run_can_be_trained_further(three: Store) -> None:
    page = open_page(run=C)
    assert "Train further" not in [button.label for button in page.button]


def test_a_value_that_a_knob_refuses_is_not_started() -> None:
    with pytest.raises(SettingsError, match="must be a number from -1 to 30; it was '99'"):
        changed_settings(SETTINGS, "beta", 99)


def test_a_dense_run_offers_no_knob_of_gates(three: Store) -> None:
    offered = open_page(run=C).selectbox(key=f"runs_knob_{C}").options
    assert not any("β" in name or "τ" in name for name in offered)
    assert "Method" in offered and "Seed" not in offered
    assert changed_settings(SETTINGS, "method", "dense") == DENSE


@pytest.mark.parametrize(
    ("preset", "method", "beta", "named"),
    [
        ("paper", "l0", L0_BETA, f"**Method L0, hard concrete instead of dense, β {L0_BETA:g}**"),
        ("sparse", "l0", L0_BETA, f"**Method L0, hard concrete instead of dense, β {L0_BETA:g}**"),
        (
            "sparse",
            "dynamicgate",
            1.0,
            "**Method DynamicGate-MLP instead of dense, β 1, τ 0.5, connections to keep 0**",
        ),
    ],
)
def test_another_method_starts_with_its_own_penalty_and_names_it(
    store: Store, preset: str, method: str, beta: float, named: str
) -> None:
    dense = Settings.from_preset(preset, method="dense", hidden=8, epochs=2).normal()
    add(store, A, settings=dense)
    page = open_page(run=A)
    page.selectbox(key=f"runs_knob_{A}").select("method").run()
    page.selectbox(key=f"runs_value_{A}_method").select(method).run()
    assert named in words(page)
    assert changed_settings(dense, "method", method).beta == beta


def test_a_penalty_that_was_chosen_is_kept_for_another_method() -> None:
    assert changed_settings(SETTINGS, "method", "l0").beta == SETTINGS.beta == 0.1
    unchanged = SETTINGS.with_changes(beta=Settings.beta)
    assert changed_settings(unchanged, "method", "l0").beta == L0_BETA


# Several runs


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


# Deletion and import


def test_a_deletion_is_reported_and_undone(three: Store) -> None:
    page = click(open_page(run=[A, B]), "Delete these 2")
    assert shown(page) == [C]
    assert "Deleted 2 runs." in words(page) and "Recently deleted (2)" in words(page)
    assert "Deleted 2 runs." in words(page.run()), "until the next action"
    click(page, "Undo")
    assert shown(page) == [C, B, A]
    assert "Deleted 2 runs." not in words(page)
    assert page.query_params["run"] == [A, B]


def test_a_deleted_run_is_restored_or_removed_permanently(three: Store) -> None:
    page = click(open_page(run=A), "Delete")
    page = open_page(run=A)
    assert f"Run {A} was deleted" in page.warning[0].value
    click(page, "Restore")
    assert page.header[0].value == "Lecture demo"
    click(page, "Delete")
    click(page, "Yes, delete permanently")
    assert three.deleted() == []
    assert shown(page) == [C, B]


def test_a_run_that_is_being_trained_is_not_deleted(three: Store) -> None:
    with lock_on(three.root / A / LOCK):
        page = click(open_page(run=A), "Delete")
        assert "stop it before you delete it" in page.warning[0].value
    assert shown(page) == [C, B, A]


def test_a_zip_is_imported_and_chosen(three: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = export_zip(three.record(A)).content
    three.delete(A)
    files = MemoryUploadedFileManager
    freed = []
    monkeypatch.setattr(files, "remove_session_files", lambda self, session: freed.append(session))
    page = import_zip(open_page(), "demo.zip", packed)
    # Otherwise it would stay in the server's memory for as long as the page is open.
    assert freed
    assert "Imported Lecture demo from demo.zip." in words(page)
    assert page.query_params["run"] == A
    page = import_zip(open_page(), "demo.zip", packed)
    copy = page.query_params["run"]
    assert f"There is a run with its id, {A}, already, so this copy got the id {copy}" in words(
        page
    )


def test_an_invalid_zip_is_refused_beside_the_uploader(three: Store) -> None:
    page = import_zip(open_page(), "ev\u202eil.zip", b"PK nonsense")
    assert any(":red[evil.zip was not imported." in m.value for m in page.sidebar.markdown)
    assert shown(page) == [C, B, A]


def test_an_import_continues_on_another_page_and_can_be_stopped(
    three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_module.Task, "serve", lambda task: None)
    page = open_page()
    page.file_uploader[0].set_value(("big.zip", b"PK", "application/zip")).run()
    assert "big.zip waits for another import to end." in words(page)
    assert not page.file_uploader
    page.switch_page("../../pages/live.py").run()
    page.switch_page("../../pages/runs.py").run()
    page.button(key="runs_import_stop").click().run()
    assert "big.zip was not imported. You stopped it." in words(page)
    assert page.file_uploader


def test_a_full_directory_is_reported(three: Store) -> None:
    three.quota_bytes = 1000
    assert "The runs directory is full" in open_page().warning[0].value


def import_zip(page: AppTest, name: str, content: bytes) -> AppTest:
    """Upload a file, and wait until it has been imported or refused."""
    page.file_uploader[0].set_value((name, content, "application/zip")).run()
    while any(button.key == "runs_import_stop" for button in page.button):
        page.run()
    assert not page.exception
    return page


def test_a_difference_too_small_to_write_has_no_sign() -> None:
    written = [with_difference(0.05, value, 1, ratio) for value in (0.05001, 0.04999, 0.15, 0.05)]
    assert [re.sub(r":gray\[(.*)\]", r"\1", text) for text in written] == [
        "0.050 (< 0.0001)",
        "0.050 (< 0.0001)",
        "0.150 (+0.100)",
        "0.050",
    ]
