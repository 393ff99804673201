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

SAMPLE_WIDTH = 26


def _star() -> list[tuple[float, float]]:
    angles = [math.pi * i / 5 for i in range(10)]
    return [
        ((0.5 if i % 2 else 1.2) * math.sin(a), (0.5 if i % 2 else 1.2) * -math.cos(a))
        for i, a in enumerate(angles)
    ]


_CORNERS: dict[str, list[tuple[float, float]]] = {
    "square": [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle-up": [(0, -1), (1.1, 0.8), (-1.1, 0.8)],
    "triangle-down": [(0, 1), (1.1, -0.8), (-1.1, -0.8)],
    "cross": [
        *((-0.35, -1), (0.35, -1), (0.35, -0.35), (1, -0.35), (1, 0.35), (0.35, 0.35)),
        *((0.35, 1), (-0.35, 1), (-0.35, 0.35), (-1, 0.35), (-1, -0.35), (-0.35, -0.35)),
    ],
    "star": _star(),
}
"""The corners of Plotly's symbols, in radii."""


def draw(trace: Any, panel: Panel) -> str:
    """Draw one trace: lines, markers, bars, or the cells of a heatmap."""
    if trace.type == "heatmap":
        return _cells(trace, panel)
    if trace.type == "bar":
        return "".join(_bars(trace, panel))
    if trace.fill == "toself":
        return _area(trace, panel)
    line = _line(trace, panel) if "lines" in trace.mode else ""
    markers = _markers(trace, panel) if "markers" in trace.mode else ""
    return line + markers


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
    return _clipped(drawn, panel)


def _area(trace: Any, panel: Panel) -> str:
    corners = zip(trace.x, trace.y, strict=True)
    path = " ".join(f"{panel.x(x):.1f},{panel.y(y):.1f}" for x, y in corners)
    look = f'fill="{trace.fillcolor}" opacity="{trace.opacity}"'
    return _clipped(f'<path d="M{path}z" {look}/>', panel)


def _markers(trace: Any, panel: Panel) -> str:
    """The markers, with their error bars and with their texts above them."""
    points = [
        (panel.x(x), panel.y(y))
        for x, y in zip(trace.x, trace.y, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ]
    parts = [_marker(trace.marker, x, y) for x, y in points]
    for (x, _), value, deviation in zip(points, trace.y, trace.error_y.array or (), strict=False):
        low, high = panel.y(value - deviation), panel.y(value + deviation)
        line = f'stroke="{trace.error_y.color}" stroke-width="1.2"'
        parts.append(f'<path d="M{x:.1f},{low:.1f}V{high:.1f}" {line}/>')
    for (x, y), text in zip(points, trace.text or (), strict=False):
        look = f'fill="{trace.textfont.color}" font-size="{trace.textfont.size}"'
        place = f'x="{x:.1f}" y="{y - 7:.1f}" text-anchor="middle"'
        parts.append(f"<text {place} {look}>{text}</text>")
    return "".join(parts)


def _marker(marker: Any, x: float, y: float) -> str:
    size, open_ = marker.size or 5, (marker.symbol or "").endswith("-open")
    shape = (marker.symbol or "circle").removesuffix("-open")
    look = f'fill="none" stroke="{marker.color}" stroke-width="1.3"'
    look = look if open_ else f'fill="{marker.color}"'
    return f'<path d="{_outline(shape, x, y, size / 2)}" {look}/>'


def _outline(shape: str, x: float, y: float, r: float) -> str:
    """The outline of a marker of radius `r` pixels around (x, y), as a path."""
    if shape == "circle":
        return f"M{x - r:.1f},{y:.1f}a{r},{r} 0 1 0 {2 * r},0a{r},{r} 0 1 0 {-2 * r},0z"
    corners = [(x + r * dx, y + r * dy) for dx, dy in _CORNERS[shape]]
    return "M" + " ".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners) + "z"


def sample(trace: Any, x: float, y: float) -> str:
    """A sample of a trace for a legend, `SAMPLE_WIDTH` pixels wide from (x, y) on."""
    line = f'<path d="M{x:.0f},{y:.0f}h{SAMPLE_WIDTH}" {stroke(trace.line)}/>'
    line = line if "lines" in trace.mode else ""
    marker = _marker(trace.marker, x + SAMPLE_WIDTH / 2, y) if "markers" in trace.mode else ""
    return line + marker


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
