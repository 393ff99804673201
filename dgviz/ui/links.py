"""Links from what a page shows of a run to the other pages about it."""

from __future__ import annotations

import streamlit as st

from dgviz.places import PAGES

_ABOUT = {
    "Live": "its training, played back",
    "Pixels": "which pixels it uses, and why",
    "Compact": "smaller and faster, measured, to take away",
    "Runs": "its settings, its card and its downloads",
}
"""What each page shows of a run."""


def open_links(run_id: str, *names: str) -> None:
    """Show a link to each of these pages, named as in the navigation."""
    for name in names:
        st.page_link(
            PAGES / f"{name.lower()}.py",
            label=f"{name} page",
            icon=":material/open_in_new:",
            help=f"This run on the {name} page: {_ABOUT[name]}.",
            query_params={"run": run_id},
        )
