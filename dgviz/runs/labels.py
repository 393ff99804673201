"""Check the names and tags of runs: one rule for both, for all languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import regex

from dgviz.runs.checks import TURNS_DIRECTION
from dgviz.runs.contents import RunsError

LONGEST_NAME = 80
LONGEST_TAG = 30
MOST_TAGS = 10

_LINE_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
_INVISIBLE = ("Cc", "Cf", "Zs")
_MOST_CODE_POINTS = 16
"""Code points of one character; the longest emoji has 10. More accents would cover other lines."""


def checked_label(name: object, tags: object) -> dict[str, Any]:
    """The content of a label file.

    Raises:
        RunsError: the name or a tag is invalid.
    """
    checked_name = _checked("name", name, LONGEST_NAME)
    if isinstance(tags, str) or not isinstance(tags, Iterable):
        raise RunsError("Tags are a list of words.")
    tidy = list(dict.fromkeys(_checked("tag", tag, LONGEST_TAG) for tag in tags))
    if "" in tidy:
        raise RunsError("A tag has at least one character.")
    if len(tidy) > MOST_TAGS:
        raise RunsError(f"A run has at most {MOST_TAGS} tags.")
    return {"name": checked_name, "tags": tidy}


def _checked(noun: str, text: object, longest: int) -> str:
    """The text as it is stored: in Unicode's form NFC, on one line, without space around it."""
    if not isinstance(text, str):
        raise RunsError(f"A {noun} is a line of text.")
    tidy = unicodedata.normalize("NFC", _LINE_BREAKS.sub(" ", text)).strip()
    if fault := _fault(tidy, longest):
        shown = repr(tidy if len(tidy) <= 40 else f"{tidy[:40]}…")
        raise RunsError(
            f"A {noun} is one line of at most {longest} characters: letters of any language, "
            f"digits, signs, spaces and emoji. {shown} {fault}."
        )
    return tidy


def _fault(text: str, longest: int) -> str:
    """The fault of a text, as the end of a sentence; "" if it has none."""
    # What a reader sees as one character, such as a family emoji, may be many code points.
    characters = regex.findall(r"\X", text)
    if len(characters) > longest:
        return f"has {len(characters):,}"
    for letter in text:
        if unicodedata.category(letter) == "Cc":
            return f"holds a control character, U+{ord(letter):04X}"
        if unicodedata.category(letter) == "Cs":
            return f"holds half a character, U+{ord(letter):04X}"
    if turning := TURNS_DIRECTION.search(text):
        return f"holds U+{ord(turning[0]):04X}, which changes the direction of the text around it"
    if any(len(character) > _MOST_CODE_POINTS for character in characters):
        return f"has more than {_MOST_CODE_POINTS - 1} marks on one letter"
    if text and all(unicodedata.category(letter) in _INVISIBLE for letter in text):
        return "has no visible character"
    return ""
