"""Accuracy and active ratio over the epochs, of one run or of several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import DASHES, KEPT, MUTED, SERIES, TAU, Rgb, css

Floats = npt.NDArray[np.float64]

_HEADROOM = 0.03
# The share of the height that each panel takes; accuracies need more to be told apart.
_UPPER, _LOWER = (0.44, 1.0), (0.0, 0.36)
_HEIGHT, _DRAWN = 430, 352
"""In pixels: of the figure, and of that what lies between its margins."""
_LINE = 17
"""Pixels from one run's labels to the next one's; one line of them always has room."""
_KEYS_BESIDE = 2
"""Runs whose keys fit into one line above the chart; each further one may need a line."""
_DRAGGED = 0.02
"""The share of the epoch axis within which a move belongs to the same drag as the next."""
_APART = 0.25
"""The share of the epoch axis that a label takes; marks nearer than that share one."""


@dataclass(frozen=True)
class Mark:
    """A knob, called by its symbol, was moved from one value to another."""

    epoch: float
    knob: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.knob} {self.before} → {self.after}"


@dataclass(frozen=True, eq=False)
class RunCurves:
    """One run's curves, n log points, each array of shape (n,) with NaN where nothing was measured.

    Attributes:
        title: shown in the legend.
        epochs: how many the run was to train for.
        epoch: where each point lies, ascending.
        test_accuracy, validation_accuracy: fractions.
        active_ratio: r in [0, 1].
    """

    title: str
    epochs: int
    epoch: Floats
    test_accuracy: Floats
    validation_accuracy: Floats
    active_ratio: Floats
    marks: tuple[Mark, ...] = ()


def curves(runs: Sequence[RunCurves]) -> go.Figure:
    """Accuracy in % (validation dotted) above, the active ratio r beneath, over one epoch axis.

    Two panels and not two axes: with a second run, four lines across two scales cannot be read.
    One run has the colours of what is drawn; several have a number, a colour and a dash each.
    """
    alone = len(runs) == 1
    last = max((run.epochs for run in runs), default=1)
    floor = _floor(runs)
    top = 100 + _HEADROOM * (100 - floor)
    marked = [(number, run) for number, run in enumerate(runs) if run.marks]
    extra = _LINE * max(0, len(marked) - 1)
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
        figure.add_traces(_lines(runs[0], names, (TAU, KEPT), "solid"))
        _add_marks(figure, runs[0], MUTED, top)
        figure.update_layout(annotations=_labels(runs[0].marks, last, (upper[0] + lower[1]) / 2))
        return figure
    for number, run in enumerate(runs):
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        name = f"{number + 1} · {escape(run.title, quote=False)}"
        lines = _lines(run, (name, f"{name}, validation", f"{name}, r"), (colour, colour), dash)
        # One key for all of a run, which hides and shows them together.
        for line in lines:
            line.update(legendgroup=f"{number}", showlegend=line is lines[0])
        figure.add_traces(lines)
        _add_marks(figure, run, colour, top, legendgroup=f"{number}")
    for line, (number, run) in enumerate(marked):
        height = lower[1] + (upper[0] - lower[1]) * (1 - (line + 0.5) / len(marked))
        sign = f'<span style="color:{css(SERIES[number % len(SERIES)])}">▼</span> {number + 1}: '
        for label in _labels(run.marks, last, height, sign):
            figure.add_annotation(label)
    if any(np.isfinite(run.validation_accuracy).any() for run in runs):
        figure.add_trace(_line("validation", [None] * 3, [None] * 3, MUTED, "dot"))
    return figure


def _lines(
    run: RunCurves, names: tuple[str, str, str], colours: tuple[Rgb, Rgb], dash: str
) -> list[go.Scatter]:
    """Test accuracy, validation where there is any, and active ratio."""
    test, validation, ratio = names
    accuracy_colour, ratio_colour = colours
    lines = [
        _line(test, *_known(run, 100 * run.test_accuracy), accuracy_colour, dash, unit="%"),
        _line(validation, *_known(run, 100 * run.validation_accuracy), accuracy_colour, "dot", "%"),
        _line(ratio, *_known(run, run.active_ratio), ratio_colour, dash, yaxis="y2"),
    ]
    return [line for line in lines if line is lines[0] or len(line.x)]


def _known(run: RunCurves, values: Floats) -> tuple[Floats, Floats]:
    there = np.isfinite(values) & np.isfinite(run.epoch)
    return run.epoch[there], values[there]


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
    """Where the panels lie, as shares of the height, with `extra` pixels more between them."""
    share = _DRAWN / (_DRAWN + extra)
    return (1 - share * (_UPPER[1] - _UPPER[0]), 1.0), (0.0, share * _LOWER[1])


def _add_marks(figure: go.Figure, run: RunCurves, colour: Rgb, top: float, **rest: Any) -> None:
    """A line down each panel from every mark, and a triangle on it to hover over.

    A slider that was dragged leaves many marks: those in the midst of them have no lines.
    """
    if not run.marks:
        return
    near = _DRAGGED * (figure.layout.xaxis.range[1] - figure.layout.xaxis.range[0])
    panels = [figure.layout[axis].domain for axis in ("yaxis", "yaxis2")]
    for before, mark, after in zip(
        [None, *run.marks], run.marks, [*run.marks[1:], None], strict=False
    ):
        if all(
            other and other.knob == mark.knob and abs(other.epoch - mark.epoch) < near
            for other in (before, after)
        ):
            continue
        for low, high in panels:
            figure.add_shape(
                type="line",
                line={"color": css(colour), "width": 1, "dash": "dot"},
                **{"x0": mark.epoch, "x1": mark.epoch, "y0": low, "y1": high, "yref": "paper"},
            )
    figure.add_trace(
        go.Scatter(
            name="knob moved",
            x=[mark.epoch for mark in run.marks],
            y=[top] * len(run.marks),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 9, "color": css(colour)},
            cliponaxis=False,
            customdata=[escape(mark.words, quote=False) for mark in run.marks],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
            **rest,
        )
    )


def _labels(
    marks: Sequence[Mark], last: float, height: float, sign: str = ""
) -> list[dict[str, Any]]:
    """Words for all marks, those that are near to each other together.

    Args:
        height: where they stand, as a share of what lies between the margins.
        sign: what every one of them begins with, as markup: whose they are.
    """
    return [
        {
            "x": group[0].epoch,
            "y": height,
            "yref": "paper",
            "yanchor": "middle",
            "xanchor": "right" if group[0].epoch > (1 - _APART) * last else "left",
            "text": sign + escape(_together(group), quote=False),
            "showarrow": False,
            "font": {"size": 12, "color": css(MUTED)},
        }
        for group in _groups(marks, last)
    ]


def _groups(marks: Sequence[Mark], last: float) -> list[list[Mark]]:
    """The marks that share a label."""
    groups: list[list[Mark]] = []
    for mark in marks:
        # Near the right end a label stands to the left of its mark, and needs room there.
        apart = 2 * _APART if mark.epoch > (1 - _APART) * last else _APART
        if groups and mark.epoch - groups[-1][0].epoch < apart * last:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _together(marks: Sequence[Mark]) -> str:
    """ "τ 0.5 → 0.54 (24 moves), β 1 → 10": each knob's first and last value of these marks."""
    told = []
    for knob in dict.fromkeys(mark.knob for mark in marks):
        own = [mark for mark in marks if mark.knob == knob]
        words = replace(own[0], after=own[-1].after).words
        told.append(words if len(own) == 1 else f"{words} ({len(own)} moves)")
    return ", ".join(told)


def _floor(runs: Sequence[RunCurves]) -> float:
    """The bottom of the accuracy axis, in %: below all that was reached after the first epoch."""
    later = [run.test_accuracy[(run.epoch >= 1) & np.isfinite(run.test_accuracy)] for run in runs]
    reached = np.concatenate([np.empty(0), *later])
    if not len(reached):
        return 0
    lowest = max(0.0, 100 * float(reached.min()) - 1)
    step = 1 if lowest >= 90 else 5 if lowest >= 60 else 10
    return lowest // step * step
