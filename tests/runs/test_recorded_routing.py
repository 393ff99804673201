"""The routing of a recorded network, in the report and in the text of `runs show`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import SETTINGS, blob, snapshot, write_run
from test_report import Page

from dgviz.cli.runs_text import as_text
from dgviz.runs.checks import InvalidValue
from dgviz.runs.record import Record
from dgviz.runs.recorded_routing import last_routing, routing
from dgviz.runs.report import report_html
from dgviz.runs.snapshot_blob import arrays
from dgviz.runs.snapshots import SnapshotWriter

ROUTED = SETTINGS.with_method("switch")
ROUTING = {
    "routes": ["expert 1", "expert 2"],
    "by_class": [[0.25, 0.75], *[[0.5, 0.5]] * 8, [1, 0]],
    "mean": [0.53, 0.47],
    "images": 5000,
}


def routed_run(root: Path, value: Any = ROUTING) -> Record:
    """A run whose newest snapshot has this routing."""
    folder = write_run(root, settings=ROUTED)
    tensors, figures = arrays(snapshot(SETTINGS, 30))
    writer = SnapshotWriter(folder / "snapshots.bin", resume_step=20)
    writer.append("gates", 30, 30, blob(tensors, {**figures, "routing": value}))
    writer.close()
    return Record(folder)


def test_the_newest_snapshot_has_the_routing(tmp_path: Path) -> None:
    found = last_routing(routed_run(tmp_path))
    assert found == routing(ROUTING) and found.images == 5000
    assert found.mean == (0.53, 0.47)


@pytest.mark.parametrize(
    "value", [None, {**ROUTING, "by_class": [[1]]}, {**ROUTING, "mean": [1]}, "x"]
)
def test_a_snapshot_without_a_valid_routing_has_none(tmp_path: Path, value: Any) -> None:
    record = routed_run(tmp_path, value)
    assert last_routing(record) is None
    assert "No routing was recorded" in Page(report_html(record)).text
    assert "routing" not in as_text(record, None)
    with pytest.raises(InvalidValue):
        routing(value)


def test_a_report_has_a_table_of_classes_and_routes(tmp_path: Path) -> None:
    page = report_html(routed_run(tmp_path))
    assert Page(page)
    text = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "All connections are active, and the shares of the experts depend on the image." in text
    assert "(5,000 test images)" in text
    assert "the network has 6,352 connections" in text and "dense:" not in text
    assert "class expert 1 expert 2 0 25.00% 75.00%" in text
    assert "dgviz computes all routes for every image" in text
    assert "9 100.00% 0.00% all images 53.00% 47.00%" in text


def test_the_text_of_a_run_has_the_mean_share_of_each_route(tmp_path: Path) -> None:
    lines = as_text(routed_run(tmp_path), None).splitlines()
    (line,) = [line for line in lines if line.strip().startswith("routing")]
    assert line.split(maxsplit=1)[1] == "expert 1 53%, expert 2 47%"
