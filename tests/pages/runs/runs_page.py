"""The Runs page, run without a browser: made-up runs, and the texts of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from synthetic_run import SETTINGS, write_run

from dgviz.places import SHELL
from dgviz.runs.store import Store
from dgviz.settings import Settings

A, B, C, D, E = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd", "eeeeeeeeeeee"
DENSE = SETTINGS.baseline()
Query = str | list[str]


def add(store: Store, run_id: str, settings: Settings = SETTINGS, **rest: Any) -> Path:
    """Write a run whose date follows from its id's first letter: A before B before C."""
    day = 1 + "abcdef".index(run_id[0])
    created = {"created": f"2026-03-{day:02}T05:06:07.000+00:00"}
    return write_run(store.root, run_id, settings, card={**created, **rest.pop("card", {})}, **rest)


def open_page(**query: Query) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("../../pages/runs.py").run()
    assert not page.exception
    return page


def shown(page: AppTest) -> list[str]:
    """The ids in the table, from the top."""
    return list(page.dataframe[0].value["Id"]) if page.dataframe else []


def button(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)


def words(page: AppTest) -> str:
    """All sentences of the page, without Markdown's escapes."""
    kinds = (page.markdown, page.caption, page.warning, page.info, page.header, page.expander)
    text = "\n".join(
        str(getattr(element, "label", "") or element.value) for kind in kinds for element in kind
    )
    return text.replace("\\", "")


def click(page: AppTest, label: str) -> AppTest:
    button(page, label).click().run()
    assert not page.exception
    return page


def table_text(page: AppTest) -> str:
    return " ".join(table.value.to_string() for table in page.table)


def is_live(page: AppTest) -> bool:
    """Whether the Live page is shown."""
    return any(widget.key == "knob_preset" for widget in page.selectbox)
