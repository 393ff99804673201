"""`python -m dgviz train`: trains one run, with a flag for every knob."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dgviz.cli import signals
from dgviz.cli.parser import PROGRAM, Failure
from dgviz.cli.progress import progress, teacher_progress, write_line
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.formatting import joined, ratio
from dgviz.knob import Knob
from dgviz.methods.catalogue import METHODS, SHARED
from dgviz.presets import PRESETS
from dgviz.settings import COMMON, KNOBS, Settings, readers_of
from dgviz.signals import interruption_text

if TYPE_CHECKING:
    from dgviz.runs.recording.session import TrainingSession
    from dgviz.runs.store import Store
    from dgviz.training.snapshot import Snapshot

SUMMARY = "Train one network, record it, and print how well it does and how small it became."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for knob in COMMON.values():
        _add_flag(parser, knob)
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="Resume a recorded run that was stopped or killed; it keeps its own settings. With "
        "--epochs, train a finished run further, as a new run, until it has this many epochs.",
    )
    add_runs_option(parser)
    parser.add_argument(
        "--json", action="store_true", help="Print the result as one line of JSON on stdout."
    )
    for spec in METHODS.values():
        group = parser.add_argument_group(f"only with --method {spec.name}")
        for knob in spec.knobs:
            _add_flag(group, knob)


def _add_flag(group: argparse._ActionsContainer, knob: Knob) -> None:
    parts = [f"{knob.label}: {knob.help}"]
    if knob.name == "method":
        parts += [f"{spec.name}: {spec.described}" for spec in METHODS.values()]
    parts.append(f"{knob.accepted.capitalize()}; {_default(knob)}.")
    if knob.name in SHARED:
        parts.append(f"Only with --method {joined(readers_of(knob.name), 'or')}.")
    group.add_argument(
        knob.flag,
        # No default: a missing flag takes the preset's value.
        default=argparse.SUPPRESS,
        dest=knob.name,
        metavar="NAME" if knob.choices else "N" if knob.kind is int else "X",
        help=" ".join(parts).replace("%", "%%"),
    )


def _default(knob: Knob) -> str:
    """The default as text, with the presets and methods that have another."""
    own: dict[str, list[str]] = {}
    for preset, facts in PRESETS.items():
        if facts.values.get(knob.name, knob.default) != knob.default:
            own.setdefault(str(facts.values[knob.name]), []).append(preset)
    parts = [f"default {knob.default}"]
    parts += [f"{value} in {joined(names)}" for value, names in own.items()]
    for method, spec in METHODS.items():
        if knob.name in spec.defaults:
            parts.append(f"{spec.defaults[knob.name]} with {method}")
    return ", ".join(parts)


def run(arguments: argparse.Namespace) -> None:
    """Train and record a run, and print the result.

    Raises:
        SettingsError: a setting is not accepted, or the device does not exist.
        DataError: the data set cannot be loaded.
        Failure: training diverged, the run cannot be resumed, or not all of it was recorded.
        Interrupted: a signal ended the run; the message has the last step and what is recorded.
    """
    settings = settings_of(arguments)

    # Imported only now, so that a mistyped flag fails before torch is loaded.
    with signals.leaving():
        from dgviz.cli.summary import as_text, summarise
        from dgviz.runs.recording.session import TrainingSession
        from dgviz.runs.store import new_run_id

    store = open_store(arguments.runs, may_be_new=not arguments.resume)
    if arguments.resume:
        session = _resumed(store, arguments.resume, _given(arguments).get("epochs"))
    else:
        session = TrainingSession.new(store, new_run_id(), settings, parent=None)
    resume_command = _resume_command(session, arguments.runs)
    last = _train(session, resume_command)
    result = summarise(session, last)
    if arguments.json:
        print(json.dumps(result, allow_nan=False))
    else:
        print(as_text(result, session, last))
    if session.warning:
        # Repeated: the first warning may have scrolled out of sight.
        raise Failure(
            session.outcome_text(resume_command) if session.recorder else session.warning, 1
        )


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Make the settings from the preset and the flags.

    Raises:
        SettingsError: a setting is not accepted.
        Failure: there are settings, besides the epochs, although a run is resumed.
    """
    given = _given(arguments)
    if arguments.resume and (kept := given.keys() - {"epochs"}):
        flags = ", ".join(KNOBS[name].flag for name in given if name in kept)
        raise Failure(f"A resumed run keeps its own settings: leave out {flags}.", 2)
    return Settings.from_preset(given.pop("preset", Settings.preset), **given)


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """The given flags that are settings."""
    return {name: value for name, value in vars(arguments).items() if name in KNOBS}


