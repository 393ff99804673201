"""The frame around every page: title, navigation, and the page itself."""

from pathlib import Path

import streamlit as st

from dgviz.places import PAGES
from dgviz.ui import components

# For screen readers: the navigation shows the page's name on the screen. Together with the gap
# beneath it, it replaces a larger `paddingTop` in the theme.
HEADING = (
    '<h1 style="height: 1px; margin: 0; padding: 0; overflow: hidden; clip-path: inset(50%)">'
    "{}</h1>"
)

page = st.navigation(
    [
        st.Page(PAGES / "live.py", title="Live", default=True),
        st.Page(PAGES / "pixels.py", title="Pixels", url_path="pixels"),
        st.Page(PAGES / "compare.py", title="Compare", url_path="compare"),
        st.Page(PAGES / "sweep.py", title="Sweep", url_path="sweep"),
        st.Page(PAGES / "compact.py", title="Compact", url_path="compact"),
        st.Page(PAGES / "runs.py", title="Runs", url_path="runs"),
    ]
)
st.set_page_config(page_title=f"{page.title} · dgviz", page_icon="🎛️", layout="wide")
st.logo(str(Path(__file__).parents[1] / "web" / "logo.svg"), size="large")
with st.container(gap=None):
    st.html(HEADING.format(page.title))
    components.history()
    components.focus()
page.run()
