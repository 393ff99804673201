"""The longest runs that can be read are shown in short texts and small files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import SETTINGS, write_run

from dgviz.charts import curves, thinning_text
from dgviz.cli.runs_text import all_as_json, as_text
from dgviz.runs.card import MOST_SESSIONS
from dgviz.runs.drawing import run_curves
from dgviz.runs.layout import METRICS
from dgviz.runs.log import MOST_LINES
from dgviz.runs.record import Record
from dgviz.runs.report import report_html
from dgviz.runs.tables import metrics_csv

SESSION = {
    "started": "2026-03-01T05:06:07.000+00:00",
    "ended": None,
    "seconds": 1.0,
    "from_step": 0,
    "hardware": {"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
    "versions": {"python": "3.11.7", "torch": "2.13.0", "dgviz": "0.1.0"},
    "git": {"commit": "0" * 40, "dirty": False},
}


@pytest.fixture
def resumed(tmp_path: Path) -> Record:
    """A run with as many sessions as a card can have, and many planned changes."""
    planned = [[100 + i, "tau", 0.5 + i % 2 / 10] for i in range(2000)]
    sessions = [SESSION | {"from_step": i} for i in range(MOST_SESSIONS)]
    return Record(write_run(tmp_path, card={"sessions": sessions, "planned": planned}))


def test_the_newest_of_many_sessions_are_listed_and_the_others_counted(resumed: Record) -> None:
    words, report = as_text(resumed, None), report_html(resumed)
    for shown in (words, report):
        assert "990 earlier sessions, 16 min 30 s together" in shown
        assert "from step 999" in shown and "from step 989" not in shown
    assert "and 1,990 more" in words and len(words) < 10_000
    assert "session 1000" in report and "session 991" in report and len(report) < 50_000
    everything = all_as_json(resumed, None)
    assert len(everything["card"]["sessions"]) == MOST_SESSIONS
    assert len(everything["planned_moves"]) == 2000


def longest(folder: Path, *, changes: bool) -> Record:
    """A run whose log has `MOST_LINES` lines: points, or changes of β or τ in between."""
    settings = SETTINGS.as_dict()

    def line(i: int) -> dict[str, Any]:
        place = {"step": i, "epoch": i / 1000}
        if changes and i % 2:
            name = ("beta", "tau")[i // 2 % 2]
            values = {"from": settings[name], "to": 0.5 + i % 4 / 10}
            return {"kind": "knob", **place, "knob": name, **values}
        figures = {"active_ratio": 1 / (i + 1), "active_weights": i, "macs": i}
        return {"kind": "metrics", **place, **figures, "test_accuracy": i / MOST_LINES}

    content = "".join(json.dumps(line(i)) + "\n" for i in range(MOST_LINES))
    (folder / METRICS).write_text(content)
    return Record(folder)


@pytest.mark.parametrize("changes", [False, True])
def test_a_long_log_is_thinned_in_charts_but_not_in_tables(tmp_path: Path, changes: bool) -> None:
    record = longest(write_run(tmp_path), changes=changes)
    assert record.damage() == () and len(record.log()) == MOST_LINES
    points = MOST_LINES // 2 if changes else MOST_LINES
    assert metrics_csv(record).count(b"\n") == points + 1
    drawn = run_curves(record)
    figure = curves([drawn])
    assert all(len(line.x) <= 2000 for line in figure.data)
    assert len(figure.layout.shapes) <= 400
    assert "2,000 points" in thinning_text([drawn])
    report = report_html(record)
    assert "is drawn with its first, its last" in report and len(report) < 250_000
    assert len(as_text(record, None)) < 10_000


def test_a_usual_run_is_shown_completely(tmp_path: Path) -> None:
    record = Record(write_run(tmp_path))
    assert thinning_text([run_curves(record)]) == ""
    assert "earlier session" not in as_text(record, None) + report_html(record)
