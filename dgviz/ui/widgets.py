"""What the pages share about Streamlit's widgets."""

from __future__ import annotations

import streamlit as st


def hold(key: str, value: object) -> None:
    """Give a widget this value; only where it differs, or typing would be undone."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
