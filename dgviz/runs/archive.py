"""A run as one zip to hand on, and such a zip, whoever made it, as a run again."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from dgviz.runs import inspection
from dgviz.runs.contents import RunsError, read_object
from dgviz.runs.files import sync_folder, write_json, write_whole
from dgviz.runs.frames import KINDS, Frames
from dgviz.runs.record import (
    CARD,
    CHECKPOINT,
    FACTS,
    FILES,
    METRICS,
    SETTINGS,
    SNAPSHOTS,
    Record,
)
from dgviz.runs.store import Store, new_run_id
from dgviz.runs.unpacking import unpack
from dgviz.settings import Settings

_INCOMING = ".incoming-"
_ABANDONED_SECONDS = 3600.0  # An import takes a second or two.


def export_zip(record: Record) -> bytes:
    """The run's folder, without its lock, as a zip with one folder in it.

    Raises:
        RunsError: a file cannot be read.
    """
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in FILES:
            path = record.folder / name
            # Pictures are compressed already, and a checkpoint is as good as noise.
            is_text = path.suffix in (".json", ".jsonl")
            packing = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            try:
                content = path.read_bytes()
                entry = zipfile.ZipInfo.from_file(
                    path, f"{record.id}/{name}", strict_timestamps=False
                )
            except FileNotFoundError:
                continue
            except OSError as problem:
                raise RunsError(f"{name} cannot be read: {problem.strerror}.") from problem
            archive.writestr(entry, content, compress_type=packing)
    return target.getvalue()


def import_zip(store: Store, data: bytes | BinaryIO) -> Record:
    """Take in a run that `export_zip` has packed, under its own id or, if that is taken, a new one.

    Raises:
        RunsError: the zip is not a run's, is too large, damaged or made to harm; or there is no
            room. Nothing is left behind.
    """
    run_id, files = unpack(data)
    settings = inspection.checked_settings(files[SETTINGS])
    inspection.check_card(files[CARD])
    inspection.check_metrics(files.get(METRICS, b""))
    if FACTS in files:
        inspection.check_facts(files[FACTS], settings)
    if CHECKPOINT in files:
        inspection.check_checkpoint(files[CHECKPOINT], settings)
    if (usage := store.usage()).full:
        raise RunsError(usage.warning)
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        _sweep(store.root)
        with tempfile.TemporaryDirectory(dir=store.root, prefix=_INCOMING) as place:
            folder = Path(place) / run_id
            folder.mkdir()
            for name, content in files.items():
                write_whole(folder / name, content)
            _check_as_read(folder, settings)
            return store.record(_settle(store, folder))
    except OSError as problem:
        raise RunsError(f"The run could not be stored: {problem.strerror}.") from problem


def _sweep(root: Path) -> None:
    """Remove what imports have left that were killed on their way."""
    for left in root.glob(f"{_INCOMING}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _check_as_read(folder: Path, settings: Settings) -> None:
    """The rest is asked of the very readers that the run will be shown by."""
    snapshots = folder / SNAPSHOTS
    record = Record(folder)
    if record.phase == "interrupted" and snapshots.exists():
        _cut_torn_tail(snapshots)
    inspection.check_frames(snapshots, settings)
    if damage := record.damage():
        raise RunsError(damage[0])


def _cut_torn_tail(path: Path) -> None:
    """What a killed run had not written to its end; going on from it would cut it off as well."""
    frames = Frames(path)
    ends = [m.offset + m.length for kind in KINDS for m in frames.moments(kind)]
    if frames.damage:
        os.truncate(path, max(ends, default=0))


def _settle(store: Store, folder: Path) -> str:
    """Move a checked folder to its place; returns the id that it has there."""
    run_id = folder.name
    while True:
        target = store.folder(run_id)
        card = read_object(folder / CARD)
        if card.get("id") != run_id:
            write_json(folder / CARD, {**card, "id": run_id})
        try:
            # A rename never replaces a folder that holds something, and each run's does.
            folder.rename(target)
        except OSError:
            if not target.exists():
                raise
            run_id = new_run_id()
        else:
            sync_folder(store.root)
            return run_id
