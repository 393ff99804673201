"""Export a run to a zip, and import a run from any such zip.

Both follow one rule: valid parts of a run are kept, the others are left out and listed.
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
from dgviz.runs.files import ZIP_MODE, check_regular, sync_folder, write_json, write_whole
from dgviz.runs.inspection import parts
from dgviz.runs.layout import CARD, FILES, LARGEST_TEXT
from dgviz.runs.record import Record
from dgviz.runs.store import Store, new_run_id
from dgviz.runs.unpacking import Unpacked, check_sizes, unpack
from dgviz.runs.working_folders import incoming


class Imported(NamedTuple):
    """An imported run, and one sentence for each difference from the zip."""

    record: Record
    left_out: tuple[str, ...]


class Exported(NamedTuple):
    """A zip, and one sentence for each part of the run that was left out."""

    content: bytes
    left_out: tuple[str, ...]


def export_zip(record: Record) -> Exported:
    """Pack the valid parts of the run's files into a zip with one folder.

    Raises:
        RunsError: the run is too large for an import, or no part of it is valid.
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
            # Snapshots are compressed already, and a checkpoint cannot be compressed.
            entry = zipfile.ZipInfo.from_file(
                record.folder / part.name, f"{record.id}/{part.name}", strict_timestamps=False
            )
            entry.external_attr = ZIP_MODE
            packing = zipfile.ZIP_DEFLATED if part.name in LARGEST_TEXT else zipfile.ZIP_STORED
            archive.writestr(entry, part.content, compress_type=packing)
    _check_is_run(sizes)
    return Exported(target.getvalue(), tuple(left_out))


def obstacle(record: Record) -> str:
    """Why a run cannot be exported, in a sentence; "" if it can. Quick: reads few files."""
    try:
        check_sizes(_sizes(record.folder))
        if record.settings is None and record.card is None:
            # Without settings no large file is valid, so the export is quick.
            export_zip(record)
    except RunsError as problem:
        return str(problem)
    return ""


def import_zip(store: Store, data: bytes | BinaryIO) -> Imported:
    """Import the valid parts of a run, under its own id or, if that is taken, a new one.

    Raises:
        RunsError: the zip has no run, is too large, damaged or malicious, or there is no room. No
            file is left behind.
    """
    # Not only at the start: a server may run for weeks.
    store.remove_leftovers()
    if (usage := store.usage()).full:
        raise RunsError(usage.warning)
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        with incoming(store.root) as place:
            original, checked = place / "original", place / "checked"
            original.mkdir()
            checked.mkdir()
            unpacked = unpack(data, original)
            left_out = [unpacked.ignored_text] if unpacked.ignored else []
            record = Record(original)
            for part in parts(record):
                if part.content is not None:
                    write_whole(checked / part.name, part.content)
                left_out += part.problems
            _check_is_run(_sizes(checked))
            own_id = _original_id(unpacked, record.card)
            run_id = _move_into_place(store, checked, record.card, own_id)
            if run_id != own_id:
                left_out.append(
                    f"There is a run with its id, {own_id}, already, so this copy got the id "
                    f"{run_id}."
                )
            return Imported(store.record(run_id), tuple(left_out))
    except OSError as problem:
        raise RunsError(f"The run could not be stored: {problem.strerror}.") from problem


def _check_is_run(sizes: Iterable[tuple[str, int]]) -> None:
    """Check that some file, given as (name, bytes), has content.

    Raises:
        RunsError: all files are empty.
    """
    if not any(size for _, size in sizes):
        raise RunsError("None of the files of this run can be used.")


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """The run's files in a folder, as (name, bytes)."""
    sizes = []
    for name in FILES:
        with contextlib.suppress(OSError):
            # The target of a link is not used.
            check_regular(folder / name)
            sizes.append((name, (folder / name).lstat().st_size))
    return sizes


def _original_id(unpacked: Unpacked, card: Card | None) -> str:
    """The run's own id: the name of its folder in the zip, or the card's id if it was renamed."""
    if RUN_ID.fullmatch(unpacked.folder):
        return unpacked.folder
    return (card and card.id) or new_run_id()


def _move_into_place(store: Store, folder: Path, card: Card | None, run_id: str) -> str:
    """Move a checked folder to the runs, and return the id under which it is stored."""
    while True:
        target = store.folder(run_id)
        if card and card.id != run_id:
            card = replace(card, id=run_id)
            write_json(folder / CARD, card.as_json())
        try:
            # A rename does not replace a folder with files in it, which every run has.
            folder.rename(target)
        except OSError:
            if not os.path.lexists(target):
                raise
            run_id = new_run_id()
        else:
            sync_folder(store.root)
            return run_id
