"""What a worker does for a sweep, on this machine or in a cluster, and what it returns.

It needs no torch until it trains, so that the command need not import it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from dgviz.data.catalogue import DataError
from dgviz.runs.contents import RUN_ID, RunsError
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked
from dgviz.runs.working_folders import incoming
from dgviz.settings import Settings, SettingsError
from dgviz.sweeps.folder import SweepError, TrialStore, claimed
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.halving import HalvingError
from dgviz.sweeps.result import read


class Report(NamedTuple):
    """What became of a trial.

    Attributes:
        outcome: "done", "failed" or "elsewhere": another process trains it, and nothing else is
            left to train. Then another report follows: when it is done, or "again" when it is tried
            once more, because that process has ended.
        message: the reason of a failure, or something else to know; "" otherwise.
        is_own: whether it was not another process that has trained it.
    """

    trial: str
    outcome: str
    message: str = ""
    is_own: bool = True


_SENTENCES = (DataError, HalvingError, RunsError, SettingsError, SweepError)
"""Errors of a trial whose messages are sentences."""

Task = tuple[str, list[dict[str, Any]], bool, bool]
"""The folder of the sweep, the settings of the trials of a group, `everything` and `halving`."""
Returned = list[tuple[Report, bytes | None]]
Work = Callable[[str, list[dict[str, Any]], bool, bool], Returned]


def train_here(
    folder: str, values: list[dict[str, Any]], everything: bool, halving: bool
) -> Returned:
    """Train a group of trials in the folder of the sweep. Runs in a worker."""
    from dgviz.sweeps.batch import train_together
    from dgviz.sweeps.trial import train_trial

    place, trials = Path(folder), [Settings.from_dict(one) for one in values]
    note = ""
    if len(trials) > 1:
        try:
            train_together(place, trials)
        except Exception as problem:
            reason = _reason(problem, folder)
            note = f"Trials were trained alone, because together they failed: {reason}"
    reports = []
    for settings in trials:
        name = trial_id(settings)
        try:
            # One that was trained together with others is done.
            outcome = train_trial(place, settings, everything=everything, halving=halving)
            reports.append(Report(name, outcome, note))
        except Exception as problem:
            # A fault of one trial must not end all the others.
            reports.append(Report(name, "failed", _reason(problem, folder)))
        note = ""
    return [(report, None) for report in reports]


def _reason(problem: Exception, folder: str) -> str:
    """Why a training has failed, as a sentence if it is known."""
    if isinstance(problem, _SENTENCES):
        return str(problem)
    if isinstance(problem, OSError):
        return f"{problem.filename or folder}: {problem.strerror or problem}."
    return f"{type(problem).__name__}: {problem}"


def train_away(
    folder: str, values: list[dict[str, Any]], everything: bool, halving: bool
) -> Returned:
    """Train trials in a folder of this machine, and return their files. Runs in a worker."""
    with tempfile.TemporaryDirectory(prefix="dgviz-trial-") as place:
        reports = [report for report, _ in train_here(place, values, everything, halving)]
        return [
            (report, packed(Path(place, report.trial)) if report.outcome == "done" else None)
            for report in reports
        ]


def packed(trial: Path) -> bytes:
    """The files in the folder of a trial, as a zip."""
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for file in sorted(trial.iterdir()):
            archive.write(file, f"{trial.name}/{file.name}")
    return content.getvalue()


def keep(folder: Path, report: Report, files: bytes) -> Report:
    """Write the files that a worker has returned, whole or not at all; what became of the trial."""
    trial = report.trial
    assert RUN_ID.fullmatch(trial)
    store = TrialStore(folder)
    try:
        with claimed(folder, trial) as is_ours:
            # A person may have resumed it as a run, which claims nothing.
            if not is_ours or is_locked(folder / trial / LOCK):
                return Report(trial, "elsewhere")
            # Another process may have trained the same trial meanwhile. The returned one was not
            # stopped early, for which the workers must see the folder.
            before = read(folder / trial)
            if before is None or before.stopped:
                with incoming(folder) as place:
                    with ZipFile(io.BytesIO(files)) as archive:
                        archive.extractall(place)
                    if store.folder(trial).exists():
                        store.delete(trial)
                    (place / trial).rename(folder / trial)
        return report
    except (OSError, RunsError, SweepError) as problem:
        return Report(trial, "failed", f"It could not be written: {problem}")
