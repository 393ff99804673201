"""How far a sweep is, and the buttons that train it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dgviz import environment
from dgviz.formatting import counted, duration
from dgviz.live.sweep_feed import the_watches
from dgviz.live.sweep_work import Busy, the_sweep_work
from dgviz.runs.files import remove_folder
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked
from dgviz.sweeps.at_work import commands
from dgviz.sweeps.cost import known_when, time_of
from dgviz.sweeps.folder import SweepError, SweepFolder, claimed
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.known_paces import Cost
from dgviz.sweeps.result import damaged_text
from dgviz.sweeps.teaching import last_epoch, teacher_epochs
from dgviz.sweeps.together import Begun
from dgviz.sweeps.watch import Counts, Watch
from dgviz.ui.notes import end_notes, has_notes, note, rerun_unasked
from dgviz.ui.row import row
from dgviz.ui.sweep import asking, measuring, state
from dgviz.ui.sweep.busy import trained_instead
from dgviz.ui.sweep.draft import can_halve
from dgviz.ui.words import escaped

_JOBS = "sweep_jobs_kept"
_PLACE = "progress"
_ROW = "sweep_progress"
_REFRESH_SECONDS = 2.0


def jobs() -> int:
    """Trials at once: as the reader chose, or one for each core, as in the shell."""
    return min(the_sweep_work().most_jobs, st.session_state.get(_JOBS) or environment.cores())


def keep_jobs() -> None:
    st.session_state[_JOBS] = st.session_state["sweep_jobs"]


def start(folder: Path, *, halving: bool) -> None:
    """Train what is not done of a sweep.

    Args:
        halving: whether trials that are behind others are stopped early. Otherwise those that were
            are trained to their end.
    """
    end_notes()
    try:
        the_sweep_work().start(folder, jobs(), halving=halving)
    except Busy as problem:
        note(str(problem))
    except OSError as problem:
        note(f"The training could not be started: {problem.strerror}.")


def left_of(counts: Counts, *, halving: bool) -> int:
    """The trials that a start would train; 0 until all trials have been read.

    Args:
        halving: as in `start`.
    """
    if counts.unread:
        return 0
    return counts.trials - counts.done + (0 if halving else counts.stopped)


def _going_on(counts: Counts, *, trains: bool, halving: bool) -> int:
    """Trials that were stopped early, and that this server trains to their end now."""
    return counts.stopped if trains and not halving else 0


def of_done(counts: Counts) -> str:
    """How many of the trials that are done ended in another way: " (1 diverged)"; "" for none."""
    ends = {"diverged": counts.diverged, "stopped early": counts.stopped}
    said = ", ".join(f"{number:,} {how}" for how, number in ends.items() if number)
    return f" ({said})" if said else ""


def _start_again(folder: Path, left: int, *, halving: bool) -> None:
    if asking.take_answer(left, _PLACE):
        start(folder, halving=halving)


def cancel(folder: Path) -> None:
    """Stop the training, and remove the trials that were begun and are not done.

    Those that another process trains are kept.
    """
    the_sweep_work().stop(folder)
    shown = the_watches().watch(folder).counts()
    sweep = SweepFolder(folder)
    try:
        names = sweep.begun().intersection(sweep.grid().ids())
        begun = [name for name in names if sweep.result(name) is None]
        removed = sum(_remove(sweep, name) for name in begun)
    except SweepError as problem:
        note(str(problem))
    except OSError as problem:
        note(f"The trials that are not done could not be removed: {problem.strerror}.")
    else:
        meanwhile = 0 if shown.unread else len(names) - len(begun) - shown.done
        note(_cancelled(removed, meanwhile, len(begun) - removed), is_success=True)


def _remove(sweep: SweepFolder, name: str) -> bool:
    """Remove a trial, unless another process trains it or has just written its result."""
    place = sweep.path / name
    # A person may have resumed it as a run, which claims nothing.
    with claimed(sweep.path, name) as is_ours:
        if is_ours and sweep.result(name) is None and not is_locked(place / LOCK):
            remove_folder(place)
    return not place.exists()


def _cancelled(removed: int, meanwhile: int, others: int) -> str:
    """What a cancellation has done.

    Args:
        removed: trials that are removed.
        meanwhile: trials that are done, and were not yet when the page showed it last.
        others: trials that are not done, and could not be removed.
    """
    said = [f"Cancelled: {_trials_are(removed, 'was', 'were')} removed."]
    if meanwhile > 0:
        said.append(f"{_trials_are(meanwhile, 'is', 'are')} kept that ended meanwhile.")
    if others:
        said.append(f"{_trials_are(others, 'is', 'are')} kept that another process uses.")
    return " ".join(said)


def _trials_are(number: int, singular: str, plural: str) -> str:
    verb = singular if number == 1 else plural
    return f"{counted(number, 'trial') if number else 'no trials'} {verb}"


def training(watches: Sequence[Watch]) -> None:
    """Show how far the sweeps are, kept up to date by itself, and the buttons of the first one."""
    for number, watch in enumerate(watches):
        show = st.fragment(_progress, run_every=_REFRESH_SECONDS)
        show(watch.path, watch.grid, is_second=number > 0, has_name=len(watches) > 1)


def _progress(folder: Path, shown: object, *, is_second: bool, has_name: bool) -> None:
    watch, work = the_watches().watch(folder), the_sweep_work()
    if has_notes():
        # The reader has pressed a button here: what was said before is over.
        st.rerun()
    try:
        watch.look()
    except SweepError:
        rerun_unasked()
    if watch.grid != shown:
        rerun_unasked()
    counts, trains = watch.counts(), work.trains(folder)
    assert watch.grid
    halving = work.halving if trains else _halves(folder, watch.grid, counts)
    is_trained_here = state.is_own(folder) and not is_second
    cost = _cost(watch, trains=trains, halving=halving)
    others = _others(watch, trains=trains)
    with st.container(border=True):
        name = f"{escaped(folder.name)}: " if has_name else ""
        text = _text(
            watch, cost, others, trains=trains, halving=halving, is_trained_here=is_trained_here
        )
        again = _going_on(counts, trains=trains, halving=halving)
        part = counts.done - again + sum(trial.part for trial in watch.reached())
        if is_trained_here:
            bar, buttons = row(_ROW, (1, 280), (0, 0), vertical_alignment="center")
            with buttons, st.container(horizontal=True):
                _buttons(folder, counts, others, trains=trains, halving=halving)
        else:
            bar = st.container()
        bar.progress(min(1.0, part / counts.trials), text=name + text)
        if is_trained_here and not (trains or others) and left_of(counts, halving=halving):
            measuring.offer(watch.grid, cost.unmeasured, jobs=jobs(), halving=halving, place=_PLACE)
        if is_trained_here and counts.stopped and not trains:
            st.checkbox(
                "Train trials that were stopped early to their end",
                value=_ends_all(folder),
                key=_to_end(folder),
                on_change=_keep_to_end,
                args=(folder,),
                help="They go on from their checkpoints, and no trial is stopped early.",
            )
        # Another command may have trained what this one has left.
        if work.path == folder and work.reason and left_of(counts, halving=halving):
            st.warning(escaped(work.reason), icon="⚠️")
        elif not state.is_own(folder):
            if left_of(counts, halving=halving):
                st.caption(
                    "There is no Start and no Cancel for a sweep in another folder, which the page "
                    "only reads. In a shell, `python -m dgviz sweep work DIR` trains it."
                )
        elif (
            is_trained_here
            and left_of(counts, halving=halving)
            and (other := trained_instead(folder))
        ):
            st.caption(
                f"This server is training the sweep {escaped(other.name)}: start this one after it."
            )


def _halves(folder: Path, grid: Grid, counts: Counts) -> bool:
    """Whether a start stops trials early.

    When some were stopped early, the reader chooses. Otherwise they are trained as the form says
    that has laid them out, or, while it is closed, as this server has trained them before.
    """
    if counts.stopped:
        return not _ends_all(folder)
    work = the_sweep_work()
    if work.path == folder and not (state.is_form_open() and state.is_laid_out()):
        return work.halving
    return state.is_laid_out() and state.draft().halving and can_halve(grid)


def _ends_all(folder: Path) -> bool:
    """Whether the reader wants to train the trials that were stopped early to their end."""
    return bool(st.session_state.get(f"{_to_end(folder)}_kept"))


def _keep_to_end(folder: Path) -> None:
    # Streamlit forgets a checkbox that is not shown, as during the training.
    st.session_state[f"{_to_end(folder)}_kept"] = st.session_state[_to_end(folder)]


def _to_end(folder: Path) -> str:
    return f"sweep_to_end_{folder.name}"


class _Others(NamedTuple):
    """The other processes that train a sweep.

    Attributes:
        number: how many they are.
        seconds: until all of them have ended, and this server's too; None if one does not tell.
    """

    number: int
    seconds: float | None


def _others(watch: Watch, *, trains: bool) -> _Others | None:
    """None if there are none, as far as the folder shows it."""
    found, own = commands(watch.path), the_sweep_work().owner
    number = sum(command.owner != own for command in found)
    if number:
        told = [command.seconds for command in found if command.seconds is not None]
        return _Others(number, max(told) if len(told) == len(found) else None)
    if not trains and watch.is_trained:
        # A person may train a trial as a run.
        return _Others(1, None)
    return None


def _others_text(others: _Others, *, trains: bool) -> str:
    train = (
        "Another process trains"
        if others.number == 1
        else f"{others.number:,} other processes train"
    )
    also = ", as this server does" if trains else ""
    time_left = "" if others.seconds is None else f", for about {duration(others.seconds)} more"
    return f"{train} this sweep{also}{time_left}."


def _buttons(
    folder: Path, counts: Counts, others: _Others | None, *, trains: bool, halving: bool
) -> None:
    work, left = the_sweep_work(), left_of(counts, halving=halving)
    if trains:
        st.button(
            "Pause",
            icon=":material/pause:",
            on_click=partial(work.stop, folder),
            key="sweep_pause",
            help="Stops what is being trained. Start goes on from its last checkpoint, at most ten "
            "seconds of training before.",
        )
    else:
        is_confirmed = asking.is_confirmed(left, _PLACE)
        st.button(
            "Train here too" if others else "Start",
            type="secondary" if others or state.form_acts() else "primary",
            icon=":material/play_arrow:",
            disabled=not left or not is_confirmed or bool(trained_instead(folder)),
            on_click=partial(_start_again, folder, left, halving=halving),
            key="sweep_start",
            help="Shares the trials that are not done with the process that trains them: each is "
            "trained once."
            if others
            else "Trains the trials that are not done. What is done is not repeated.",
        )
    _cancel_button(folder, counts, trains=trains)


def _cancel_button(folder: Path, counts: Counts, *, trains: bool) -> None:
    """Show Cancel, which asks once more if a trial was begun."""
    # Their keys name the sweep, so that no answer is about the one that is shown next.
    asks, key = f"sweep_cancel_box_{folder.name}", f"sweep_cancel_{folder.name}"
    icon = ":material/stop:"
    if not counts.begun:
        st.button(
            "Cancel", icon=icon, disabled=not trains, on_click=partial(cancel, folder), key=key
        )
        return
    with st.popover("Cancel", icon=icon, key=asks, on_change="rerun") as box:
        # Only then, because it looks at the files of all trials that are being trained.
        is_trained = box.open and not trains and SweepFolder(folder).is_trained
        st.markdown(
            "Another process trains this sweep, and goes on. What else was begun and is not done "
            "is removed. What is done is kept."
            if is_trained
            else "The training stops, and what was begun and is not done is removed: "
            f"{counted(counts.begun, 'trial')}. What is done is kept."
        )
        st.button("Yes, cancel", type="primary", on_click=partial(_answered, folder, asks), key=key)


def _answered(folder: Path, asks: str) -> None:
    st.session_state[asks] = False
    cancel(folder)


def _cost(watch: Watch, *, trains: bool, halving: bool) -> Cost:
    """What the trials cost that are left; less than 0 s if they take longer than was expected."""
    assert watch.grid
    work, left, reached = the_sweep_work(), watch.left(halving=halving), watch.reached()
    epochs = sum(trial.epochs for trial in reached)
    if not trains:
        return asking.cost_of(
            watch.grid, left, jobs(), halving=halving, own=watch.paces, reached=epochs
        )
    begun = work.begun or Begun(watch.grid, left)
    if not watch.counts().unread:
        work.begun = begun
    cost = asking.cost_of(
        watch.grid,
        left,
        work.jobs,
        halving=halving,
        own=watch.paces,
        begun=begun,
        reached=epochs,
    )
    if cost.estimate is None:
        return cost
    # The trials that are being trained are counted up to their last checkpoints, and as if they had
    # been written when the last one was, or when the last trial began or ended.
    since = max(
        SweepFolder(watch.path).last_claim(),
        last_epoch(watch.path),
        *(trial.at / 1e9 for trial in reached),
    )
    if since < work.began:
        # The processes that train are being started.
        return cost
    seconds = cost.estimate.seconds - max(0.0, time.time() - since)
    return cost._replace(estimate=cost.estimate._replace(seconds=seconds))


def _text(
    watch: Watch,
    cost: Cost,
    others: _Others | None,
    *,
    trains: bool,
    halving: bool,
    is_trained_here: bool,
) -> str:
    """How far the sweep is, in sentences.

    Args:
        is_trained_here: whether the page has a Start for it.
    """
    counts = watch.counts()
    if counts.unread:
        return f"Reading {counts.trials:,} trials."
    again = _going_on(counts, trains=trains, halving=halving)
    ended = replace(counts, done=counts.done - again, stopped=counts.stopped - again)
    text = (
        f"{ended.done:,} of {counted(counts.trials, 'trial')} "
        f"{'is' if 1 in (counts.trials, ended.done) else 'are'} done{of_done(ended)}"
        f"{f', {again:,} that were stopped early go on' if again else ''}"
        f"{f', {counts.begun:,} begun' if counts.begun else ''}."
    )
    if counts.damaged:
        text += f" {damaged_text(counts.damaged)}"
    left = left_of(counts, halving=halving)
    if not left:
        return text
    if others:
        # How long it takes here alone says nothing.
        text += f" {_others_text(others, trains=trains)}"
    assert watch.grid
    if epochs := teacher_epochs(watch.path):
        return (
            f"{text} A teacher is trained first, once for each seed: epoch {epochs[0]} of "
            f"{epochs[1]}."
        )
    if others:
        return text
    if cost.estimate is not None:
        about = "at most" if halving or cost.is_most else "about"
        if trains and cost.estimate.seconds <= 0:
            return f"{text} What is left takes longer than expected."
        if trains:
            return f"{text} {about.capitalize()} {duration(cost.estimate.seconds)} left."
        return f"{text} What is left takes {about} {time_of(cost.estimate)}."
    if trains:
        return f"{text} The time that is left is known when {known_when(watch.grid)} here."
    return f"{text} {asking.unknown(watch.grid)}" if is_trained_here else text
