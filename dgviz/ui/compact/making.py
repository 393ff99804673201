"""The compaction of the shown run: started, stopped, and shown once it is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.result import Compaction
from dgviz.compaction.tau_curve import TauCurve
from dgviz.formatting import plain
from dgviz.live.task import Task, the_compactions
from dgviz.live.task_entry import compact, compact_with_curve, measure_tau_curve
from dgviz.runs.record import Record
from dgviz.ui.compact import state
from dgviz.ui.compact.prune_harder import empty_axes
from dgviz.ui.compact.results import Result, the_results
from dgviz.ui.task_progress import follow, show_end


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
    elif record.ended and result and _is_newest(result.made.step, record):
        return Shown(result)
    elif task and task.phase == "failed":
        show_end(task, "The compaction")
        _button("Try again", record, recipe)
    elif not record.ended:
        _of_a_run_in_training(record, recipe, result)
    elif _is_stopped(task) or not state.view().chosen:
        show_end(task, "The compaction")
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


def steps_failed(record: Record) -> bool:
    """Whether it is the chosen steps by which the run cannot be compacted, as far as is known."""
    recipe = state.view().recipe
    task = the_compactions().find(_task_name(record, recipe))
    return recipe != AS_TRAINED and task is not None and task.phase == "failed"


def wait_text(shown: Shown) -> str:
    """Why nothing can be started for a network that is being replaced."""
    return f"Wait until the network is compacted that is shown next: {shown.replaced_by}."


def tau_curve(record: Record, step: int) -> TauCurve | None:
    """The curve of the checkpoint of the shown network; show the progress while it is measured.

    Of a run in training it is made together with the network, because the checkpoint is replaced
    seconds later.

    Args:
        step: of the shown network.

    Returns:
        None until it is there, and for a method without a threshold.
    """
    if not _has_threshold(record):
        return None
    if curve := the_results().curve(record.id, step):
        return curve
    if not record.ended or not _is_newest(step, record):
        st.caption("Accuracy against τ is measured when the newest checkpoint is compacted.")
        return None
    task = the_compactions().find(_curve_name(record))
    if task and task.phase == "failed":
        show_end(task, "The measurement of accuracy against τ")
        _curve_button("Try again", record)
    elif _is_stopped(task) or not state.view().chosen:
        show_end(task, "The measurement of accuracy against τ")
        _curve_button("Measure accuracy against τ", record)
    else:
        _start_curve(record)
        empty_axes(record.id)
        follow(
            the_compactions(),
            _curve_name(record),
            key="compact_curve_stop",
            doing="of accuracy against τ is measured",
        )
    return None


def _curve_button(label: str, record: Record) -> None:
    st.button(label, on_click=partial(_start_curve, record, asked=True), key="compact_curve_start")


def _start_curve(record: Record, *, asked: bool = False) -> None:
    """Measure the curve, unless it is being measured."""
    if asked:
        state.change(chosen=True)
    the_compactions().start(
        _curve_name(record),
        measure_tau_curve,
        record.folder,
        finish=partial(the_results().keep_curve, record.id),
        title=f"accuracy against τ of run {record.id}",
    )


def _of_a_run_in_training(record: Record, recipe: Recipe, result: Result | None) -> None:
    """Offer to compact the newest checkpoint of a run."""
    if not record.step:
        st.info("This run has no checkpoint yet. The first one is written within ten seconds.")
        return
    what = f" The network below is of epoch {plain(result.made.epoch, 3)}." if result else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        _button("Compact the newest checkpoint", record, recipe)
        st.markdown(f"This run is training. It writes a checkpoint every ten seconds.{what}")


def _button(label: str, record: Record, recipe: Recipe) -> None:
    st.button(
        label,
        type="primary",
        icon=":material/compress:",
        on_click=partial(_start, record, recipe, asked=True),
        key="compact_start",
        help="Takes a few seconds.",
    )


def _start(record: Record, recipe: Recipe, *, asked: bool = False) -> None:
    if asked:
        state.change(chosen=True)
    results = the_results()

    def keep_both(made: tuple[Compaction, TauCurve]) -> None:
        network, curve = made
        # The curve first: a page is drawn once the network is there.
        results.keep_curve(record.id, curve)
        results.keep(network)

    with_curve = not record.ended and _has_threshold(record)
    the_compactions().start(
        _task_name(record, recipe),
        compact_with_curve if with_curve else compact,
        record.folder,
        recipe,
        finish=keep_both if with_curve else results.keep,
        title=f"the compaction of run {record.id}, {recipe.title}",
    )


def _follow(record: Record, recipe: Recipe) -> None:
    follow(
        the_compactions(),
        _task_name(record, recipe),
        key="compact_stop",
        doing=f"of the compaction is done, {recipe.title}",
    )


def _next(record: Record, recipe: Recipe, shown: Result | None) -> str:
    """The network that is being compacted, by what differs from the one that is shown."""
    if shown and shown.made.recipe == recipe:
        return f"epoch {plain(record.epoch, 3)}" if record.ended else "the newest checkpoint"
    return recipe.title


def _is_newest(step: int, record: Record) -> bool:
    """Whether a network or a curve of this step is of the run's newest checkpoint.

    A checkpoint is written just before its step is in the card, which may be killed in between.
    """
    return step >= record.step


def _is_stopped(task: Task | None) -> bool:
    return task is not None and task.phase == "stopped"


def _has_threshold(record: Record) -> bool:
    return record.settings is not None and bool(record.settings.spec.preview)


def _task_name(record: Record, recipe: Recipe) -> str:
    return f"{record.id} {recipe}"


def _curve_name(record: Record) -> str:
    return f"{record.id} curve"
