"""`python -m dgviz train`: one run, with a flag for every knob of the table."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dgviz.cli import signals
from dgviz.cli.parser import PROGRAM, Failure
from dgviz.cli.progress import progress, say
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.formatting import ratio
from dgviz.settings import KNOBS, PRESETS, Settings
from dgviz.signals import interruption_text

if TYPE_CHECKING:
    from dgviz.runs.recording.session import TrainingSession
    from dgviz.runs.store import Store
    from dgviz.training.snapshot import Snapshot

SUMMARY = "Train one network, record it, and print how well it does and how small it became."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for knob in KNOBS.values():
        metavar = "NAME" if knob.choices else "N" if knob.kind is int else "X"
        words = f"{knob.label}: {knob.help} {knob.accepted.capitalize()}; {_default(knob.name)}."
        parser.add_argument(
            knob.flag,
            # Not given is not the same as the default: a preset lies between the two.
            default=argparse.SUPPRESS,
            dest=knob.name,
            metavar=metavar,
            help=words.replace("%", "%%"),
        )
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="Go on with a recorded run that was stopped or killed; it keeps its own settings.",
    )
    add_runs_option(parser)
    parser.add_argument(
        "--json", action="store_true", help="Print the result as one line of JSON on stdout."
    )


def _default(name: str) -> str:
    """The default in words, with the presets that have their own."""
    default = KNOBS[name].default
    own: dict[str, list[str]] = {}
    for preset, facts in PRESETS.items():
        if facts.values.get(name, default) != default:
            own.setdefault(str(facts.values[name]), []).append(preset)
    others = "".join(f", {value} in {' and '.join(names)}" for value, names in own.items())
    return f"default {default}{others}"


def run(arguments: argparse.Namespace) -> None:
    """Train as the arguments say, record it and print the result.

    Raises:
        SettingsError: a setting is not accepted, or the device is not there.
        DataError: the data set cannot be had.
        Failure: training diverged, the run cannot be resumed, or not all of it was recorded.
        Interrupted: a signal has ended it; the text says what was reached and what is kept.
    """
    settings = settings_of(arguments)
    unread = [name for name in _given(arguments) if KNOBS[name] not in settings.knobs()]
    if unread:
        flags = ", ".join(KNOBS[name].flag for name in unread)
        say(f"{settings.spec.title} does not use {flags}: ignored.")

    # Only now, so that a mistyped flag is answered at once and not after torch has been loaded.
    with signals.leaving():
        from dgviz.cli.summary import as_text, summarise
        from dgviz.runs.recording.session import TrainingSession
        from dgviz.runs.store import new_run_id

    store = open_store(arguments.runs, may_be_new=not arguments.resume)
    if arguments.resume:
        session = _resumed(store, arguments.resume)
    else:
        session = TrainingSession.new(store, new_run_id(), settings, parent=None)
    resuming = _resuming(session, arguments.runs)
    last = _train(session, resuming)
    result = summarise(session, last)
    if arguments.json:
        print(json.dumps(result, allow_nan=False))
    else:
        print(as_text(result))
    if session.warning:
        # Again: what was said meanwhile may have scrolled away.
        raise Failure(session.outcome(resuming) if session.recorder else session.warning, 1)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """What the flags say, on top of their preset.

    Raises:
        SettingsError: a setting is not accepted.
        Failure: there are any, and the run is a recorded one.
    """
    given = _given(arguments)
    if arguments.resume and given:
        flags = ", ".join(KNOBS[name].flag for name in given)
        raise Failure(f"A resumed run keeps its own settings: leave out {flags}.", 2)
    return Settings.from_preset(given.pop("preset", Settings.preset), **given)


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings among the flags."""
    return {name: value for name, value in vars(arguments).items() if name in KNOBS}


def _resuming(session: TrainingSession, directory: str | None) -> str:
    """The command that goes on with the run."""
    run_id = session.recorder.run_id if session.recorder else ""
    where = f" --runs {shlex.quote(directory)}" if directory else ""
    return f"{PROGRAM} train --resume {run_id}{where}"


def _resumed(store: Store, wanted: str) -> TrainingSession:
    from dgviz.runs.contents import RunsError
    from dgviz.runs.recording.session import TrainingSession

    try:
        return TrainingSession.resumed(store, find(store, wanted).id)
    except RunsError as problem:
        raise Failure(str(problem), 1) from problem


def _train(session: TrainingSession, resuming: str) -> Snapshot:
    """The run's last snapshot.

    Args:
        resuming: the command that goes on with the run.
    """
    from dgviz.data.catalogue import DataError
    from dgviz.training.checkpoint import CheckpointError
    from dgviz.training.knobs import Knobs
    from dgviz.training.loop import TrainingDiverged

    snapshot = None
    warn = _warner(session)
    try:
        warn()
        snapshots = session.snapshots(Knobs(session.settings))
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
            session.end(*_how(interrupt), snapshot)
    except (DataError, CheckpointError) as problem:
        session.end("failed", str(problem))
        if isinstance(problem, DataError):
            raise
        raise Failure(str(problem), 1) from problem
    except TrainingDiverged as diverged:
        session.end("failed", str(diverged))
        raise Failure(str(diverged), 1) from diverged
    except signals.Interrupted as at_once:
        # In the middle of a step, which no checkpoint may be made of.
        interrupt = at_once
        session.end(*_how(interrupt))
    finally:
        warn()
    told = f"{_reached(_how(interrupt)[0], snapshot)} {session.outcome(resuming)}"
    raise signals.Interrupted(interrupt.number, told)


def _warner(session: TrainingSession) -> Callable[[], None]:
    """Says why the run is not recorded (any more), as soon as it is so, and once."""
    said = ""

    def warn() -> None:
        nonlocal said
        if session.warning != said:
            said = session.warning
            say(said)

    return warn


def _how(interrupt: signals.Interrupted) -> tuple[str, str]:
    """The phase of a run that a signal has ended, and why it is in it."""
    if interrupt.by_hand:
        return "stopped", ""
    return "interrupted", interruption_text(interrupt.number)


def _reached(phase: str, snapshot: Snapshot | None) -> str:
    """How far it came, with the word for its end that a list of runs has."""
    if snapshot is None:
        return f"{phase.capitalize()} before the first step."
    return (
        f"{phase.capitalize()} after step {snapshot.step:,} (epoch {snapshot.epoch:.2f} of "
        f"{snapshot.epochs}), with r {ratio(snapshot.gates.measures.active_ratio)} and a newest "
        f"test accuracy of {snapshot.evaluation.test_accuracy:.2%}."
    )
