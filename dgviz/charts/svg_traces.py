"""The traces of a figure as SVG elements."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from dgviz.charts.palette import GRID, css
from dgviz.charts.scales import Panel

_DASHES = {
    "solid": "",
    "dot": "1.5,3.5",
    "dash": "7,4",
    "dashdot": "7,3,2,3",
    "longdash": "12,4",
    "longdashdot": "12,3,2,3",
}


def draw(trace: Any, panel: Panel) -> str:
    """Draw one trace: lines, markers, bars, or the cells of a heatmap."""
    if trace.type == "heatmap":
        return _cells(trace, panel)
    if trace.type == "bar":
        return "".join(_bars(trace, panel))
    if trace.fill == "toself":
        return _area(trace, panel)
    return _line(trace, panel) if "lines" in trace.mode else _triangles(trace, panel)


def stroke(line: Any) -> str:
    """The attributes of a Plotly line."""
    # A dash without a name is a list of lengths: "8px,3px".
    dash = _DASHES.get(line.dash or "solid", (line.dash or "").replace("px", ""))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{line.color}" stroke-width="{line.width or 1}"{dashed}'


def colours(trace: Any, values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """The colours of values in a heatmap, RGBA, shape (*values.shape, 4); NaN is transparent."""
    places = [place for place, _ in trace.colorscale]
    channels = [[int(c[i : i + 2], 16) for _, c in trace.colorscale] for i in (1, 3, 5)]
    low, high = trace.zmin or 0.0, 1.0 if trace.zmax is None else trace.zmax
    known = np.isfinite(values)
    shares = (np.where(known, values, low) - low) / (high - low)
    rgb = [np.interp(shares, places, channel).round() for channel in channels]
    return np.stack([*rgb, 255 * known], axis=-1).astype(np.uint8)


def _line(trace: Any, panel: Panel) -> str:
    xs, ys = (np.asarray(values, dtype=float) for values in (trace.x, trace.y))
    strokes: list[list[str]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            strokes[-1].append(f"{panel.x(x):.1f},{panel.y(y):.1f}")
        else:
            strokes.append([])
    path = "".join(f"M{' '.join(points)}" for points in strokes if points)
    drawn = f'<path d="{path}" fill="none" stroke-linejoin="round" {stroke(trace.line)}/>'
    if "markers" in trace.mode:
        centres = [point.split(",") for points in strokes for point in points]
        colour = trace.marker.color
        drawn += "".join(f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in centres)
    return _clipped(drawn, panel)


def _area(trace: Any, panel: Panel) -> str:
    corners = zip(trace.x, trace.y, strict=True)
    path = " ".join(f"{panel.x(x):.1f},{panel.y(y):.1f}" for x, y in corners)
    look = f'fill="{trace.fillcolor}" opacity="{trace.opacity}"'
    return _clipped(f'<path d="M{path}z" {look}/>', panel)


def _triangles(trace: Any, panel: Panel) -> str:
    points = [(panel.x(x), panel.y(y)) for x, y in zip(trace.x, trace.y, strict=True)]
    path = "".join(f"M{x - 4.5:.1f},{y - 3.5:.1f}h9l-4.5,7z" for x, y in points)
    return f'<path d="{path}" fill="{trace.marker.color}"/>'


def _bars(trace: Any, panel: Panel) -> Iterator[str]:
    floor = panel.y.start
    for x, y, width in zip(trace.x, trace.y, trace.width, strict=True):
        left, right, top = panel.x(x - width / 2), panel.x(x + width / 2), panel.y(y)
        if top < floor:
            # Edges on whole pixels, so that there is no visible gap between bars.
            yield (
                f'<rect x="{left:.2f}" y="{top:.1f}" width="{right - left:.2f}" '
                f'height="{floor - top:.1f}" fill="{trace.marker.color}" '
                'shape-rendering="crispEdges"/>'
            )


def _cells(trace: Any, panel: Panel) -> str:
    x, y = panel.x, panel.y
    edge = f"M{x.start:.1f},{y.start:.1f}V{y.end:.1f}H{x.end:.1f}V{y.start:.1f}z"
    cells = picture(colours(trace, np.asarray(trace.z, dtype=float)), panel)
    return f'{cells}<path d="{edge}" fill="none" stroke="{css(GRID)}"/>'


def picture(rgba: npt.NDArray[np.uint8], panel: Panel) -> str:
    """An image of RGBA colours, shape (rows, columns, 4), that fills a panel."""
    file = BytesIO()
    Image.fromarray(rgba).save(file, "PNG", optimize=True)
    data = base64.b64encode(file.getvalue()).decode()
    left, top = panel.x.start, panel.y.end
    width, height = panel.x.end - left, panel.y.start - top
    # Large cells keep sharp edges; cells of about one pixel look better blended.
    look = "pixelated" if width / rgba.shape[1] > 2 else "auto"
    return (
        f'<image x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'preserveAspectRatio="none" style="image-rendering:{look}" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _clipped(drawn: str, panel: Panel) -> str:
    """Clip a drawing to the panel. A clip path would need an id that is unique on the page."""
    left, top = panel.x.start, panel.y.end
    box = f"{left:.1f} {top:.1f} {panel.x.end - left:.1f} {panel.y.start - top:.1f}"
    x, y, width, height = box.split()
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{box}">{drawn}</svg>'
