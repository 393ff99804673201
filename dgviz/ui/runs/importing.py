"""Bringing in a run from a zip: a process of its own looks at it, and this page follows that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dgviz.live.task import Task, the_imports
from dgviz.live.task_entry import import_run
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui.runs import state
from dgviz.ui.words import shielded

_LOOK_SECONDS = 0.3
_UNDER_WAY = "runs_import_under_way"
_OUTCOME = "runs_import_outcome"
_KEY = "runs_import_key"


@dataclass(frozen=True)
class _Given:
    """A zip that is being looked at."""

    name: str
    task: Task


def import_box() -> None:
    """Takes the zip that another dgviz has exported, and says what became of the last one."""
    if _UNDER_WAY in st.session_state:
        st.fragment(_under_way, run_every=_LOOK_SECONDS)()
        return
    st.file_uploader(
        "Import a run",
        type="zip",
        key=_key(),
        on_change=_start,
        help="A zip that was exported here or by another dgviz. It is checked before it is used.",
    )
    if outcome := st.session_state.get(_OUTCOME):
        st.markdown(outcome)


def follow_import() -> None:
    """Choose the run that was taken in, once it is there."""
    given: _Given | None = st.session_state.get(_UNDER_WAY)
    if given is None or not given.task.ended:
        return
    del st.session_state[_UNDER_WAY]
    name = shielded(given.name)
    if given.task.phase != "done":
        why = given.task.reason or "You stopped it."
        st.session_state[_OUTCOME] = f":red[{name} was not imported. {shielded(why)}]"
        return
    run_id, left_out = given.task.result
    try:
        title = the_store().record(run_id).title
    except RunNotFound as gone:
        st.session_state[_OUTCOME] = f"Imported {name}. {shielded(str(gone))}"
        return
    sentences = "".join(f" {shielded(sentence)}" for sentence in left_out)
    st.session_state[_OUTCOME] = f"Imported {shielded(title)} from {name}.{sentences}"
    state.choose(run_id)


def _start() -> None:
    """Have the zip looked at that has just been given."""
    file = st.session_state[_key()]
    if file is None:
        return
    name, store = secrets.token_hex(8), the_store()
    task = the_imports().start(name, import_run, store.root, store.quota_bytes, file.getvalue())
    st.session_state[_UNDER_WAY] = _Given(file.name, task)
    _let_go_of_files()
    # A new uploader is an empty one.
    st.session_state[_KEY] = _key_number() + 1


def _let_go_of_files() -> None:
    """Free the memory: Streamlit keeps what was uploaded for as long as the page is open."""
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def _under_way() -> None:
    given: _Given = st.session_state[_UNDER_WAY]
    if given.task.ended:
        st.rerun()
    waiting = given.task.phase == "waiting"
    name = shielded(given.name)
    st.markdown(f"{name} waits for another import to end." if waiting else f"Checking {name}.")
    st.button("Stop", icon=":material/stop:", on_click=given.task.stop, key="runs_import_stop")


def _key() -> str:
    return f"runs_import_{_key_number()}"


def _key_number() -> int:
    number: int = st.session_state.get(_KEY, 0)
    return number
