"""The parser of the command line, and the exception for a failed command."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from dgviz.number_text import read_number

PROGRAM = "dgviz" if Path(sys.argv[0]).stem == "dgviz" else "python -m dgviz"
"""The name by which this program was called, for the commands in its messages."""


class Failure(Exception):
    """A message for the user, with the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """A parser that raises one sentence for a mistake, where argparse prints the usage.

    Raises:
        Failure: with code 2, when the command line is not accepted.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # argparse takes a value with a minus sign for a flag unless it matches this pattern. Its
        # own pattern matches neither -1e-3 nor -inf. No flag begins with a digit.
        self._negative_number_matcher = re.compile(r"-[.,]?\d|-inf|-nan")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            # Here, and not where argparse does it, to name the action whose options help.
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        tidy = " ".join(message.split())
        raise Failure(f"{tidy[:1].upper()}{tidy[1:]}; {self.prog} --help shows the options.", 2)


def whole_number(name: str, text: str, most: int) -> int:
    """The value of an option that is a whole number from 1.

    Raises:
        Failure: it is not one.
    """
    number = read_number(text)
    if number is None or number != int(number) or not 1 <= number <= most:
        raise Failure(f"{name} must be a whole number from 1 to {most:,}; it was {text[:40]!r}.", 2)
    return int(number)
