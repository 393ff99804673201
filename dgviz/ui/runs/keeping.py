"""House-keeping beside the runs: bringing back what was deleted, and how full the disk is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.runs.record import Record
from dgviz.runs.store import Usage, the_store
from dgviz.ui.runs import actions
from dgviz.ui.runs.undo import just_deleted
from dgviz.ui.words import counted, shielded


def bin_box() -> None:
    """What was deleted in the last day, and can be had again."""
    deleted = the_store().deleted()
    if not deleted:
        return
    with st.expander(f"Recently deleted ({len(deleted)})"):
        st.caption("You can restore these for one day. After that they are removed permanently.")
        for record in deleted:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":small[{shielded(record.title)}]", width="stretch")
                st.button(
                    "Restore",
                    key=f"runs_restore_{record.id}",
                    on_click=partial(actions.restore, record.id),
                )
        with st.popover("Delete permanently"):
            st.markdown(f"{counted(len(deleted))} cannot be restored after this.")
            st.button("Yes, delete permanently", type="primary", on_click=actions.empty_bin)


def usage_line(usage: Usage, records: Sequence[Record]) -> None:
    """How much of the quota is used, and where it all lies."""
    # No caption: on the sidebar its grey is too pale for words as small as these.
    st.markdown(
        f":small[{usage.bytes / 1e9:.1f} of {usage.quota_bytes / 1e9:g} GB used by "
        f"{counted(len(records))} in {shielded(str(the_store().root))}]"
    )


def usage_warning(usage: Usage) -> None:
    if usage.warning:
        st.warning(usage.warning, icon="⚠️")


def undo_line() -> None:
    """After a deletion, until the next action: what was done, and its undoing."""
    if gone := just_deleted():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Deleted {counted(len(gone))}.", width="content")
            # By this key `web/shell/focus.js` finds it.
            st.button("Undo", key="undo", on_click=partial(actions.restore, *gone))
