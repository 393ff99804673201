"""The published results are in range, and in order."""

from __future__ import annotations

from dgviz.comparison.anchors import ANCHORS


def test_anchors_are_in_range_and_in_order() -> None:
    weights = [anchor.kept_weights for anchor in ANCHORS]
    assert weights == sorted(weights, reverse=True)
    for anchor in ANCHORS:
        assert 0.9 < anchor.accuracy < 1
        assert anchor.name and anchor.source and "-" in anchor.network
        assert not anchor.note or anchor.note.endswith(".")
    assert len({(anchor.name, anchor.kept_weights) for anchor in ANCHORS}) == len(ANCHORS)
