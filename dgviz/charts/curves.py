"""Accuracy and active ratio over the epochs, of one or several runs in one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.accuracy_axis import accuracy_floor
from dgviz.charts.marks import MOST_EVENTS, Label, Mark, collapsed, labels, marks_with_lines
from dgviz.charts.palette import (
    ACTIVE,
    CHANGE_DASH,
    DASHES,
    EVENT_DASH,
    MUTED,
    SERIES,
    TAU,
    Rgb,
    css,
)
from dgviz.charts.thinning import MOST_MARKS, MOST_POINTS, spread_out, thinned

Floats = npt.NDArray[np.float64]

_HEADROOM = 0.03
_AXIS_ENDS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)
# The part of the height that each panel takes; accuracies need more, to show small differences.
_UPPER, _LOWER = (0.44, 1.0), (0.0, 0.36)
_HEIGHT, _DRAWN = 430, 352
"""The height of the figure and of the area between its margins, in pixels."""
_LINE = 17
"""Height of a line of labels in pixels; there is always room for one line."""
_BAND_OPACITY = 0.2
_KEYS_BESIDE = 2
"""Runs whose legend fits on one line above the chart; each further run may need a line."""


@dataclass(frozen=True, eq=False)
class RunCurves:
    """The curves of a run with n log points; arrays of shape (n,), NaN where nothing was measured.

    Attributes:
        title: shown in the legend.
        epochs: the number of epochs in the settings.
        epoch: the epoch of each log point, ascending.
        test_accuracy, validation_accuracy: fractions.
        active_ratio: r in [0, 1].
        bands: the half-width of the band around a curve that is a mean, by the curve's name.
    """

    title: str
    epochs: int
    epoch: Floats
    test_accuracy: Floats
    validation_accuracy: Floats
    active_ratio: Floats
    marks: tuple[Mark, ...] = ()
    bands: Mapping[str, Floats] = field(default_factory=dict)


def curves(runs: Sequence[RunCurves]) -> go.Figure:
    """Accuracy in % (validation dotted) above the active ratio r, over one epoch axis.

    There are two panels because four lines of two runs on two scales would be unreadable. For one
    run the colours show the quantities; of several, each has a number, a colour and a dash.
    """
    alone = len(runs) == 1
    floor = accuracy_floor(
        [
            (run.epoch, accuracy)
            for run in runs
            for accuracy in (run.test_accuracy, run.validation_accuracy)
        ]
    )
    top = 100 + _HEADROOM * (100 - floor)
    last = max((_axis_end(run) for run in runs), default=1)
    labelled = [(n, label) for n, run in enumerate(runs) for label in labels(run.marks, last)]
    rows = list(dict.fromkeys((number, label.line) for number, label in labelled))
    extra = _LINE * max(0, len(rows) - 1)
    upper, lower = _panels(extra)
    figure = look.figure(
        _HEIGHT + extra + _LINE * max(0, len(runs) - _KEYS_BESIDE),
        hovermode="x unified",
        xaxis=look.axis("epoch", range=[0, last], anchor="y2", hoverformat=".1f"),
        yaxis=look.axis("accuracy, %", range=[floor, top], domain=upper),
        yaxis2=look.axis("active ratio r", range=[0, 1 + _HEADROOM], domain=lower),
        hoverlabel={"namelength": 40},
    )
    if alone:
        names = ("test accuracy", "validation", "active ratio r")
        figure.add_traces(_bands(runs[0], (TAU, ACTIVE)))
        figure.add_traces(_lines(runs[0], names, (TAU, ACTIVE), "solid"))
        _add_marks(figure, runs[0], MUTED, top)
    else:
        _add_several(figure, runs, top)
    for number, label in labelled:
        row = rows.index((number, label.line))
        height = upper[0] - (upper[0] - lower[1]) * (row + 0.5) / len(rows)
        figure.add_annotation(_annotation(label, height, "" if alone else _sign(number)))
    return figure


def thinning_text(runs: Sequence[RunCurves]) -> str:
    """What `curves` leaves out of these runs, in one or two sentences; "" if nothing."""
    sentences = []
    if any(len(run.epoch) > MOST_POINTS for run in runs):
        sentences.append(
            f"A curve of more than {MOST_POINTS:,} points is drawn with its first, its last, and "
            "the lowest and highest of each short interval."
        )
    drawn = [collapsed(run.marks) for run in runs]
    if any(len(marks) < len(run.marks) for marks, run in zip(drawn, runs, strict=True)):
        sentences.append(
            f"Of more than {MOST_EVENTS} events with one name, the first and the last are marked."
        )
    if any(len(marks) > MOST_MARKS for marks in drawn):
        sentences.append(f"At most {MOST_MARKS} changes are marked on a curve.")
    return " ".join(sentences)


def _add_several(figure: go.Figure, runs: Sequence[RunCurves], top: float) -> None:
    for number, run in enumerate(runs):
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        name = f"{number + 1} · {escape(run.title, quote=False)}"
        figure.add_traces(_bands(run, (colour, colour), legendgroup=f"{number}"))
        lines = _lines(run, (name, f"{name}, validation", f"{name}, r"), (colour, colour), dash)
        # One legend entry hides and shows all lines of a run.
        for line in lines:
            line.update(legendgroup=f"{number}", showlegend=line is lines[0])
        figure.add_traces(lines)
        _add_marks(figure, run, colour, top, legendgroup=f"{number}")
    if any(np.isfinite(run.validation_accuracy).any() for run in runs):
        figure.add_trace(_line("validation", [None] * 3, [None] * 3, MUTED, "dot"))


def _axis_end(run: RunCurves) -> int:
    """The end of the epoch axis, as on the Live page: a run may have stopped early."""
    reached = max(
        [*run.epoch[np.isfinite(run.epoch)], *(mark.epoch for mark in run.marks)], default=0
    )
    return next((end for end in _AXIS_ENDS if reached <= end < run.epochs), run.epochs)


def _lines(
    run: RunCurves, names: tuple[str, str, str], colours: tuple[Rgb, Rgb], dash: str
) -> list[go.Scatter]:
    """The lines of test accuracy, validation accuracy if measured, and active ratio."""
    test, validation, ratio = names
    accuracy_colour, ratio_colour = colours
    lines = [
        _line(test, *_measured(run, 100 * run.test_accuracy), accuracy_colour, dash, unit="%"),
        _line(
            validation, *_measured(run, 100 * run.validation_accuracy), accuracy_colour, "dot", "%"
        ),
        _line(ratio, *_measured(run, run.active_ratio), ratio_colour, dash, yaxis="y2"),
    ]
    return [line for line in lines if line is lines[0] or len(line.x)]


def _bands(run: RunCurves, colours: tuple[Rgb, Rgb], **rest: Any) -> list[go.Scatter]:
    """The bands of the curves that have one."""
    accuracy_colour, ratio_colour = colours
    bands = []
    for name, half in run.bands.items():
        values: Floats = getattr(run, name)
        is_ratio = name == "active_ratio"
        scale = 1 if is_ratio else 100
        x, upper = _measured(run, scale * (values + half))
        back, lower = _measured(run, scale * (values - half))
        bands.append(
            go.Scatter(
                x=np.concatenate([x, back[::-1]]),
                y=np.concatenate([upper, lower[::-1]]),
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=css(ratio_colour if is_ratio else accuracy_colour),
                opacity=_BAND_OPACITY,
                hoverinfo="skip",
                showlegend=False,
                yaxis="y2" if is_ratio else "y",
                **rest,
            )
        )
    return bands


def _measured(run: RunCurves, values: Floats) -> tuple[Floats, Floats]:
    measured = np.isfinite(values) & np.isfinite(run.epoch)
    return thinned(run.epoch[measured], values[measured])


def _line(
    name: str, x: Any, y: Any, colour: Rgb, dash: str, unit: str = "", **rest: Any
) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        mode="lines+markers" if len(x) < 3 else "lines",
        line={"color": css(colour), "dash": dash, "width": 1.4 if dash == "dot" else 2},
        marker={"size": 5, "color": css(colour)},
        hovertemplate=f"%{{y:.2f}}{unit}" if unit else "%{y:.3f}",
        **rest,
    )


def _panels(extra: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """The vertical ranges of the panels, as shares of the height, `extra` pixels further apart."""
    share = _DRAWN / (_DRAWN + extra)
    return (1 - share * (_UPPER[1] - _UPPER[0]), 1.0), (0.0, share * _LOWER[1])


def _add_marks(figure: go.Figure, run: RunCurves, colour: Rgb, top: float, **rest: Any) -> None:
    """Add triangles with hover texts, lines down the panels, and a line along each series."""
    if not run.marks:
        return
    panels = [figure.layout[axis].domain for axis in ("yaxis", "yaxis2")]
    shown = collapsed(run.marks)
    lined = spread_out(marks_with_lines(shown, figure.layout.xaxis.range[1]), MOST_MARKS)
    marks = spread_out(shown, MOST_MARKS)
    down = {"type": "line", "yref": "paper"}
    look = {"color": css(colour), "width": 1}
    series = {**down, "y0": 1, "y1": 1, "line": {"color": css(colour), "width": 2}}
    # Assigned at once, because each assignment checks every shape of the figure.
    figure.layout.shapes += tuple(
        {
            **down,
            **{"x0": mark.epoch, "x1": mark.epoch, "y0": low, "y1": high},
            "line": {**look, "dash": EVENT_DASH if mark.text else CHANGE_DASH},
        }
        for mark in lined
        for low, high in panels
    ) + tuple(
        series | {"x0": mark.epoch, "x1": mark.until} for mark in marks if mark.until is not None
    )
    figure.add_trace(
        go.Scatter(
            name="changed",
            x=[mark.epoch for mark in marks],
            y=[top] * len(marks),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 9, "color": css(colour)},
            cliponaxis=False,
            customdata=[escape(mark.hover_text, quote=False) for mark in marks],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
            **rest,
        )
    )


def _annotation(label: Label, height: float, sign: str) -> dict[str, Any]:
    """A label between the panels, at this share of the height between the margins."""
    return {
        "x": label.epoch,
        "y": height,
        "yref": "paper",
        "yanchor": "middle",
        "xanchor": "right" if label.leftwards else "left",
        "text": sign + escape(label.text, quote=False),
        "showarrow": False,
        "font": {"size": 12, "color": css(MUTED)},
    }


def _sign(number: int) -> str:
    """The triangle and the number of the run, before the text of a label."""
    return f'<span style="color:{css(SERIES[number % len(SERIES)])}">▼</span> {number + 1}: '
