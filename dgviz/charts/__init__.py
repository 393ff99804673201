"""Arrays in, Plotly figures out: static charts for a page, a report or a notebook.

The browser draws the live charts, with the same content and colours. `svg` converts any of these
figures to a static drawing that needs no script and no network.
"""

from dgviz.charts.curves import RunCurves, curves, thinning_text
from dgviz.charts.error_by_weights import ErrorLine, ErrorPoint, error_by_weights
from dgviz.charts.gate_map import gate_map
from dgviz.charts.histogram import histogram
from dgviz.charts.marks import Mark
from dgviz.charts.pixel_map import pixel_map
from dgviz.charts.svg import svg
from dgviz.charts.tradeoff import RunPoint, tradeoff

__all__ = [
    "ErrorLine",
    "ErrorPoint",
    "Mark",
    "RunCurves",
    "RunPoint",
    "curves",
    "error_by_weights",
    "gate_map",
    "histogram",
    "pixel_map",
    "svg",
    "thinning_text",
    "tradeoff",
]
