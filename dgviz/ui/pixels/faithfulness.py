"""The Pixels page's last section: do active connections show which pixels matter?"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dgviz.live.run import Run
from dgviz.live.task import the_examinations
from dgviz.live.task_entry import examine
from dgviz.methods.spec import MethodSpec
from dgviz.runs.baselines import finished_baseline
from dgviz.runs.contents import Unreadable
from dgviz.runs.faithfulness import text as faithfulness_text
from dgviz.runs.faithfulness.chart import RankingCurve, faithfulness
from dgviz.runs.faithfulness.findings import RANKINGS, Findings, obstacle, without_order
from dgviz.runs.faithfulness.findings_file import read, save
from dgviz.runs.record import Record
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui import still_chart
from dgviz.ui.baseline import train_baseline
from dgviz.ui.row import row
from dgviz.ui.task_progress import follow
from dgviz.ui.words import escaped

_EXPLANATION = (
    "**Deletion** sets pixels of the **validation images** to 0, those with the {most} first, and "
    "measures the accuracy. **Insertion** starts with empty images and adds the pixels in the same "
    "order. If the ranking is good, accuracy falls sooner in deletion and rises sooner in "
    "insertion than with a random ranking. {others}the gradient of the dense baseline, and ink, "
    "the mean brightness of a pixel, which needs no network. The test images are not used."
)


def _explanation(method: MethodSpec) -> str:
    """What the test does: it ranks by path weight where all connections are active."""
    others = "more rankings are compared: "
    if method.masks:
        return _EXPLANATION.format(
            most="most active connections", others=f"Three {others}path weight, "
        )
    text = _EXPLANATION.format(most="largest path weight", others=f"Two {others}")
    return f"{faithfulness_text.ALL_ACTIVE} {text}"


def faithfulness_section(run: Run, baseline: Run | None) -> None:
    """Offer the test, show its progress, and show its findings.

    Args:
        baseline: the dense baseline of the run, if this server has one.
    """
    ours = "Do active connections" if run.settings.spec.masks else "Do large weights"
    st.header(f"{ours} show which pixels matter?", anchor=False)
    if run.settings.spec.routes:
        st.info(escaped(without_order(run.settings.spec)), icon=":material/info:")
        return
    st.markdown(_explanation(run.settings.spec))
    try:
        record = the_store().record(run.id)
    except RunNotFound:
        st.caption("This run is not recorded, so there is no checkpoint to test.")
        return
    problem = obstacle(record)
    if record.settings is None or not record.settings.validation:
        st.info(escaped(problem), icon=":material/info:")
        return
    dense = finished_baseline(the_store(), record.settings)
    task = the_examinations().find(run.id)
    if task and not task.ended:
        follow(the_examinations(), run.id, key="faithfulness_stop", doing="of the test is done")
    else:
        _offer(record, dense, problem)
        if task and task.phase == "failed":
            st.warning(escaped(task.reason), icon="⚠️")
    if record.settings.baseline() and dense is None:
        _baseline_offer(run, baseline)
    _findings(record, dense)


def _offer(record: Record, dense: Record | None, problem: str) -> None:
    st.button(
        "Run the test",
        icon=":material/fact_check:",
        disabled=bool(problem),
        help=problem or "Takes a few seconds.",
        on_click=partial(_start, record, dense),
        key="faithfulness_start",
    )
    if problem:
        st.caption(escaped(problem))


def _start(record: Record, dense: Record | None) -> None:
    the_examinations().start(
        record.id,
        examine,
        record.folder,
        dense.folder if dense else None,
        finish=partial(save, folder=record.folder),
    )


def _baseline_offer(run: Run, baseline: Run | None) -> None:
    """Explain how to add the gradient's curve to the comparison."""
    if baseline is not None:
        st.caption(
            "The dense baseline was not recorded, so its gradient cannot be computed."
            if baseline.phase == "finished"
            else "The dense baseline is training. When it has finished, run the test to compare "
            "with its gradient."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "To compare with the gradient of a dense network, train the dense baseline: the same "
            "settings with the method dense."
        )
        st.button(
            "Train the dense baseline",
            on_click=partial(train_baseline, run.settings),
            key="faithfulness_baseline",
        )


def _findings(record: Record, dense: Record | None) -> None:
    try:
        findings = read(record)
    except Unreadable as problem:
        st.warning(f"{escaped(str(problem))} Run the test again.", icon="⚠️")
        return
    if findings is None:
        return
    if stale := faithfulness_text.stale(findings, record, dense):
        st.warning(escaped(stale), icon="⚠️")
    blocks = row("faithfulness_curves", (1, 380), (1, 380), gap="medium")
    for block, done, name in zip(
        blocks, ("removed", "added"), ("deletion", "insertion"), strict=True
    ):
        with block:
            st.markdown(f"**{name.capitalize()}** :gray[{_HINTS[name]}]")
            figure = faithfulness(findings.removed, _curves(findings, name), done)
            alt = f"Accuracy on the validation images, pixels {done}: a line for each ranking"
            still_chart.show(figure, key=f"faithfulness_{name}", alt=alt)
    _table(findings)
    st.markdown("**Result**")
    verdict = faithfulness_text.verdict(findings)
    st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in verdict))
    st.markdown("**What the test does not say**")
    caveats = faithfulness_text.caveats(findings)
    st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in caveats))
    st.caption(escaped(faithfulness_text.circumstances(findings)))
    st.download_button(
        "Curves as CSV",
        findings.csv(),
        file_name=f"dgviz-{record.id}-faithfulness.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="faithfulness_csv",
    )


_HINTS = {
    "deletion": "the sooner accuracy falls, the better the ranking",
    "insertion": "the sooner accuracy rises, the better the ranking",
}


def _curves(findings: Findings, name: str) -> list[RankingCurve]:
    """The deletion or the insertion curve of every ranking."""
    styles = list(RANKINGS)
    return [
        RankingCurve(
            RANKINGS[curves.ranking],
            styles.index(curves.ranking),
            np.array(getattr(curves, name)),
            np.array(getattr(curves, f"{name}_spread")),
        )
        for curves in findings.curves
    ]


def _table(findings: Findings) -> None:
    columns = ["ranking", "which pixels come first", "deletion area ↓", "insertion area ↑"]
    table: Any = pd.DataFrame(faithfulness_text.rows(findings), columns=columns).set_index(
        "ranking"
    )
    st.markdown(f"**Areas under the curves** :gray[{faithfulness_text.reading(findings)}]")
    st.table(table, border="horizontal", alt="Areas under the curves")
