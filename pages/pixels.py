"""Which pixels a network uses, and how it classifies a digit."""

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.ui import components
from dgviz.ui.notes import show_notes
from dgviz.ui.pixels import state
from dgviz.ui.pixels.faithfulness import faithfulness_section
from dgviz.ui.pixels.run import caption, empty_page, replay, run_picker

state.restore()
run = state.current_run()
baseline = the_hub().baseline_of(run.settings) if run else None

if run is not None:
    state.check_route(run.settings)
    state.check_digit(run.settings)
run_picker(run)
show_notes()

if run is None:
    empty_page()
else:
    lines = caption(run)
    with st.container(gap=None):
        replay(run)
        components.pins(state.pins(), on_change=state.pin)
    for name in ("digit_story", "retention", "by_class", "pixel_story", "units"):
        components.inspector(name, run, baseline, caption=lines)
    st.divider()
    faithfulness_section(run, baseline)

state.write_url()
