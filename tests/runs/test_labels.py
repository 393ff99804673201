"""Names and tags of runs: any language is accepted, and a refusal has a sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.runs.contents import RunsError
from dgviz.runs.labels import LONGEST_NAME, LONGEST_TAG, checked_label
from dgviz.runs.spreadsheets import plain_cell

FAMILY = "👨‍👩‍👧‍👦"
ANY_TEXT = st.text(max_size=120) | st.text("a =‍\u202e\u0301\n\t\x07\ud800é👩", max_size=120)


def name_of(name: object, tags: Sequence[object] = ()) -> str:
    kept: str = checked_label(name, tags)["name"]
    return kept


@pytest.mark.parametrize(
    "text",
    [
        f"{FAMILY} at home",
        "می‌خواهم ببینم",
        "हिन्दी की",
        "ไทยภาษา",
        "no\u00a0break",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇳🇴 👍🏽",
        "lr=1e-3",
        "<b>not bold</b>",
        "שלום\u200f!",
        "=HYPERLINK(1)",
    ],
)
def test_names_and_tags_may_be_in_any_script(text: str) -> None:
    assert checked_label(text, [text]) == {"name": text, "tags": [text]}


def test_pasted_line_breaks_and_spaces_become_one_line() -> None:
    assert name_of(" \tlast\r\nrun\u2028of\tall \n") == "last run of all"


def test_letters_are_stored_in_one_unicode_form() -> None:
    assert name_of("Ame\u0301lie") == "Am\u00e9lie"
    assert checked_label("", ["e\u0301", "\u00e9"])["tags"] == ["\u00e9"]


def test_length_is_counted_in_visible_characters() -> None:
    assert name_of(FAMILY * LONGEST_NAME) == FAMILY * LONGEST_NAME
    with pytest.raises(RunsError, match=r"at most 80 characters: letters of any language.* has 81"):
        name_of(FAMILY * (LONGEST_NAME + 1))
    with pytest.raises(RunsError, match=r"A tag is one line of at most 30 characters.* has 31"):
        checked_label("", ["x" * (LONGEST_TAG + 1)])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\x1b[31mred", r"holds a control character, U\+001B"),
        ("a\0b", r"holds a control character, U\+0000"),
        ("half \ud800", "holds half a character"),
        ("exe.\u202egnp", r"U\+202E, which changes the direction of the text around it"),
        ("a\u2066b", r"U\+2066"),
        ("\u200d\u200b", "no visible character"),
        ("e" + "\u0301" * 40, "more than 15 marks on one letter"),
    ],
)
def test_a_refusal_names_the_fault(text: str, fault: str) -> None:
    for refused in ((text, []), ("", [text])):
        with pytest.raises(RunsError, match=fault):
            checked_label(*refused)


def test_a_name_may_be_empty_and_a_tag_may_not() -> None:
    assert name_of("  ") == ""
    with pytest.raises(RunsError, match="at least one character"):
        checked_label("", ["fine", " \n"])


@given(ANY_TEXT)
def test_any_text_is_stored_on_one_line_or_refused_in_a_sentence(text: str) -> None:
    try:
        kept = name_of(text)
    except RunsError as problem:
        sentence = str(problem)
        assert sentence.startswith("A name is one line of at most 80 characters")
        assert sentence.isprintable() or not sentence.isascii()
        assert not set(sentence) & set("\u202e\n\x07\ud800")
    else:
        assert name_of(kept) == kept == unicodedata.normalize("NFC", kept)
        assert kept.splitlines() in ([], [kept])
        assert kept.encode().decode() == kept


@given(ANY_TEXT)
def test_no_cell_of_text_is_a_formula(text: str) -> None:
    cell = plain_cell(text)
    assert cell[:1] not in {*"=+-@\t\r"}
    assert cell in (text, f"'{text}")
