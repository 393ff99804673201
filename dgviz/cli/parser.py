"""How a command line is read, and how a command says that it cannot do what was asked."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

PROGRAM = "dgviz" if Path(sys.argv[0]).stem == "dgviz" else "python -m dgviz"
"""How this program was called, so that commands in its messages work where it is installed."""


class Failure(Exception):
    """A message for the user, and the exit code to leave with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """One that answers a mistake with a sentence, where argparse adds a page of usage.

    Raises:
        Failure: with code 2, on parsing what it does not accept.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # What begins with a minus sign is taken for a flag unless this says that it is a number,
        # and argparse's own pattern knows neither -1e-3 nor -inf. No flag begins with a digit.
        self._negative_number_matcher = re.compile(r"-[.,]?\d|-inf|-nan")

    def error(self, message: str) -> NoReturn:
        tidy = " ".join(message.split())
        raise Failure(f"{tidy[:1].upper()}{tidy[1:]}; {self.prog} --help shows the options.", 2)
