"""Every run there is: find it, look at it again, compare it, go on from it."""

import streamlit as st

from dgviz.runs.store import the_store
from dgviz.ui import runs_actions, runs_import, runs_keeping, runs_notes, runs_view
from dgviz.ui.runs_compare import compare
from dgviz.ui.runs_detail import detail
from dgviz.ui.runs_finder import finder
from dgviz.ui.runs_overview import overview

runs_actions.follow_orders()
runs_view.restore()
runs_import.follow_import()
runs_view.write_url()
records = the_store().records()
usage = the_store().usage()

runs_keeping.usage_warning(usage)
runs_notes.show_notes()

listed = finder(records)

# Where the button was: on a phone the page's top may be out of sight.
runs_keeping.undo_line()

chosen = runs_view.chosen()
if len(chosen) == 1:
    detail(chosen[0], records)
elif chosen:
    compare(chosen)
elif listed:
    overview(listed)

with st.sidebar:
    runs_import.import_box()
    runs_keeping.bin_box()
    runs_keeping.usage_line(usage, records)
