"""Whether a run has more connections than were to be kept, once its gates no longer change."""

from __future__ import annotations

from dgviz.formatting import count, plain
from dgviz.runs.record import Record
from dgviz.settings import Settings


def missed_text(settings: Settings, active: float | None, epoch: float) -> str:
    """A sentence or two if more connections are left than were wanted; otherwise "".

    Args:
        settings: those at the end of the run.
        active: number of active connections; None if it is not known.
        epoch: how far the run is.
    """
    keep = settings[settings.spec.keep] if settings.spec.keep else 0
    frozen_from = settings.freeze_at * settings.epochs
    # As on the Live page: the last step of an epoch may lie a rounding error before it.
    if not keep or active is None or active <= keep or epoch < frozen_from - 1e-6:
        return ""
    text = f"{count(active)} connections are active, more than the {count(keep)} to keep."
    if settings.freeze_at >= 1:
        return f"{text} Train for more epochs, so that more gates close."
    return (
        f"{text} Gates had until epoch {plain(frozen_from)} of {settings.epochs} to close, and do "
        "not change any more. Train for more epochs, so that more of them close before that."
    )


def missed_by(record: Record) -> str:
    """The same of a recorded run, with the number as it was changed last."""
    settings = record.settings
    if settings is None or not settings.spec.keep:
        return ""
    last = record.courses[settings.spec.keep].values[-1]
    now = settings.with_changes(**{settings.spec.keep: last})
    return missed_text(now, record.figures.get("active_weights"), record.epoch)
