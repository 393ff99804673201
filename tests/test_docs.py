"""The documentation says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgviz.cli.knobs import in_markdown

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_the_table_of_knobs_is_the_programs_own() -> None:
    written = (ROOT / "docs" / "knobs.md").read_text(encoding="utf-8")
    assert written == in_markdown(), "run: python -m dgviz knobs > docs/knobs.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    files = [target for target in targets if "://" not in target]
    missing = [target for target in files if not (page.parent / target).exists()]
    assert not missing
