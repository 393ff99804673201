"""The frame around every page: title, navigation, and the page itself."""

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]

st.set_page_config(page_title="dgviz", page_icon="🎛️", layout="wide")
st.logo(str(Path(__file__).parent / "assets" / "logo.svg"), size="large")
st.navigation([st.Page(ROOT / "pages" / "live.py", title="Live", default=True)]).run()
