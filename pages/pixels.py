"""Which pixels a network uses, and how it classifies a digit."""

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.ui import components, pixels_view
from dgviz.ui.pixels_faithfulness import faithfulness_section
from dgviz.ui.pixels_run import caption, empty_page, replay, run_picker

pixels_view.restore()
run = pixels_view.current_run()
twin = the_hub().twin_of(run.settings) if run and run.settings.method != "dense" else None

run_picker(run)
pixels_view.show_problems()

if run is None:
    empty_page()
else:
    replay(run)
    words = caption(run)
    components.pins(pixels_view.view().pixel, pixels_view.view().unit, on_change=pixels_view.pin)
    for name in ("digit_story", "retention", "by_class", "pixel_story", "units"):
        components.inspector(name, run, twin, caption=words)
    st.divider()
    faithfulness_section(run, twin)

pixels_view.write_url()
