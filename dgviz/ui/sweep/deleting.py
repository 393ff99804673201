"""Delete the shown sweep, and restore deleted ones."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dgviz.formatting import counted
from dgviz.live.sweep_feed import the_watches
from dgviz.sweeps.bin import the_sweep_bin
from dgviz.sweeps.folder import SweepError, SweepFolder
from dgviz.ui.notes import note, show_problem
from dgviz.ui.sweep import state
from dgviz.ui.sweep.busy import refusal
from dgviz.ui.words import escaped

_OFFERS = "sweep_bin_box"
_FOR_GOOD = "sweep_delete_for_good"
_LOOK_SECONDS = 2.0


def delete_box(folder: Path) -> None:
    """Offer to delete a sweep of the runs directory, and ask once more."""
    if not state.is_own(folder) or not SweepFolder(folder).exists:
        return
    watch = the_watches().watch(folder)
    trials = f" with {counted(len(watch.grid), 'trial')}" if watch.grid else ""
    # The keys name the sweep, so that no answer is about the one that is shown next.
    asks, key = f"sweep_delete_box_{folder.name}", f"sweep_delete_{folder.name}"
    with st.popover("Delete", icon=":material/delete:", key=asks, on_change="rerun") as box:
        st.markdown(
            f"Delete the sweep {escaped(folder.name)}{trials}? It can be restored for a day, and "
            "is then removed permanently."
        )
        # Only then, because it looks at the folders of all trials.
        if (
            box.open
            and watch.grid
            and (others := SweepFolder(folder).begun().difference(watch.grid.ids()))
        ):
            kept = counted(len(others), "trial")
            st.markdown(f"The folder also has {kept} of values that were replaced.")
        st.fragment(_yes, run_every=_LOOK_SECONDS if box.open else None)(
            folder, asks, key, is_asked=bool(box.open)
        )


def _yes(folder: Path, asks: str, key: str, *, is_asked: bool) -> None:
    """Show the button that deletes a sweep, or why it cannot be deleted now."""
    if is_asked and not st.session_state[asks]:
        # The reader has pressed it, and the page has something to say.
        st.rerun()
    problem = refusal(folder) if is_asked else ""
    if problem:
        show_problem(problem)
    st.button(
        "Yes, delete",
        type="primary",
        disabled=bool(problem),
        key=key,
        on_click=partial(_delete, folder, asks),
    )


def bin_box() -> None:
    """Show the sweeps that were deleted in the last day, with buttons to restore them."""
    deleted = the_sweep_bin().deleted()
    if not deleted:
        return
    label, icon = f"Recently deleted ({len(deleted)})", ":material/restore_from_trash:"
    with st.popover(label, icon=icon, key=_OFFERS, on_change="rerun"):
        for kept in deleted:
            name = the_sweep_bin().name(kept)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(escaped(name), width="stretch")
                st.button(
                    "Restore",
                    key=f"sweep_restore_{kept.name}",
                    on_click=partial(_restore, kept),
                    help=f"Deleted sweeps are kept for a day. This one was {name}.",
                )
        is_sure = st.checkbox("Never restore them", key=_FOR_GOOD)
        st.button(
            "Delete permanently",
            disabled=not is_sure,
            key="sweep_empty_bin",
            on_click=_empty,
            help="Makes room on the disk.",
        )


def _delete(folder: Path, asks: str) -> None:
    st.session_state[asks] = False
    if problem := refusal(folder):
        note(problem)
        return
    try:
        the_sweep_bin().delete(folder.name)
    except SweepError as failure:
        note(str(failure))
        return
    shown = " Choose another sweep, or lay one out." if state.sweeps() else ""
    note(
        f"The sweep {folder.name} was deleted. For a day, Recently deleted can restore it.{shown}",
        is_success=True,
    )
    state.compare(None)
    state.show(None)


def _restore(kept: Path) -> None:
    st.session_state[_OFFERS] = False
    try:
        state.show(the_sweep_bin().restore(kept))
    except SweepError as problem:
        note(str(problem))


def _empty() -> None:
    st.session_state[_OFFERS] = st.session_state[_FOR_GOOD] = False
    the_sweep_bin().empty()
