"""Train a network and watch its connections."""

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.ui import components
from dgviz.ui.baseline import train_baseline
from dgviz.ui.live import controls, state
from dgviz.ui.measured_speed import measured_speed
from dgviz.ui.notes import show_notes

state.restore()
run = state.current_run()
baseline = the_hub().baseline_of(run.settings) if run else None

with st.sidebar:
    controls.knob_panel(run)

with st.container(horizontal=True, vertical_alignment="center"):
    components.status(run, hint="Choose a preset and press Start.")
    controls.run_buttons(run)
show_notes()
controls.parent_line(run)
components.whole_run(
    run,
    baseline,
    settings=run.present_settings if run else state.settings(),
    at=state.at(),
    speed=measured_speed(run),
    on_seek=state.set_step,
    on_train_baseline=train_baseline,
)
controls.what_next(run)
controls.dock(run)

state.write_url()
