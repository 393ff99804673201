"""Race several methods on the same network, and compare what they reach."""

import streamlit as st

from dgviz.comparison.table import rows
from dgviz.runs.store import the_store
from dgviz.ui import components
from dgviz.ui.compare import controls, race, results, state
from dgviz.ui.compare.board import board
from dgviz.ui.compare.refresh import rerun_when_the_race_changes
from dgviz.ui.notes import show_notes

state.restore()
plan = state.plan()
ids = the_store().ids()
standing = race.standing_of(plan)
elsewhere = race.elsewhere(standing)
table = rows(standing)

controls.plan_panel(plan)
controls.race_buttons(plan, standing, elsewhere)
show_notes()
with st.container(gap=None):
    components.choices("compare", state.view(), on_change=state.keep)
    components.race(board(plan, standing, table, state.view()["seed"]))
results.smallest_network(table)
results.fairness(plan, table)

state.write_url()
rerun_when_the_race_changes(standing, ids, elsewhere)
