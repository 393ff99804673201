"""A comparison of two or more runs, numbered in the order in which they were chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from dgviz.charts import curves, thinning_text
from dgviz.formatting import count, fixed, ratio
from dgviz.runs.courses import differing_knobs
from dgviz.runs.drawing import run_curves
from dgviz.runs.record import Record
from dgviz.runs.tables import differences
from dgviz.ui import components, still_chart
from dgviz.ui.row import row
from dgviz.ui.runs import actions, state
from dgviz.ui.runs.detail import found_run
from dgviz.ui.words import escaped

_COLUMN_PX = 120
"""The width of a table's column, on average."""

HEAD_LENGTH, LEGEND_LENGTH = 28, 40
"""Characters of a run's name in a column's head and in the legend, which cannot wrap; above the
chart are the whole names."""

FIGURES = (
    ("test_accuracy", "Test accuracy, %", 100, partial(fixed, digits=2)),
    ("validation_accuracy", "Validation accuracy, %", 100, partial(fixed, digits=2)),
    ("test_loss", "Test loss (cross-entropy)", 1, partial(fixed, digits=4)),
    ("active_ratio", "Active ratio r", 1, ratio),
    ("active_weights", "Active connections", 1, count),
    ("macs", "Multiplications an image, on average", 1, count),
    ("parameters", "Parameters", 1, count),
    ("hidden_units_in_use", "Hidden units in use", 1, count),
)


def compare(records: Sequence[Record]) -> None:
    """Show curves, results, settings and connection maps; all runs are compared with the first."""
    _heading(records)
    records = records[: state.MOST_CHOSEN]
    titles = titles_of(records)
    drawn = [
        replace(run_curves(record), title=cut(title, LEGEND_LENGTH))
        for record, title in zip(records, titles, strict=True)
    ]
    still_chart.show(
        curves(drawn),
        key="runs_curves",
        alt="Test accuracy and active ratio over the epochs, a line each run",
    )
    if thinning := thinning_text(drawn):
        st.caption(thinning)
    names = numbered(titles)
    heads = [escaped(cut(name, HEAD_LENGTH)) for name in names]
    least = _COLUMN_PX * (1 + len(records))
    left, right = row("runs_tables", (1, least), (1, least), gap="medium")
    with left:
        st.markdown("**Final results** :gray[with the difference from run 1]")
        st.table(_final_figures(records, heads), border="horizontal", alt="Final results")
    with right:
        st.markdown("**Settings that differ** :gray[blue: not as in run 1]")
        settings_table(records, heads)
    _connection_maps(records, names)


def titles_of(records: Sequence[Record]) -> list[str]:
    """The runs' titles; those that are not unique begin with the run's id."""
    often = Counter(record.title for record in records)
    return [r.title if often[r.title] == 1 else f"{r.id} · {r.title}" for r in records]


def numbered(titles: Sequence[str]) -> list[str]:
    """The titles with their numbers, as in the chart's legend: "1 · 3fa9 · classroom, seed 0"."""
    return [f"{number} · {title}" for number, title in enumerate(titles, start=1)]


def cut(name: str, most: int) -> str:
    """The name, or its first `most` characters."""
    return name if len(name) <= most else f"{name[:most]}…"


def _heading(records: Sequence[Record]) -> None:
    abreast = min(len(records), state.MOST_CHOSEN)
    st.header(f"{abreast} runs side by side", anchor=False)
    ids = [record.id for record in records]
    named = dict(zip(ids, numbered(titles_of(records)), strict=True))
    if st.session_state.get("runs_chips") != ids:
        st.session_state["runs_chips"] = ids
    chips, delete = row("runs_compared", (1, 300), (0, 130), vertical_alignment="bottom")
    with chips:
        st.multiselect(
            "Runs (the first is compared with the others)",
            ids,
            format_func=lambda run_id: named.get(run_id, run_id),
            key="runs_chips",
            on_change=lambda: state.choose(*st.session_state["runs_chips"]),
            select_all=False,
            wrap=True,
        )
    with delete:
        st.button(
            f"Delete these {len(ids)}",
            icon=":material/delete:",
            help="You can undo this for a day.",
            on_click=partial(actions.delete, *ids),
        )
    if len(records) > state.MOST_CHOSEN:
        st.warning(
            f"{len(records)} runs are ticked; only the first {state.MOST_CHOSEN} are compared.",
            icon="⚠️",
        )
    seeds = {record.settings.seed for record in records if record.settings}
    if len(seeds) > 1:
        st.info(
            "These runs have different seeds, so hidden unit 7 of one run is not hidden unit 7 of "
            "another. Compare how many connections are active, not which ones.",
            icon=":material/info:",
        )


