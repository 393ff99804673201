"""Whether a run has more connections than were to be kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic_run import RUN_ID, SETTINGS, write_run

from dgviz.runs.missed import missed_by, missed_text
from dgviz.runs.record import Record
from dgviz.settings import Settings

SHORT = Settings.from_preset("compact-10k", epochs=3)


@pytest.mark.parametrize(
    ("settings", "active", "epoch", "is_missed"),
    [
        (SHORT, 92_971, 3, True),
        # The last step of an epoch may lie a rounding error before it.
        (SHORT, 92_971, 1.5 - 1e-9, True),
        (SHORT, 92_971, 1.4, False),
        (SHORT, 10_000, 3, False),
        (SHORT, None, 3, False),
        (SETTINGS, 92_971, 2, False),
        (SETTINGS.with_changes(method="dense"), 92_971, 2, False),
    ],
)
def test_it_is_missed_once_gates_no_longer_change(
    settings: Settings, active: float | None, epoch: float, is_missed: bool
) -> None:
    text = missed_text(settings, active, epoch)
    assert bool(text) is is_missed
    if is_missed:
        assert text.startswith("92,971 connections are active, more than the 10,000 to keep.")
        assert "until epoch 1.5 of 3" in text


def test_without_a_freeze_it_is_missed_at_the_end() -> None:
    never = SHORT.with_changes(freeze_at=1)
    assert missed_text(never, 92_971, 2.9) == ""
    assert missed_text(never, 92_971, 3).endswith(
        "Train for more epochs, so that more gates close."
    )


def test_the_number_counts_that_was_chosen_last(tmp_path: Path) -> None:
    settings = SETTINGS.with_changes(**{"dynamicgate.keep": 1000})
    place = {"kind": "knob", "step": 10, "epoch": 1.0, "knob": "dynamicgate.keep"}
    moved = [{**place, "from": 1000, "to": 100_000}]
    for at, log in enumerate(([], moved)):
        folder = write_run(
            tmp_path / str(at),
            RUN_ID,
            settings,
            card={"figures": {"active_weights": 5000}},
            log=log,
        )
        assert bool(missed_by(Record(folder))) is (not log)
