"""One group of runs that differ only in the seed, or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from dgviz.charts import curves, thinning_text
from dgviz.comparison.table import Spread
from dgviz.formatting import UNKNOWN, fixed, percent, ratio
from dgviz.runs.drawing import mean_curves
from dgviz.runs.groups import SEED_AND_MACHINE, Group
from dgviz.runs.search import status_of
from dgviz.ui import still_chart
from dgviz.ui.row import row
from dgviz.ui.runs import state
from dgviz.ui.runs.compare import FIGURES, HEAD_LENGTH, LEGEND_LENGTH, cut, numbered, settings_table
from dgviz.ui.words import escaped, link_text

_COLUMN_PX = 150
"""The width of a table's column, on average: a mean and its deviation fit."""


def compare_groups(groups: Sequence[Group]) -> None:
    """Show means with bands, results and runs; all groups are compared with the first."""
    if len(groups) > state.MOST_CHOSEN:
        st.warning(
            f"{len(groups)} groups are ticked; only the first {state.MOST_CHOSEN} are compared.",
            icon="⚠️",
        )
    groups = groups[: state.MOST_CHOSEN]
    alone = len(groups) == 1
    st.header(
        escaped(groups[0].title) if alone else f"{len(groups)} groups side by side", anchor=False
    )
    if not alone:
        # Legend and tables have only the beginnings of long names.
        st.caption("  \n".join(escaped(name) for name in numbered([g.title for g in groups])))
    for group in groups:
        if not group.counted:
            about = "this group" if alone else escaped(group.title)
            st.info(f"No run of {about} has finished yet.", icon=":material/info:")
    _curves([group for group in groups if group.counted])
    if alone:
        _runs(groups[0])
        return
    heads = [escaped(cut(name, HEAD_LENGTH)) for name in numbered([g.title for g in groups])]
    least = _COLUMN_PX * (1 + len(groups))
    left, right = row("groups_tables", (1, least), (1, least), gap="medium")
    with left:
        st.markdown("**Final results** :gray[mean ± sample standard deviation (number of seeds)]")
        st.table(_final_figures(groups, heads), border="horizontal", alt="Final results")
    with right:
        st.markdown("**Settings that differ** :gray[blue: not as in group 1]")
        settings_table([group.records[0] for group in groups], heads, SEED_AND_MACHINE)
    for number, group in enumerate(groups, start=1):
        with st.expander(f"Runs of group {number}: {group.phases_text}"):
            _runs(group)


def _curves(groups: Sequence[Group]) -> None:
    if not groups:
        return
    drawn = [mean_curves(group.counted, cut(group.title, LEGEND_LENGTH)) for group in groups]
    still_chart.show(
        curves(drawn),
        key="runs_curves",
        alt="Mean test accuracy and active ratio over the epochs, a line with a band each group",
    )
    seeds = "; ".join(_seeds_text(group) for group in groups)
    st.caption(
        f"Lines are means of the finished runs, bands ± one sample standard deviation: {seeds}. "
        f"{thinning_text(drawn)}".rstrip()
    )


def _seeds_text(group: Group) -> str:
    number = len(group.seeds)
    if number == 1:
        return f"1 seed ({group.seeds[0]}), so without a band"
    return f"{number} seeds ({', '.join(str(seed) for seed in group.seeds)})"


def _final_figures(groups: Sequence[Group], heads: Sequence[str]) -> pd.DataFrame:
    rows = {}
    for key, label, factor, write in FIGURES:
        values = [group.values(key) for group in groups]
        if any(values):
            rows[label] = [_spread_text(of_group, factor, write) for of_group in values]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(heads))


def _spread_text(values: Sequence[float], factor: float, write: Callable[[float], str]) -> str:
    """ "97.93 ± 0.12 (3)"; a single value has no spread."""
    if not values:
        return UNKNOWN
    # Multiplied after the mean, as on the Compare page: a mean may be so near to half a digit that
    # the order decides how it is rounded.
    spread = Spread(tuple(values))
    mean = write(factor * spread.mean)
    decimals = len(mean.partition(".")[2])
    deviation = ""
    if spread.deviation is not None:
        deviation = f" ± {Decimal(fixed(factor * spread.deviation, decimals)):,}"
    return f"{mean}{deviation} :gray[({len(values)})]"


def _runs(group: Group) -> None:
    """List the runs of a group, and offer to show them one by one."""
    if len(group.counted) > 1:
        mean = _final_figures([group], ["mean ± sample standard deviation (seeds)"])
        st.table(mean, border="horizontal", alt="Mean results")
    rows = {
        "Run": [link_text(record) for record in group.records],
        "Seed": [str(record.settings.seed) if record.settings else "" for record in group.records],
        "Status": [status_of(record) for record in group.records],
        "Test accuracy": [percent(r.reached.figures.get("test_accuracy")) for r in group.records],
        "Active ratio r": [ratio(r.reached.figures.get("active_ratio")) for r in group.records],
    }
    table = pd.DataFrame(rows).set_index("Run")
    st.table(table, border="horizontal", alt="The runs of the group")
    ids = tuple(record.id for record in group.records)
    st.button(
        "Show this run" if len(ids) == 1 else "Compare these runs with each other",
        key=f"runs_open_{group.id}",
        on_click=partial(state.open_group, ids),
    )
