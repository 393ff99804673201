"""Names that people give to sweeps."""

from __future__ import annotations

import pytest

from dgviz.sweeps.names import LONGEST, NameNotAccepted, check_name


@pytest.mark.parametrize("name", ["a", "7", "first-sweep_2.b", "x" * LONGEST, "console", "com10"])
def test_names_that_are_accepted(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", ".bin", "-a", "a.", "a/b", "a\\b", "../a", "a:b", "a b", "a\n", "a\0"),
        *("é", "٣", "x" * (LONGEST + 1), "NUL", "con.txt", "Com1", "lpt9.json"),
    ],
)
def test_names_that_are_not_accepted(name: str) -> None:
    with pytest.raises(NameNotAccepted, match="The name"):
        check_name(name)
