"""Train a finished run further: a new run goes on where it ended, and the finished one stays.

The new run has more epochs, and begins with a copy of the finished run's log, snapshots and
checkpoint. It is stored as a stopped run, so that any process can resume it.

Schedules, and some methods, follow the part of training that is done. Such a run is not the run
that more epochs from the start would have given: its first steps were those of a shorter run. Its
card says so. Otherwise the two are equal, on a CPU bit for bit.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

from dgviz.formatting import counted, plain
from dgviz.runs.card import Card
from dgviz.runs.contents import RunsError
from dgviz.runs.files import copy_file, sync_folder, write_json
from dgviz.runs.layout import CARD, CHECKPOINT, FACTS, METRICS, SETTINGS, SNAPSHOTS
from dgviz.runs.record import Record
from dgviz.runs.store import Store, new_run_id
from dgviz.runs.working_folders import incoming
from dgviz.settings import KNOBS, Settings, SettingsError

_ASIDE_FROM_CHECKPOINT = (METRICS, SNAPSHOTS, FACTS)


def extend(store: Store, run_id: str, epochs: int) -> str:
    """Make a run of more epochs from a finished one, and return its id.

    Args:
        epochs: of the new run, with those that have been trained.

    Raises:
        RunNotFound: there is no such run.
        RunsError: the run cannot be trained further to this number of epochs, or there is no room.
    """
    record = store.record(run_id)
    if refusal := obstacle(record):
        raise RunsError(refusal)
    assert record.settings is not None and record.card is not None
    settings = _longer(record.settings, epochs, run_id)
    if (usage := store.usage()).full:
        raise RunsError(usage.warning)
    extended_id = new_run_id()
    try:
        with incoming(store.root) as place:
            folder = place / extended_id
            folder.mkdir()
            copy_file(record.folder / CHECKPOINT, folder / CHECKPOINT)
            for name in _ASIDE_FROM_CHECKPOINT:
                # A damaged run may lack them; a resume does not need them.
                with contextlib.suppress(FileNotFoundError):
                    copy_file(record.folder / name, folder / name)
            write_json(folder / SETTINGS, settings.as_dict())
            write_json(folder / CARD, _card(record, record.card, extended_id, epochs).as_json())
            folder.rename(store.folder(extended_id))
            sync_folder(store.root)
    except OSError as problem:
        raise RunsError(
            f"Run {run_id} could not be copied to train it further: {problem.strerror}."
        ) from problem
    return extended_id


def obstacle(record: Record) -> str:
    """Why a run cannot be trained further, in a sentence; "" if it can."""
    if record.phase == "running":
        return f"Run {record.id} is being trained: only a finished run is trained further."
    if record.settings is None or record.card is None:
        return f"Run {record.id} cannot be trained further. {' '.join(record.broken.values())}"
    if record.phase != "finished":
        return (
            f"Run {record.id} has not finished its {counted(record.epochs, 'epoch')}: "
            "resume it first, without another number of epochs."
        )
    if record.settings.rounds > 1:
        return (
            f"Run {record.id} trained in {record.settings.rounds} rounds, which share its epochs, "
            "so it cannot be trained further."
        )
    if not (record.folder / CHECKPOINT).is_file():
        return f"Run {record.id} has no checkpoint, so it cannot be trained further."
    if record.epochs >= _most_epochs():
        return f"Run {record.id} has {record.epochs:,} epochs, and no run may have more."
    return ""


def extension_text(record: Record) -> str:
    """Where the run was trained further, and what follows for its figures; "" if it was not."""
    if not record.extended or record.settings is None:
        return ""
    lengths = [epochs for _, epochs in record.extended]
    ends = " and again after ".join(f"epoch {plain(epochs)}" for epochs in lengths)
    return f"Trained further after {ends}. {caveat(record.settings, lengths)}"


def caveat(settings: Settings, lengths: list[int]) -> str:
    """How a run that is trained further compares with an uninterrupted one, in sentences.

    Args:
        settings: those of the run that is trained further.
        lengths: its epochs before each extension.
    """
    if not settings.follows_progress:
        return (
            f"On a CPU, the result equals that of {counted(settings.epochs, 'epoch')} without "
            "interruption, bit for bit."
        )
    first, *later = [counted(epochs, "epoch") for epochs in lengths]
    planned = ", then for ".join([f"{first} at first", *later])
    return (
        "Its schedules depend on the planned number of epochs, and it was planned for "
        f"{planned}. A run that is planned for {counted(settings.epochs, 'epoch')} from the start "
        "therefore gives another result."
    )


def _longer(settings: Settings, epochs: int, run_id: str) -> Settings:
    """The settings with more epochs.

    Raises:
        RunsError: it is not more epochs, or too many.
    """
    if epochs <= settings.epochs:
        raise RunsError(
            f"Run {run_id} has been trained for {counted(settings.epochs, 'epoch')}: "
            f"to train it further, the number of epochs must be larger. It was {epochs}."
        )
    try:
        return settings.with_changes(epochs=epochs)
    except SettingsError as problem:
        raise RunsError(str(problem)) from problem


def _card(record: Record, card: Card, extended_id: str, epochs: int) -> Card:
    return replace(
        card,
        id=extended_id,
        parent=record.id,
        created=datetime.now(UTC),
        phase="stopped",
        reason="Its further training has not begun.",
        epochs=epochs,
        planned=(),
        extended=(*card.extended, (record.step, record.epochs)),
    )


def _most_epochs() -> float:
    most = KNOBS["epochs"].maximum
    assert most is not None
    return most
