"""The golden files have the present results of Python."""

from __future__ import annotations

import pytest

from tests.golden.draw import FILES, FOLDER, text


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_is_up_to_date(name: str) -> None:
    drawn = text(FILES[name]()) + "\n"
    assert drawn == (FOLDER / name).read_text(encoding="utf-8"), (
        "run `python -m tests.golden.draw` and check that the difference is intended"
    )
