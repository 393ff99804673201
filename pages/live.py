"""Train a network and watch its connections go out."""

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.ui import components, controls, session

session.restore()
run = session.current_run()
twin = the_hub().twin_of(run.settings) if run and run.settings.method != "dense" else None

with st.sidebar:
    controls.knob_panel(run)

headline, buttons = st.columns([0.55, 0.45], vertical_alignment="center")
with headline:
    components.status(run, hint="Choose a preset and press Start.")
with buttons:
    controls.run_buttons(run)
session.show_problems()

components.figures(run, twin, on_train_twin=controls.train_twin)

components.board(run, twin, ["gate_map", "pixel_map", "curves", "histogram"])

session.write_url()
