"""The code of the recipes in CONTRIBUTING.md."""

from __future__ import annotations

import re
from pathlib import Path

_CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"


def recipe(title: str) -> list[tuple[str, str]]:
    """The file and the code of each step of a recipe."""
    text = _CONTRIBUTING.read_text(encoding="utf-8")
    section = text.partition(f"\n### {title}\n")[2].partition("\n### ")[0]
    steps = []
    for step in re.split(r"^\d\. ", section, flags=re.MULTILINE):
        if block := re.search(r"```(?:python|js)\n(.*?) *```", step, re.DOTALL):
            path = re.search(r"`([\w./]+\.(?:py|js))`", step)
            assert path, step
            # Code is indented like the text of its step.
            steps.append((path[1], re.sub("^   ", "", block[1], flags=re.MULTILINE)))
    return steps
