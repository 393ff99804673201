"""Arrays in, Plotly figures out: the charts that stand still, for a page, a report or a notebook.

The live charts are drawn in the browser; these say the same with the same colours. `svg` turns any
of them into a static drawing that needs neither a script nor a network.
"""

from dgviz.charts.curves import RunCurves, curves, thinning_text
from dgviz.charts.gate_map import gate_map
from dgviz.charts.histogram import histogram
from dgviz.charts.marks import Mark
from dgviz.charts.pixel_map import PixelCounts, count_pixels, pixel_map
from dgviz.charts.svg import svg
from dgviz.charts.tradeoff import RunPoint, tradeoff

__all__ = [
    "Mark",
    "PixelCounts",
    "RunCurves",
    "RunPoint",
    "count_pixels",
    "curves",
    "gate_map",
    "histogram",
    "pixel_map",
    "svg",
    "thinning_text",
    "tradeoff",
]
