"""Find the dense baseline of a run."""

from __future__ import annotations

from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.runs.store import Store
from dgviz.settings import Settings


def finished_baseline(store: Store, settings: Settings) -> Record | None:
    """The newest finished dense baseline with the same seed, data and optimiser.

    None if there is no such run, or if the settings are those of a baseline.
    """
    return next(
        (
            record
            for record in store.records()
            if record.phase == "finished"
            and record.settings is not None
            and record.settings.is_baseline_of(settings)
            and record.matches_settings
            and (record.folder / CHECKPOINT).is_file()
        ),
        None,
    )
