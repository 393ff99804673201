"""The run to hold another one against."""

from __future__ import annotations

from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.runs.store import Store
from dgviz.settings import Settings


def finished_baseline(store: Store, settings: Settings) -> Record | None:
    """The newest finished run of the baseline, with the same seed, data and optimiser.

    None where there is none, and for a run that is a baseline itself.
    """
    baseline = settings.baseline()
    return next(
        (
            record
            for record in store.records()
            if record.phase == "finished"
            and record.settings is not None
            and record.settings.spec.name == settings.spec.baseline
            and record.settings.normal() == baseline
            and (record.folder / CHECKPOINT).is_file()
        ),
        None,
    )
