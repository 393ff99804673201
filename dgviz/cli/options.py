"""Types of numbers in command lines."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from dgviz.knob import Knob, SettingsError
from dgviz.number_text import read_number


def value_of(knob: Knob) -> Callable[[str], Any]:
    """The type of an option with the values of a setting."""

    def read(text: str) -> Any:
        try:
            return knob.check(text)
        except SettingsError as problem:
            message = f"must be {knob.accepted}, not {text!r}"
            raise argparse.ArgumentTypeError(message) from problem

    return read


def whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def share(text: str) -> float:
    value = read_number(text)
    if value is None or not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"must be a number above 0, up to 1, not {text!r}")
    return value


def seconds(text: str) -> float:
    value = read_number(text)
    if value is None or value <= 0:
        raise argparse.ArgumentTypeError(f"must be a number of seconds above 0, not {text!r}")
    return value
