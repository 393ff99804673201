"""Where sparse begins to win: the place, the file and the words.

No speed is asserted, because it is not a property of the code.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_up_times import full_measurement, ratio_sweep
from synthetic_run import write_run

from dgviz.compaction.recipe import Recipe
from dgviz.compaction.speed.ratio_sweep import RatioPoint, RatioSweep, crossing, first_sparse
from dgviz.compaction.speed.ratio_sweep_file import MOST_RATIOS, read, save
from dgviz.compaction.speed.ratio_text import (
    begins_sentence,
    network_rows,
    sentences,
    speed_columns,
    speed_rows,
)
from dgviz.runs.contents import Unreadable
from dgviz.runs.layout import LARGEST_TEXT, SPEED_BY_RATIO
from dgviz.runs.record import Record

SWEEP = ratio_sweep()


def test_the_place_lies_on_a_straight_line_between_logarithms() -> None:
    found = crossing("csr", {1.0: 0.25, 0.1: 0.5, 0.01: 2.0})
    assert found and (found.slower, found.faster) == (0.1, 0.01)
    assert found.ratio == pytest.approx(10**-1.5)
    # One that wins in between and loses again begins to win at the last place.
    found = crossing("csr", {1.0: 1.5, 0.1: 0.5, 0.01: 2.0})
    assert found and found.slower == 0.1


def test_it_may_win_at_all_ratios_or_at_none() -> None:
    found = crossing("csr", {0.3: 1.1, 0.1: 2.0})
    assert found and (found.slower, found.faster, found.ratio) == (None, 0.3, 0.3)
    assert crossing("csr", {0.3: 2.0, 0.1: 0.9}) is None
    assert crossing("csr", {}) is None


def test_sparse_is_compared_with_dense_and_with_what_needs_no_pruning() -> None:
    dense = first_sparse(SWEEP, 1, 1, unpruned=False)
    assert dense and dense.executor == "csr-torch"
    assert (dense.slower, dense.faster) == pytest.approx((0.1, 0.02), rel=1e-3)
    # At r 0.1 it takes as long as dense PyTorch, and longer than inked columns.
    assert dense.ratio == pytest.approx(0.1, rel=1e-3)
    unpruned = first_sparse(SWEEP, 1, 1, unpruned=True)
    assert unpruned and 0.02 < unpruned.ratio < 0.1


def test_tables_and_sentences() -> None:
    assert network_rows(SWEEP)[0] == ("0.5", "0.2", "101,632", "474-211-10", "97.00%")
    assert speed_columns(SWEEP)[1:] == ("r 0.5", "r 0.1", "r 0.02", "faster than dense below")
    rows = {row[0]: row[1:] for row in speed_rows(SWEEP, 1, 1)}
    assert rows["dense, PyTorch"] == ("20.0 µs", "20.0 µs", "20.0 µs", "")
    assert rows["CSR, PyTorch"] == ("0.50×", "1.00×", "2.00×", "r 0.1")
    assert rows["compact, PyTorch"][-1] == "r 0.5 already"
    one, many = sentences(SWEEP)
    assert one == (
        "For single images, sparse forms are faster than dense PyTorch below r 0.1 (CSR, PyTorch; "
        "between the measured 0.1 and 0.02), and faster than any program without pruning below "
        "r 0.031 (CSR, PyTorch; between the measured 0.1 and 0.02)."
    )
    assert many.startswith("For batches of 1,000, sparse forms are faster than dense PyTorch below")
    short = sentences(RatioSweep(SWEEP.points[:1]))[0]
    assert "dense PyTorch nowhere down to r 0.5, and faster" in short
    assert sentences(RatioSweep(SWEEP.points[2:]))[0].count("at every measured ratio, up to") == 2
    assert begins_sentence("x", {0.3: 0.5}) == "never faster than dense"


def test_a_saved_sweep_is_read_again(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    assert read(Record(folder)) is None
    save(SWEEP, folder)
    assert read(Record(folder)) == SWEEP


def test_the_longest_sweep_can_be_read(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    point = RatioPoint(0.98, 0.97, full_measurement(recipe=Recipe(tau=0.5)))
    save(RatioSweep((point,)), folder)
    assert read(Record(folder)) == RatioSweep((point,))
    longest = (folder / SPEED_BY_RATIO).stat().st_size * MOST_RATIOS
    assert longest < LARGEST_TEXT[SPEED_BY_RATIO]


@pytest.mark.parametrize("points", [(), SWEEP.points[::-1], (SWEEP.points[0],) * 2])
def test_contradicting_figures_are_refused(tmp_path: Path, points: tuple[object, ...]) -> None:
    folder = write_run(tmp_path)
    content = {"points": [SWEEP.as_dict()["points"][SWEEP.points.index(one)] for one in points]}
    (folder / SPEED_BY_RATIO).write_text(json.dumps(content))
    with pytest.raises(Unreadable, match=r"speed-by-ratio\.json cannot be used"):
        read(Record(folder))
