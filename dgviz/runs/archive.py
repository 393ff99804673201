"""A run as one zip to hand on, and such a zip, whoever made it, as a run again.

One rule holds at both ends: what is sound of a run is taken, and the rest is left out and named.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dgviz.runs.card import Card
from dgviz.runs.contents import RUN_ID, RunsError
from dgviz.runs.files import check_regular, sync_folder, write_json, write_whole
from dgviz.runs.inspection import parts
from dgviz.runs.layout import CARD, FILES, LARGEST_TEXT
from dgviz.runs.record import Record
from dgviz.runs.store import Store, new_run_id
from dgviz.runs.unpacking import Unpacked, check_sizes, unpack
from dgviz.runs.working_folders import incoming


class Imported(NamedTuple):
    """A run that has been taken in, and a sentence for each thing that is not as in the zip."""

    record: Record
    left_out: tuple[str, ...]


class Exported(NamedTuple):
    """A zip, and a sentence for each thing that was left out of it."""

    content: bytes
    left_out: tuple[str, ...]


def export_zip(record: Record) -> Exported:
    """What is sound of the run's files as a zip with one folder in it.

    Raises:
        RunsError: it is too large for an import, or nothing of it can be used.
    """
    target = BytesIO()
    sizes: list[tuple[str, int]] = []
    left_out: list[str] = []
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts(record):
            left_out += part.problems
            if part.content is None:
                continue
            sizes.append((part.name, len(part.content)))
            check_sizes(sizes)
            # Snapshots are compressed already, and a checkpoint is as good as noise.
            entry = zipfile.ZipInfo.from_file(
                record.folder / part.name, f"{record.id}/{part.name}", strict_timestamps=False
            )
            packing = zipfile.ZIP_DEFLATED if part.name in LARGEST_TEXT else zipfile.ZIP_STORED
            archive.writestr(entry, part.content, compress_type=packing)
    _check_is_run(sizes)
    return Exported(target.getvalue(), tuple(left_out))


def obstacle(record: Record) -> str:
    """Why no zip can be made of a run, as a sentence; "" if it can. Quick: few files are read."""
    try:
        check_sizes(_sizes(record.folder))
        if record.settings is None and record.card is None:
            # Without settings nothing large is sound.
            export_zip(record)
    except RunsError as problem:
        return str(problem)
    return ""


def import_zip(store: Store, data: bytes | BinaryIO) -> Imported:
    """Take in what is sound of a run, under its own id or, if that is taken, a new one.

    Raises:
        RunsError: the zip holds no run, is too large, damaged or made to harm; or there is no
            room. Nothing is left behind.
    """
    # A server may run for weeks.
    store.sweep()
    if (usage := store.usage()).full:
        raise RunsError(usage.warning)
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        with incoming(store.root) as place:
            given, taken = place / "given", place / "taken"
            given.mkdir()
            taken.mkdir()
            unpacked = unpack(data, given)
            left_out = [unpacked.words] if unpacked.ignored else []
            record = Record(given)
            for part in parts(record):
                if part.content is not None:
                    write_whole(taken / part.name, part.content)
                left_out += part.problems
            _check_is_run(_sizes(taken))
            own_id = _id_of(unpacked, record.card)
            run_id = _settle(store, taken, record.card, own_id)
            if run_id != own_id:
                left_out.append(
                    f"There is a run with its id, {own_id}, already, so this copy got the id "
                    f"{run_id}."
                )
            return Imported(store.record(run_id), tuple(left_out))
    except OSError as problem:
        raise RunsError(f"The run could not be stored: {problem.strerror}.") from problem


def _check_is_run(sizes: Iterable[tuple[str, int]]) -> None:
    """Whether there is anything in what is left, by name and bytes.

    Raises:
        RunsError: there is not.
    """
    if not any(size for _, size in sizes):
        raise RunsError("None of its files can be used, so there is no run to take.")


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """The run's files in a folder, by name and bytes."""
    sizes = []
    for name in FILES:
        with contextlib.suppress(OSError):
            # Of what a link leads to nothing is taken.
            check_regular(folder / name)
            sizes.append((name, (folder / name).lstat().st_size))
    return sizes


def _id_of(unpacked: Unpacked, card: Card | None) -> str:
    """The run's own id: of its folder in the zip, unless that was renamed, or of its card."""
    if RUN_ID.fullmatch(unpacked.folder):
        return unpacked.folder
    return (card and card.id) or new_run_id()


def _settle(store: Store, folder: Path, card: Card | None, run_id: str) -> str:
    """Move a checked folder to its place; returns the id that it has there."""
    while True:
        target = store.folder(run_id)
        if card and card.id != run_id:
            card = replace(card, id=run_id)
            write_json(folder / CARD, card.as_json())
        try:
            # A rename never replaces a folder that holds something, and each run's does.
            folder.rename(target)
        except OSError:
            if not os.path.lexists(target):
                raise
            run_id = new_run_id()
        else:
            sync_folder(store.root)
            return run_id
