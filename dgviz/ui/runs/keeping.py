"""The bin with the deleted runs, the undo of a deletion, and the use of the disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.runs.files import is_folder
from dgviz.runs.layout import SWEEPS
from dgviz.runs.record import Record
from dgviz.runs.store import Usage, the_store
from dgviz.ui.runs import actions
from dgviz.ui.runs.undo import just_deleted
from dgviz.ui.words import escaped, runs_text


def bin_box() -> None:
    """Show the runs that were deleted in the last day, with buttons to restore them."""
    deleted = the_store().deleted()
    if not deleted:
        return
    with st.expander(f"Recently deleted ({len(deleted)})"):
        st.caption("You can restore these for one day. After that they are removed permanently.")
        for record in deleted:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":small[{escaped(record.title)}]", width="stretch")
                st.button(
                    "Restore",
                    key=f"runs_restore_{record.id}",
                    on_click=partial(actions.restore, record.id),
                )
        with st.popover("Delete permanently"):
            st.markdown(f"{runs_text(len(deleted))} cannot be restored after this.")
            st.button("Yes, delete permanently", type="primary", on_click=actions.empty_bin)


def usage_line(usage: Usage, records: Sequence[Record]) -> None:
    """Show how much of the quota is used, and the runs folder."""
    sweeps = the_store().root / SWEEPS
    uncounted = ". Sweeps are not counted." if is_folder(sweeps) else ""
    # Not a caption: on the sidebar its grey is too pale for such small text.
    st.markdown(
        f":small[{usage.bytes / 1e9:.1f} of {usage.quota_bytes / 1e9:g} GB used by "
        f"{runs_text(len(records))} in {escaped(str(the_store().root))}{uncounted}]"
    )


def usage_warning(usage: Usage) -> None:
    if usage.warning:
        st.warning(usage.warning, icon="⚠️")


def undo_line() -> None:
    """Report a deletion, with a button to undo it, until the next action."""
    if gone := just_deleted():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Deleted {runs_text(len(gone))}.", width="content")
            # `web/shell/focus.js` finds the button by this key.
            st.button("Undo", key="undo", on_click=partial(actions.restore, *gone))
