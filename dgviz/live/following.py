"""Follow a run that another process trains, by what that process writes into the run's folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from dgviz.runs.files import read_file
from dgviz.runs.layout import FACTS, LARGEST_FACTS, METRICS, SNAPSHOTS
from dgviz.runs.log import LogTail
from dgviz.runs.snapshot_blob import last_blob
from dgviz.runs.snapshots import KINDS, Snapshots


class News(NamedTuple):
    """What has been recorded since the last look.

    Attributes:
        entries: of the log.
        blobs: the newest blob of each channel that has a new one.
    """

    entries: list[dict[str, Any]]
    blobs: dict[str, bytes]


class Follower:
    """Reads the parts of a run's folder that are new, for one thread at a time.

    A file is read only if it has changed, and of the log only what has been appended.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tail = LogTail(folder / METRICS)
        self._signatures: dict[str, object] = {}
        self._steps = dict.fromkeys(KINDS, -1)

    def news(self) -> News | None:
        """What is new; the first call reads everything.

        Returns:
            None if the log has been replaced, as at a resume: then the run has to be read anew.
        """
        entries = self._tail.new_entries()
        if entries is None:
            return None
        return News(entries, {**self._facts(), **self._snapshots()})

    def _facts(self) -> dict[str, bytes]:
        if self._has_changed(FACTS):
            try:
                return {"facts": read_file(self._folder / FACTS, LARGEST_FACTS)}
            except OSError:
                pass
        return {}

    def _snapshots(self) -> dict[str, bytes]:
        blobs: dict[str, bytes] = {}
        if not self._has_changed(SNAPSHOTS):
            return blobs
        snapshots = Snapshots(self._folder / SNAPSHOTS)
        for kind in KINDS:
            recorded = snapshots.of(kind)
            if not recorded or recorded[-1].step <= self._steps[kind]:
                continue
            if blob := last_blob(snapshots, kind):
                self._steps[kind] = recorded[-1].step
                blobs[kind] = blob
        if "gates" in blobs:
            # They are recorded with the scores only.
            blobs["masks"] = blobs["gates"]
        return blobs

    def _has_changed(self, name: str) -> bool:
        try:
            of = os.lstat(self._folder / name)
        except OSError:
            return False
        signature = of.st_mtime_ns, of.st_size, of.st_ino
        changed = self._signatures.get(name) != signature
        self._signatures[name] = signature
        return changed