def _final_figures(records: Sequence[Record], heads: Sequence[str]) -> pd.DataFrame:
    rows = {}
    for key, label, factor, write in FIGURES:
        values = [_figures(record).get(key) for record in records]
        if any(value is not None for value in values):
            rows[label] = [with_difference(values[0], value, factor, write) for value in values]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(heads))


def _figures(record: Record) -> dict[str, float]:
    """The run's results, with the number of hidden units in use instead of the dead ones.

    A method with routes has no single hidden layer, and no unit that is never used.
    """
    figures = dict(record.reached.figures)
    dead = figures.pop("dead_hidden_units", None)
    if dead is not None and record.settings and not record.settings.spec.routes:
        figures["hidden_units_in_use"] = record.settings.hidden_units - dead
    return figures


def with_difference(
    first: float | None, value: float | None, factor: int, write: Callable[[float], str]
) -> str:
    """Format a value with its difference from the first run's: "97.93 (+0.12)"."""
    if value is None:
        return "–"
    written = write(factor * value)
    if first is None or value == first:
        return written
    change = write(factor * abs(value - first))
    # A change too small to be written, "< 0.0001", takes no sign.
    sign = "" if change.startswith("<") else "+" if value > first else "−"
    return f"{written} :gray[({sign}{change})]"


def settings_table(
    records: Sequence[Record], heads: Sequence[str], ignored: Collection[str] = ()
) -> None:
    """Show the settings that differ between runs, a column each.

    Args:
        ignored: the names of settings that are left out.
    """
    table = differences(records, ignored)
    if table.empty:
        st.caption("All settings are the same in these runs.")
        return
    first = table.iloc[:, 0]
    columns = {
        head: _marked(table[record.id], first) for record, head in zip(records, heads, strict=True)
    }
    st.table(
        pd.DataFrame(columns, index=table.index), border="horizontal", alt="Settings that differ"
    )
    differ = {knob.name for knob in differing_knobs(record.courses for record in records)}
    same = len(records[0].courses.keys() - differ)
    st.caption(f"The other {same} settings are the same in all runs.")


def _marked(column: pd.Series, first: pd.Series) -> list[str]:
    return [
        escaped(value) if value == other else f":blue-background[{escaped(value)}]"
        for value, other in zip(column, first, strict=True)
    ]


def _connection_maps(records: Sequence[Record], names: Sequence[str]) -> None:
    """Show the connection maps of the first run and another one, and the difference of the two."""
    gated = [
        (number, record, name)
        for number, (record, name) in enumerate(zip(records, names, strict=True), start=1)
        if record.settings and record.settings.spec.masks
    ]
    st.markdown("**Active connections of the first layer**")
    if len(gated) < 2:
        st.caption(
            "To compare them, tick two runs whose methods take connections away. In other runs all "
            "are active."
        )
        return
    (number, record, name), *others = gated
    other_number, other, other_name = others[0]
    if len(others) > 1:
        labels = [label for _, _, label in others]
        picked = st.selectbox(f"Run {number} compared with", labels, key="runs_beside", width=420)
        other_number, other, other_name = others[labels.index(picked)]
    a, b = found_run(record.id), found_run(other.id)
    if a and b:
        # Aligned at the bottom: a title of two lines must not move its map.
        blocks = row("runs_maps", (1, 360), (1, 360), gap="medium", vertical_alignment="bottom")
        for block, run, title in zip(blocks, (a, b), (name, other_name), strict=True):
            with block:
                st.markdown(f":small[{escaped(title)}]")
                components.connection_map(run, key=f"runs_connections_{run.id}")
        components.gate_difference(a, b, (f"run {number}", f"run {other_number}"))
