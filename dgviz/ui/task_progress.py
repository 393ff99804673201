"""The progress of a task on a page, with a button that stops it."""

from __future__ import annotations

import streamlit as st

from dgviz.live.task import Task, Tasks
from dgviz.ui.notes import rerun_unasked
from dgviz.ui.words import escaped

_REFRESH_SECONDS = 0.5


def follow(tasks: Tasks, name: str, *, key: str, doing: str) -> None:
    """Show how far a task is, and rerun the page when it has ended.

    While it waits for a task with a title, which perhaps no page shows any more, that one is named
    and can be stopped here.

    Args:
        name: of the task, which has not ended.
        key: of the button.
        doing: what has been done, after its share: "of the test is done".
    """

    def progress() -> None:
        task = tasks.find(name)
        if task is None or task.ended:
            rerun_unasked()
            return
        other = tasks.running() if task.phase == "waiting" else None
        named = f": {escaped(other.title)}" if other and other.title else ""
        waits = f"Waiting for another task to end{named}."
        begin = waits if task.phase == "waiting" else "Loading the data."
        text = f"{task.progress:.0%} {doing}." if task.progress else begin
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(1.0, task.progress), text=text)
            st.button("Stop", icon=":material/stop:", on_click=task.stop, key=key)
            if other and named:
                st.button("Stop the other task", on_click=other.stop, key=f"{key}_other")

    st.fragment(progress, run_every=_REFRESH_SECONDS)()


def show_end(task: Task | None, what: str) -> None:
    """Say why a task has failed, or that it was stopped, perhaps in another tab.

    Args:
        task: None, or one that has not failed or been stopped, for nothing to say.
        what: its work, as the subject of a sentence: "The measurement".
    """
    if task and task.phase == "failed":
        st.warning(escaped(task.reason), icon="⚠️")
    elif task and task.phase == "stopped":
        st.caption(f"{what} was stopped.")
