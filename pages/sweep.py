"""Train every combination of several settings' values, and look at the landscape."""

import streamlit as st

from dgviz.ui import components
from dgviz.ui.notes import show_notes
from dgviz.ui.sweep import state
from dgviz.ui.sweep.arriving import follow_folders
from dgviz.ui.sweep.cards import cards
from dgviz.ui.sweep.chooser import chooser
from dgviz.ui.sweep.laying_out import laying_out
from dgviz.ui.sweep.together import together
from dgviz.ui.sweep.training import training

state.restore()
# First, so that no sweep is missed that is written meanwhile.
follow_folders()
watches = state.watches()

chooser()
show_notes()
laying_out()
if watches:
    training(watches)
    together(watches)
    with st.container(gap=None):
        components.choices("sweep", state.view(), on_change=state.keep)
        components.sweep(cards(watches))

state.write_url()
