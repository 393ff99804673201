"""A missing program skips a test on a user's machine and fails it on CI."""

from __future__ import annotations

import pytest
from programs import program

ABSENT = {"package": "nothing", "purpose": "see what happens"}


def test_the_first_installed_program_is_used() -> None:
    assert program("no-such-program", "sh", **ABSENT).endswith("/sh")


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip), ("1", pytest.fail)])
def test_a_missing_program_is_named(
    ci: str, outcome: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(
        outcome.Exception,  # type: ignore[attr-defined]
        match="no no-such-program found; install the package `nothing` to see what happens",
    ):
        program("no-such-program", **ABSENT)
