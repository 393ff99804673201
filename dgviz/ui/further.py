"""Train a finished run further, on the Live and the Runs page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dgviz.runs.extension import caveat, obstacle
from dgviz.runs.record import Record
from dgviz.settings import KNOBS
from dgviz.ui.words import escaped


def further_panel(record: Record, on_start: Callable[[str, int], None]) -> None:
    """Show a number of epochs and a button, for a finished run; nothing for any other.

    Args:
        on_start: called with the run's id and the number of epochs.
    """
    if record.phase != "finished" or record.settings is None:
        return
    with st.expander("Train this run further"):
        if refusal := obstacle(record):
            st.markdown(escaped(refusal))
            return
        key = f"further_epochs_{record.id}"
        most = int(KNOBS["epochs"].maximum or 0)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            epochs = st.number_input(
                f"Epochs in all, {record.epochs + 1} to {most:,}",
                min_value=record.epochs + 1,
                max_value=most,
                value=min(2 * record.epochs, most),
                key=key,
                width=220,
            )
            st.button(
                "Train further",
                type="primary",
                on_click=lambda: on_start(record.id, st.session_state[key]),
            )
        longer = record.settings.with_changes(epochs=epochs)
        lengths = [*(before for _, before in record.extended), record.epochs]
        st.caption(
            f"A new run goes on from epoch {record.epochs} to epoch {epochs}; this one stays as it "
            f"is. {caveat(longer, lengths)}"
        )
