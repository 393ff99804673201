"""The details of one run: its name, its status, its actions, its replay and its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.runs.archive import export_zip, obstacle
from dgviz.runs.contents import RunsError
from dgviz.runs.record import Record
from dgviz.runs.report import report_html
from dgviz.runs.search import status_of
from dgviz.runs.store import RunNotFound
from dgviz.runs.tables import metrics_csv, metrics_parquet
from dgviz.ui import components
from dgviz.ui.baseline import train_baseline
from dgviz.ui.further import further_panel
from dgviz.ui.links import open_links
from dgviz.ui.measured_speed import measured_speed
from dgviz.ui.runs import actions, state
from dgviz.ui.runs.card import card
from dgviz.ui.runs.labels import label_boxes
from dgviz.ui.runs.restart import restart_panel
from dgviz.ui.words import escaped

_COLOURS = {
    "running": "blue",
    "finished": "green",
    "stopped": "gray",
    "interrupted": "orange",
    "failed": "red",
    "broken": "red",
}


def detail(record: Record, records: Sequence[Record]) -> None:
    """Show one run; `records` are all runs."""
    heading(record)
    with st.container(horizontal=True, vertical_alignment="center"):
        _actions(record)
    label_boxes(record, records)
    _problems(record)
    if record.settings:
        if run := found_run(record.id):
            replay(run)
        further_panel(record, actions.train_further)
        with st.expander("Train again with one setting changed (same seed)"):
            restart_panel(record, record.settings)
    with st.expander("About this run", expanded=True):
        card(record, records)


def heading(record: Record) -> None:
    st.header(escaped(record.title), anchor=False)
    status_line(record)


def status_line(record: Record) -> None:
    status = status_of(record)
    reason = f" {escaped(record.reason)}" if record.reason else ""
    st.markdown(f":{_COLOURS[status]}-badge[{status}]{reason} :gray[`{record.id}`]")


def found_run(run_id: str) -> Run | None:
    """Return the run for the cards; if it cannot be read, show why and return None."""
    try:
        return the_hub().find(run_id)
    except (UnknownRun, RunNotFound, RunsError) as problem:
        st.warning(escaped(str(problem)), icon="⚠️")
        return None


def replay(run: Run) -> None:
    """Show all cards of a run, which follow its player once it has ended."""
    baseline = the_hub().baseline_of(run.settings)
    components.whole_run(
        run,
        baseline,
        settings=run.present_settings,
        at=state.view().at,
        speed=measured_speed(run),
        on_seek=state.set_step,
        on_train_baseline=train_baseline,
    )


def _actions(record: Record) -> None:
    open_links(record.id, "Live", "Pixels", "Compact")
    if record.resumable:
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            help=record.onward,
            on_click=partial(actions.resume, record.id),
        )
    with st.popover("Download", icon=":material/download:"):
        refusal = obstacle(record)
        for label, name, mime, make in _DOWNLOADS:
            st.download_button(
                label,
                partial(make, record),
                file_name=f"dgviz-{record.id}{name}",
                mime=mime,
                on_click="ignore",
                disabled=make is _zip and bool(refusal),
                width="stretch",
            )
        _zip_remarks(refusal, _damage(record))
    st.button(
        "Delete",
        icon=":material/delete:",
        help="You can undo this for a day.",
        on_click=partial(actions.delete, record.id),
    )


def _zip_remarks(refusal: str, damage: Sequence[str]) -> None:
    """Explain why there is no zip, or which files it leaves out."""
    if refusal:
        st.markdown(f":small[{escaped(refusal)}]")
    elif damage:
        left_out = "".join(f"\n- :small[{escaped(sentence)}]" for sentence in damage)
        st.markdown(f":small[Left out of the zip:]\n{left_out}")


def _problems(record: Record) -> None:
    if damage := _damage(record):
        st.warning("\n".join(f"- {escaped(sentence)}" for sentence in damage), icon="⚠️")


@lru_cache(maxsize=64)
def _damage(record: Record) -> tuple[str, ...]:
    """The damage in a run's files. This reads all of them, so only once the run has ended."""
    return record.damage() if record.ended else record.problems


def _zip(record: Record) -> bytes:
    return export_zip(record).content


def _report(record: Record) -> bytes:
    return report_html(record).encode()


_DOWNLOADS: tuple[tuple[str, str, str, Callable[[Record], bytes]], ...] = (
    ("The whole run (zip)", ".zip", "application/zip", _zip),
    ("Metrics (CSV)", ".csv", "text/csv", metrics_csv),
    ("Metrics (Parquet)", ".parquet", "application/vnd.apache.parquet", metrics_parquet),
    ("Report (HTML)", ".html", "text/html", _report),
)
