"""The frame around every page: title, navigation, and the page itself."""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[2] / "pages"

st.set_page_config(page_title="dgviz", page_icon="🎛️", layout="wide")
st.logo(str(Path(__file__).parent / "assets" / "logo.svg"), size="large")
st.navigation(
    [
        st.Page(PAGES / "live.py", title="Live", default=True),
        st.Page(PAGES / "pixels.py", title="Pixels", url_path="pixels"),
        st.Page(PAGES / "runs.py", title="Runs", url_path="runs"),
    ]
).run()
