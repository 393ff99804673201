"""All runs: find, replay, compare and resume them."""

import streamlit as st

from dgviz.runs.groups import groups
from dgviz.runs.store import the_store
from dgviz.ui.notes import show_notes
from dgviz.ui.runs import actions, importing, keeping, state
from dgviz.ui.runs.compare import compare
from dgviz.ui.runs.detail import detail
from dgviz.ui.runs.finder import finder
from dgviz.ui.runs.group_table import chosen_groups
from dgviz.ui.runs.groups import compare_groups
from dgviz.ui.runs.overview import overview
from dgviz.ui.runs.refresh import rerun_when_runs_change

actions.follow_redirect()
state.restore()
importing.follow_import()
state.write_url()
records = the_store().records()
usage = the_store().usage()

keeping.usage_warning(usage)
show_notes()

in_groups = groups(records) if state.view().grouped else []
listed = finder(records, in_groups)

# Near the Delete button: on a phone the top of the page may be out of sight.
keeping.undo_line()

chosen = state.chosen()
if chosen and state.view().grouped:
    compare_groups(chosen_groups(in_groups, state.view().runs))
elif len(chosen) == 1:
    detail(chosen[0], records)
elif chosen:
    compare(chosen)
elif listed:
    overview(listed)
rerun_when_runs_change(records)

with st.sidebar:
    importing.import_box()
    keeping.bin_box()
    keeping.usage_line(usage, records)
