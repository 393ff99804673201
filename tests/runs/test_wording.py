"""Numbers in words, held to what the browser writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dgviz.runs.wording import ratio

GOLDEN = json.loads((Path(__file__).parents[1] / "ratios.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("r", "words"), GOLDEN)
def test_a_ratio_is_not_written_as_none_or_all_where_it_is_not(r: float, words: str) -> None:
    assert ratio(r) == words
