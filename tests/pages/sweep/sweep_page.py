"""The Sweep page, run without a browser: opened at an address, and its text."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from dgviz.places import SHELL

Started = list[tuple[Path, int, bool]]
FORM = {"beta": "0.01,0.1"}
"""Of a sweep of ten trials."""


def open_page(**query: str | list[str]) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("../../pages/sweep.py").run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.success)
    said = [str(one.value) for kind in kinds for one in kind]
    said += [one.proto.text for one in page.get("progress")]
    return "\n".join(said).replace("\\", "")
