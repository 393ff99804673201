"""Convert a chart of this folder to a static SVG: sharp in print, small and self-contained.

It supports only what these charts use of Plotly: lines, bars, heatmaps, markers and text, on axes
with a fixed range. Everything else in a figure is left out.
"""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dgviz.charts import svg_traces
from dgviz.charts.look import FONT
from dgviz.charts.palette import GRID, GROUND, INK, MUTED, css
from dgviz.charts.scales import Panel, Scale

_BAR_ROOM = 90
"""Width of the space beside a heatmap for its colour bar and the labels, in pixels."""
_LEGEND_LINE = 18
"""Height of a line of the legend, in pixels."""
_LETTER = 7.1
"""Approximate width of a letter, in pixels."""


def svg(figure: go.Figure, description: str, width: int = 720) -> str:
    """Draw a figure.

    Args:
        figure: made by a function of this folder.
        description: of the drawing, for screen readers.
        width: in pixels; the figure has the height. A page may scale the drawing.
    """
    layout = figure.layout
    height = layout.height
    names = ["y", "y2"] if "yaxis2" in layout else ["y"]
    panels = {name: _panel(figure, name, width) for name in names}
    lowest = panels[names[-1]]
    parts = [_legend(figure, lowest.x)]
    for name, panel in panels.items():
        parts.append(_axes(layout, name, panel, with_x=panel is lowest))
    for trace in figure.data:
        panel = panels[trace.yaxis or "y"]
        parts.append(svg_traces.draw(trace, panel))
        if trace.type == "heatmap" and trace.showscale is not False:
            parts.append(_colour_bar(trace, panel))
    for shape in layout.shapes:
        bottom, top = height - layout.margin.b, layout.margin.t
        start, end = (bottom - share * (bottom - top) for share in (shape.y0, shape.y1))
        path = f"M{lowest.x(shape.x0):.1f},{start:.1f}L{lowest.x(shape.x1):.1f},{end:.1f}"
        parts.append(f'<path d="{path}" {svg_traces.stroke(shape.line)}/>')
    parts += [_annotation(note, layout, lowest.x) for note in layout.annotations]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{html.escape(description)}" font-family="{html.escape(FONT)}" font-size="13" '
        f'fill="{css(INK)}" style="background:{css(GROUND)}">{"".join(parts)}</svg>'
    )


def _panel(figure: go.Figure, name: str, width: int) -> Panel:
    """The position of a pair of axes."""
    layout, margin = figure.layout, figure.layout.margin
    axis = layout.yaxis2 if name == "y2" else layout.yaxis
    barred = any(trace.type == "heatmap" and trace.showscale is not False for trace in figure.data)
    left, right = margin.l, width - margin.r - (_BAR_ROOM if barred else 0)
    bottom, top = layout.height - margin.b, margin.t
    low, high = axis.domain or (0, 1)
    bottom, top = bottom - low * (bottom - top), bottom - high * (bottom - top)
    if axis.visible is False:
        rows, columns = figure.data[0].z.shape
        if axis.scaleanchor:
            cell = min((right - left) / columns, (bottom - top) / rows)
            right, bottom = left + cell * columns, top + cell * rows
        return Panel(Scale(left, right, -0.5, columns - 0.5), Scale(bottom, top, rows - 0.5, -0.5))
    first, last = layout.xaxis.range
    lowest, highest = axis.range
    return Panel(
        Scale(left, right, first, last, logarithmic=layout.xaxis.type == "log"),
        Scale(bottom, top, lowest, highest, logarithmic=axis.type == "log"),
    )


