"""The compaction of the shown run: started, stopped, and shown once it is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from dgviz.compaction.recipe import Recipe
from dgviz.compaction.tau_curve import TauCurve
from dgviz.formatting import plain
from dgviz.live.task import the_compactions
from dgviz.live.task_entry import compact, measure_tau_curve
from dgviz.runs.record import Record
from dgviz.ui.compact import state
from dgviz.ui.compact.prune_harder import empty_axes
from dgviz.ui.compact.results import Result, the_results
from dgviz.ui.task_progress import follow
from dgviz.ui.words import escaped


@dataclass(frozen=True)
class Shown:
    """The network that the page shows.

    Attributes:
        result: all about it.
        replaced_by: the network that is being compacted and is shown next, as "τ 0.53"; "" if none
            is. Nothing may be started for a network that is about to disappear.
    """

    result: Result
    replaced_by: str = ""


def compacted(record: Record) -> Shown | None:
    """Show how far the compaction by the chosen recipe is, and return the network to show.

    An ended run is compacted at once. That of a run in training would be out of date after some
    seconds, so the reader asks for each one.

    Returns:
        The newest network of the run until the wanted one is there; None without any.
    """
    recipe = state.view().recipe
    name = _task_name(record, recipe)
    result = the_results().find(record.id, recipe)
    task = the_compactions().find(name)
    shown = result or the_results().newest(record.id)
    replaced_by = ""
    if task and not task.ended:
        replaced_by = _next(record, recipe, shown)
        _follow(record, recipe)
    elif result and result.step == record.step:
        return Shown(result)
    elif task and task.phase == "failed":
        st.warning(escaped(task.reason), icon="⚠️")
        _button("Try again", record, recipe)
    elif not record.ended:
        _of_a_run_in_training(record, recipe, result)
    elif not state.starts_itself(name):
        _button("Compact the network", record, recipe)
    else:
        _start(record, recipe)
        replaced_by = _next(record, recipe, shown)
        _follow(record, recipe)
    if shown and shown.made.recipe != recipe and not replaced_by:
        st.caption(
            f"The network below is another one: {shown.made.recipe.title}. "
            f"The chosen one is {recipe.title}."
        )
    return Shown(shown, replaced_by) if shown else None


def wait_text(shown: Shown) -> str:
    """Why nothing can be started for a network that is being replaced."""
    return f"Wait until the network is compacted that is shown next: {shown.replaced_by}."


def tau_curve(record: Record, step: int) -> TauCurve | None:
    """The curve of a run at the step of its result; show the progress while it is measured.

    Returns:
        None until it is there, and for a method without a threshold.
    """
    if record.settings is None or not record.settings.spec.preview:
        return None
    name = f"{record.id} curve"
    if curve := the_results().curve(record.id, step):
        return curve
    task = the_compactions().find(name)
    if task and task.phase == "failed":
        st.warning(escaped(task.reason), icon="⚠️")
    elif not state.starts_itself(name):
        st.button(
            "Measure accuracy against τ",
            on_click=state.let_start,
            args=(name,),
            key="compact_curve_start",
        )
    elif step == record.step:
        the_compactions().start(
            name,
            measure_tau_curve,
            record.folder,
            finish=partial(the_results().keep_curve, record.id, step),
            title=f"accuracy against τ of run {record.id}",
        )
        empty_axes(record.id)
        follow(
            the_compactions(),
            name,
            key="compact_curve_stop",
            doing="of accuracy against τ is measured",
            on_stop=partial(state.stop, name),
        )
    return None


def _of_a_run_in_training(record: Record, recipe: Recipe, result: Result | None) -> None:
    """Offer to compact the newest checkpoint of a run."""
    if not record.step:
        st.info("This run has no checkpoint yet. The first one is written within ten seconds.")
        return
    epoch = f"epoch {plain(record.epoch, 3)}"
    what = f"The result below is of epoch {plain(result.made.epoch, 3)}. " if result else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        _button(f"Compact the checkpoint of {epoch}", record, recipe)
        st.markdown(f"This run is training. {what}It writes a checkpoint every ten seconds.")


def _button(label: str, record: Record, recipe: Recipe) -> None:
    st.button(
        label,
        type="primary",
        icon=":material/compress:",
        on_click=partial(_start, record, recipe),
        key="compact_start",
        help="Takes a few seconds.",
    )


def _start(record: Record, recipe: Recipe) -> None:
    name = _task_name(record, recipe)
    state.let_start(name)
    the_compactions().start(
        name,
        compact,
        record.folder,
        recipe,
        finish=partial(the_results().keep, record.step),
        title=f"the compaction of run {record.id}, {recipe.title}",
    )


def _follow(record: Record, recipe: Recipe) -> None:
    follow(
        the_compactions(),
        _task_name(record, recipe),
        key="compact_stop",
        doing=f"of the compaction is done, {recipe.title}",
        on_stop=partial(state.stop, _task_name(record, recipe)),
    )


def _next(record: Record, recipe: Recipe, shown: Result | None) -> str:
    """The network that is being compacted, by what differs from the one that is shown."""
    if shown and shown.made.recipe == recipe:
        return f"epoch {plain(record.epoch, 3)}"
    return recipe.title


def _task_name(record: Record, recipe: Recipe) -> str:
    return f"{record.id} {recipe}"
