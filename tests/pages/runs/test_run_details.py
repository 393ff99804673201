"""The details of one run: its card, damage, zip, name and tags."""

from __future__ import annotations

from typing import Any

import pytest
from runs_page import A, B, C, add, click, is_live, open_page, words
from streamlit.testing.v1 import AppTest

from dgviz.live.hub import Hub
from dgviz.runs.record import Record
from dgviz.runs.store import Store


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