def _axes(layout: Any, name: str, panel: Panel, *, with_x: bool) -> str:
    axis = layout.yaxis2 if name == "y2" else layout.yaxis
    if axis.visible is False:
        return ""
    x, y = panel.x, panel.y
    parts = []
    for value, text in y.ticks():
        at = y(value)
        parts.append(f'<path d="M{x.start},{at:.1f}H{x.end}" stroke="{css(GRID)}"/>')
        parts.append(_text(text, x.start - 7, at + 4, "end"))
    parts.append(f'<path d="M{x.start},{y.end:.1f}V{y.start:.1f}H{x.end}" {_RULE}/>')
    middle = (y.start + y.end) / 2
    parts.append(_text(axis.title.text, 13, middle, "middle", f"rotate(-90 13 {middle:.1f})"))
    if with_x:
        for value, text in x.ticks():
            parts.append(f'<path d="M{x(value):.1f},{y.start:.1f}v4" {_RULE}/>')
            parts.append(_text(text, x(value), y.start + 18, "middle"))
        parts.append(_text(layout.xaxis.title.text, (x.start + x.end) / 2, y.start + 37, "middle"))
    return "".join(parts)


def _legend(figure: go.Figure, axis: Scale) -> str:
    """The legend above the plot: a line or a square for each trace, and its name.

    It has one row, or columns if the figure has a width for its entries.
    """
    if figure.layout.showlegend is False:
        return ""
    parts, x, top = [], axis.start, 0.0
    width = figure.layout.legend.entrywidth
    for trace in figure.data:
        is_line = trace.type == "scatter"
        if trace.showlegend is False or (trace.type == "heatmap" and not trace.showlegend):
            continue
        begin = x
        if is_line:
            parts.append(svg_traces.sample(trace, x, top + 13))
        else:
            colour = trace.marker.color if trace.type == "bar" else trace.colorscale[-1][1]
            parts.append(f'<rect x="{x:.0f}" y="7" width="12" height="12" fill="{colour}"/>')
            if pattern := _pattern_of(trace, figure):
                parts.append(f'<path d="M{x:.0f},7l12,12m-6,-12l6,6m-12,0l6,6" {pattern}/>')
        x += svg_traces.SAMPLE_WIDTH + 6 if is_line else 18
        parts.append(_text(trace.name, x, top + 17, "start", colour=css(INK)))
        x = begin + width if width else x + _LETTER * len(html.unescape(trace.name)) + 20
        if width and x + width > axis.end:
            x, top = axis.start, top + _LEGEND_LINE
    return "".join(parts)


def _pattern_of(trace: Any, figure: go.Figure) -> str:
    """The stroke of the lines over the cells of a trace; "" if there are none."""
    lines = [
        other.line
        for other in figure.data
        if other.type == "scatter" and trace.legendgroup and other.legendgroup == trace.legendgroup
    ]
    return svg_traces.stroke(lines[0]) if lines else ""


def _colour_bar(trace: Any, panel: Panel) -> str:
    left = panel.x.end + 16
    scale = Scale(panel.y.start, panel.y.end + 24, 0, trace.zmax)
    amounts = np.linspace(trace.zmax, 0, 100).reshape(-1, 1)
    strip = Panel(Scale(left, left + 14, 0, 1), Scale(scale.start, scale.end, 0, 1))
    bar = trace.colorbar
    marked = zip(bar.tickvals, bar.ticktext, strict=True) if bar.tickvals else scale.ticks()
    ticks = "".join(_text(text, left + 20, scale(value) + 4, "start") for value, text in marked)
    name = _text(bar.title.text, left, panel.y.end + 12, "start")
    return svg_traces.picture(svg_traces.colours(trace, amounts), strip) + ticks + name


def _annotation(note: Any, layout: Any, x: Scale) -> str:
    bottom, top = layout.height - layout.margin.b, layout.margin.t
    at = bottom - note.y * (bottom - top) + (-6 if note.yanchor == "bottom" else 4)
    anchor = {"left": "start", "right": "end"}[note.xanchor]
    beside = 5 if anchor == "start" else -5
    return _text(note.text, x(note.x) + beside, at, anchor, colour=note.font.color)


_RULE = f'fill="none" stroke="{css(MUTED)}" stroke-width="0.8"'


def _text(
    text: str, x: float, y: float, anchor: str, transform: str = "", colour: str = css(MUTED)
) -> str:
    turned = f' transform="{transform}"' if transform else ""
    # Plotly reads text as HTML, so the texts of a figure are escaped already.
    safe = html.escape(html.unescape(text))
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turned}'
    return f'<text {place} fill="{colour}">{safe}</text>'
