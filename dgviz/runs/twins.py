"""The dense run to hold a gated one against."""

from __future__ import annotations

from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record
from dgviz.runs.store import Store
from dgviz.settings import Settings


def finished_twin(store: Store, settings: Settings) -> Record | None:
    """The newest finished dense run with the same seed, data and optimiser."""
    twin = settings.dense_twin()
    return next(
        (
            record
            for record in store.records()
            if record.phase == "finished"
            and record.settings is not None
            and record.settings.method == "dense"
            and record.settings.dense_twin() == twin
            and (record.folder / CHECKPOINT).is_file()
        ),
        None,
    )
