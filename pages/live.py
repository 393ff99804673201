"""Train a network and watch its gates open and close."""

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.ui import components, controls, runs_actions, session

session.restore()
run = session.current_run()
twin = the_hub().twin_of(run.settings) if run and run.settings.method != "dense" else None

with st.sidebar:
    controls.knob_panel(run)

with st.container(horizontal=True, vertical_alignment="center"):
    components.status(run, hint="Choose a preset and press Start.")
    controls.run_buttons(run)
session.show_problems()
controls.parent_line(run)
components.whole_run(
    run,
    twin,
    at=session.moment(),
    on_stop=session.stand_at,
    on_train_twin=runs_actions.train_twin,
)
controls.dock(run)

session.write_url()
