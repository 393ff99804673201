"""The golden files are what Python answers today."""

from __future__ import annotations

import pytest

from tests.golden.draw import FILES, FOLDER, text


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_is_what_is_drawn(name: str) -> None:
    drawn = text(FILES[name]()) + "\n"
    assert drawn == (FOLDER / name).read_text(encoding="utf-8"), (
        "run `python -m tests.golden.draw` and see whether the difference is meant"
    )
