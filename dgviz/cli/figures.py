"""The figures of a run as lines of text, in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dgviz.formatting import ratio

if TYPE_CHECKING:
    from dgviz.pixel_counts import PixelCounts
    from dgviz.settings import Settings


def figure_lines(
    figures: Mapping[str, Any], settings: Settings | None, pixels: PixelCounts | None
) -> dict[str, str]:
    """Labels and texts; a text is empty where a figure is not known.

    Args:
        figures: named as in a run's card.
        settings: those of the run; None if they are not known.
    """
    # Its connections are no dense baseline, and its hidden units are not those of one layer.
    routed = settings is not None and bool(settings.spec.routes)
    hidden = settings.hidden_units if settings and not routed else None

    def text(name: str, form: str) -> str:
        value = figures.get(name)
        return "" if value is None else f"{value:{form}}"

    def beside(name: str, all_of_it: str, words: str) -> str:
        n, total = text(name, ",.0f"), text(all_of_it, ",.0f")
        return n + words.format(total) if n and total else n

    dead, r = figures.get("dead_hidden_units"), figures.get("active_ratio")
    dense = "   (dense: {})"
    in_use = "" if dead is None or hidden is None else f"{hidden - dead:,.0f} of {hidden:,}"
    return {
        "test accuracy": text("test_accuracy", ".2%"),
        "validation accuracy": text("validation_accuracy", ".2%"),
        "test loss": text("test_loss", ".4f"),
        "active ratio r": "" if r is None else ratio(r),
        "active connections": beside("active_weights", "total_weights", " of {}"),
        "MACs an image": beside("macs", "dense_macs", "   (connections: {})" if routed else dense),
        "parameters": beside("parameters", "dense_parameters", "" if routed else dense),
        "hidden units in use": in_use,
        "pixels in use": f"{pixels.in_use.sum():,} of {pixels.in_use.size:,}" if pixels else "",
    }
