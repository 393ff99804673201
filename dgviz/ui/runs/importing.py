"""The import of a run from a zip: a separate process checks it, and the page shows the progress."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dgviz.live.task import Task, the_imports
from dgviz.live.task_entry import import_run
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui.notes import show_problem
from dgviz.ui.runs import state
from dgviz.ui.words import escaped

_REFRESH_SECONDS = 0.3
_UNDER_WAY = "runs_import_under_way"
_OUTCOME = "runs_import_outcome"
"""A sentence, and whether it is about a problem."""
_KEY = "runs_import_key"


@dataclass(frozen=True)
class _Import:
    """A zip file and the task that checks it."""

    name: str
    task: Task


def import_box() -> None:
    """Show the uploader and the outcome of the last import, or an import's progress."""
    if _UNDER_WAY in st.session_state:
        st.fragment(_under_way, run_every=_REFRESH_SECONDS)()
        return
    st.file_uploader(
        "Import a run",
        type="zip",
        key=_key(),
        on_change=_start,
        help="A zip that was exported here or by another dgviz. It is checked before it is used.",
    )
    if outcome := st.session_state.get(_OUTCOME):
        sentence, is_problem = outcome
        if is_problem:
            show_problem(sentence)
        else:
            st.markdown(escaped(sentence))


def follow_import() -> None:
    """Choose the imported run once the import has ended."""
    current: _Import | None = st.session_state.get(_UNDER_WAY)
    if current is None or not current.task.ended:
        return
    del st.session_state[_UNDER_WAY]
    name = current.name
    if current.task.phase != "done":
        why = current.task.reason or "You stopped it."
        st.session_state[_OUTCOME] = f"{name} was not imported. {why}", True
        return
    run_id, left_out = current.task.result
    try:
        title = the_store().record(run_id).title
    except RunNotFound as gone:
        st.session_state[_OUTCOME] = f"Imported {name}. {gone}", False
        return
    sentences = "".join(f" {sentence}" for sentence in left_out)
    st.session_state[_OUTCOME] = f"Imported {title} from {name}.{sentences}", False
    state.choose(run_id)


def _start() -> None:
    """Start the import of the uploaded zip."""
    file = st.session_state[_key()]
    if file is None:
        return
    name, store = secrets.token_hex(8), the_store()
    task = the_imports().start(name, import_run, store.root, store.quota_bytes, file.getvalue())
    st.session_state[_UNDER_WAY] = _Import(file.name, task)
    _free_uploaded_files()
    # Under another key the uploader is new, and so it is empty.
    st.session_state[_KEY] = _key_number() + 1


def _free_uploaded_files() -> None:
    """Free the memory of uploads, which Streamlit keeps for as long as the page is open."""
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def _under_way() -> None:
    current: _Import = st.session_state[_UNDER_WAY]
    if current.task.ended:
        st.rerun()
    waiting = current.task.phase == "waiting"
    name = escaped(current.name)
    st.markdown(f"{name} waits for another import to end." if waiting else f"Checking {name}.")
    st.button("Stop", icon=":material/stop:", on_click=current.task.stop, key="runs_import_stop")


def _key() -> str:
    return f"runs_import_{_key_number()}"


def _key_number() -> int:
    number: int = st.session_state.get(_KEY, 0)
    return number