def _resume_command(session: TrainingSession, directory: str | None) -> str:
    """The command line that resumes the run."""
    run_id = session.recorder.run_id if session.recorder else ""
    where = f" --runs {shlex.quote(directory)}" if directory else ""
    return f"{PROGRAM} train --resume {run_id}{where}"


def _resumed(store: Store, wanted: str, epochs: str | None) -> TrainingSession:
    """Resume a run, or, if `epochs` are given, train a finished one further."""
    from dgviz.runs.contents import RunsError
    from dgviz.runs.extension import extend
    from dgviz.runs.recording.session import TrainingSession

    run_id = find(store, wanted).id
    try:
        if epochs is not None:
            finished, run_id = run_id, extend(store, run_id, KNOBS["epochs"].check(epochs))
            write_line(f"Run {run_id} goes on where run {finished} ended.")
        return TrainingSession.resumed(store, run_id)
    except RunsError as problem:
        raise Failure(str(problem), 1) from problem


def _train(session: TrainingSession, resume_command: str) -> Snapshot:
    """Train the run to its end; return its last snapshot.

    Args:
        resume_command: the command line that resumes the run.
    """
    from dgviz.data.catalogue import DataError
    from dgviz.training.checkpoint import CheckpointError
    from dgviz.training.knobs import Knobs
    from dgviz.training.loop import TrainingDiverged

    snapshot = None
    warn = _warner(session)
    try:
        warn()
        with teacher_progress() as show_teacher:
            snapshots = session.snapshots(Knobs(session.settings), show_teacher)
            snapshot = next(snapshots)
        with signals.noted() as request:
            with progress(snapshot) as show:
                while not snapshot.finished and request.number is None:
                    snapshot = next(snapshots)
                    show(snapshot)
                    warn()
            if request.number is None or snapshot.finished:
                session.end("finished", snapshot=snapshot)
                return snapshot
            interrupt = signals.Interrupted(request.number)
            session.end(*_end_of(interrupt), snapshot)
    except (DataError, CheckpointError) as problem:
        session.end("failed", str(problem))
        if isinstance(problem, DataError):
            raise
        raise Failure(str(problem), 1) from problem
    except TrainingDiverged as diverged:
        session.end("failed", str(diverged))
        raise Failure(str(diverged), 1) from diverged
    except signals.Interrupted as at_once:
        # In the middle of a step, where no checkpoint may be made.
        interrupt = at_once
        session.end(*_end_of(interrupt))
    finally:
        warn()
    reached = _reached_text(_end_of(interrupt)[0], snapshot)
    raise signals.Interrupted(interrupt.number, f"{reached} {session.outcome_text(resume_command)}")


def _warner(session: TrainingSession) -> Callable[[], None]:
    """A function that prints a new warning of the session once."""
    printed = ""

    def warn() -> None:
        nonlocal printed
        if session.warning != printed:
            printed = session.warning
            write_line(printed)

    return warn


def _end_of(interrupt: signals.Interrupted) -> tuple[str, str]:
    """The phase and the reason of a run that a signal has ended."""
    if interrupt.by_hand:
        return "stopped", ""
    return "interrupted", interruption_text(interrupt.number)


def _reached_text(phase: str, snapshot: Snapshot | None) -> str:
    """The last step of an interrupted run, with its figures."""
    if snapshot is None:
        return f"{phase.capitalize()} before the first step."
    return (
        f"{phase.capitalize()} after step {snapshot.step:,} (epoch {snapshot.epoch:.2f} of "
        f"{snapshot.epochs}), with r {ratio(snapshot.gates.measures.active_ratio)} and a newest "
        f"test accuracy of {snapshot.evaluation.test_accuracy:.2%}."
    )
