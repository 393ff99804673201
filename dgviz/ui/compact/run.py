"""The run of the Compact page: its list, and why it cannot be compacted."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dgviz.compaction.recipe import AS_TRAINED
from dgviz.compaction.result import obstacle
from dgviz.live.hub import Run
from dgviz.runs.record import Record
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui import run_choice
from dgviz.ui.compact import state
from dgviz.ui.compact.results import the_results
from dgviz.ui.notes import note
from dgviz.ui.words import escaped


def run_picker(run: Run | None) -> None:
    run_choice.run_picker(run, key="compact_picker", on_pick=state.choose_run, links=("Pixels",))


def empty_page() -> None:
    """Explain what the page shows, with a link to train a run."""
    run_choice.empty_page(
        "When a network has been trained, this page removes what it never uses, checks that its "
        "answers stay the same, measures how fast it is on this machine, and exports it."
    )


def compactable(run: Run) -> Record | None:
    """The record of a run that can be compacted; for any other, show why not and return None."""
    try:
        record = the_store().record(run.id)
    except RunNotFound:
        st.info("This run is not recorded, so there is no checkpoint to compact.")
        return None
    if problem := obstacle(record):
        st.info(escaped(problem), icon=":material/info:")
        return None
    return record


def check_recipe(run: Run) -> None:
    """Leave out each part of the recipe by which the run cannot be compacted, with a note.

    A threshold that is in effect is left out too: it changes nothing.
    """
    try:
        record = the_store().record(run.id)
    except RunNotFound:
        return
    if obstacle(record):
        return
    kept = AS_TRAINED
    for part, value in state.view().recipe.as_dict().items():
        more = replace(kept, **{part: value})
        if problem := obstacle(record, more):
            note(problem)
        else:
            kept = more
    if kept.tau is not None and kept.tau == the_results().own_tau(run.id):
        kept = replace(kept, tau=None)
    state.change(recipe=kept)
