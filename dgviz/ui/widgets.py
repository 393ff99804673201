"""Streamlit widgets' values, set from the pages."""

from __future__ import annotations

import streamlit as st


def set_value(key: str, value: object) -> None:
    """Give a widget this value, only if it differs: setting it again would undo typing."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
