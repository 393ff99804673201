"""The network in formats of other programs: each is written and checked when it is asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dgviz.compaction.exports.export import Export
from dgviz.compaction.exports.formats import FORMATS, Format
from dgviz.formatting import count
from dgviz.live.task import the_compactions
from dgviz.live.task_entry import export
from dgviz.runs.record import Record
from dgviz.ui.compact.making import Shown, wait_text
from dgviz.ui.compact.results import Result
from dgviz.ui.task_progress import follow, show_end
from dgviz.ui.words import escaped, unbroken


def downloads(record: Record, shown: Shown) -> None:
    """Offer the network in every format; nothing if it is not the same as before."""
    if not shown.result.made.check.passed:
        return
    st.header("Take it away", anchor=False)
    st.markdown(
        "Each file is opened by a program of its own before you get it, and its logits are "
        "compared with the network's on all test images. A model card lies beside it: data, "
        "recipe, accuracy, sizes, limits."
    )
    if shown.replaced_by:
        st.caption(wait_text(shown))
    for format in FORMATS.values():
        with st.container(border=True):
            _row(record, shown, format)


def _row(record: Record, shown: Shown, format: Format) -> None:
    result = shown.result
    name = f"{record.id} {result.made.recipe} {result.made.step} {format.name}"
    ready = result.exports.get(format.name)
    task = the_compactions().find(name)
    under_way = task is not None and not task.ended
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{format.title}** :gray[{escaped(format.use)}]", width="stretch")
        if ready:
            st.download_button(
                f"Download {format.title}",
                ready.content,
                file_name=format.zip_name(record.id, result.made.recipe),
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key=f"compact_download_{format.name}",
            )
        elif not under_way:
            st.button(
                f"Prepare {format.title}",
                icon=":material/package_2:",
                on_click=partial(_start, record, result, format, name),
                disabled=bool(format.obstacle or shown.replaced_by),
                key=f"compact_prepare_{format.name}",
            )
    if ready:
        st.caption(f"{count(len(ready.content))} bytes. {escaped(unbroken(ready.check))}")
    elif under_way:
        follow(
            the_compactions(),
            name,
            key=f"compact_export_stop_{format.name}",
            doing="of the export is done",
        )
    else:
        show_end(task, "The export")
        if format.obstacle:
            st.caption(escaped(format.obstacle))


def _start(record: Record, result: Result, format: Format, name: str) -> None:
    def finish(ready: Export) -> None:
        result.exports[format.name] = ready

    the_compactions().start(
        name,
        export,
        record.folder,
        result.made,
        format.name,
        finish=finish,
        title=f"the export of run {record.id} to {format.title}, {result.made.recipe.title}",
    )
