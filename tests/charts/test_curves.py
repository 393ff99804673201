"""Curves of one run and of several."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from plotly.graph_objects import Figure

from dgviz.charts import Mark, RunCurves, curves, svg, thinning_text
from dgviz.charts.palette import ACTIVE, TAU, css

NAN = float("nan")


def a_run(title: str = "a run", marks: tuple[Mark, ...] = (), epochs: int = 3) -> RunCurves:
    return RunCurves(
        title=title,
        epochs=epochs,
        epoch=np.array([0, 0.5, 1, 1.5, 2]),
        test_accuracy=np.array([0.1, NAN, 0.95, NAN, 0.97]),
        validation_accuracy=np.array([NAN, NAN, 0.94, NAN, 0.96]),
        active_ratio=np.array([1, 0.9, 0.8, 0.7, 0.6]),
        marks=marks,
    )


def test_a_run_is_drawn_in_percent_over_epochs_above_r() -> None:
    figure = curves([a_run()])
    test, validation, ratio = figure.data
    assert [trace.name for trace in figure.data] == [
        "test accuracy",
        "validation",
        "active ratio r",
    ]
    assert list(test.x) == [0, 1, 2]
    np.testing.assert_allclose(test.y, [10, 95, 97])
    np.testing.assert_allclose(validation.y, [94, 96])
    assert list(ratio.y) == [1, 0.9, 0.8, 0.7, 0.6]
    assert (test.yaxis, validation.yaxis, ratio.yaxis) == (None, None, "y2")
    assert (test.line.color, ratio.line.color) == (css(TAU), css(ACTIVE))
    assert (test.line.dash, validation.line.dash) == ("solid", "dot")
    assert tuple(figure.layout.xaxis.range) == (0, 2)
    assert [
        a.title.text for a in (figure.layout.xaxis, figure.layout.yaxis, figure.layout.yaxis2)
    ] == [
        "epoch",
        "accuracy, %",
        "active ratio r",
    ]


def test_the_epoch_axis_ends_at_the_end_of_the_longest_run() -> None:
    stopped = a_run(epochs=400)
    assert tuple(curves([stopped]).layout.xaxis.range) == (0, 2)
    moved = a_run(epochs=400, marks=(Mark(7.9, "β", "1", "30"),))
    assert tuple(curves([stopped, moved]).layout.xaxis.range) == (0, 10)


def test_the_accuracy_axis_begins_below_all_points_after_the_steep_rise() -> None:
    floor, top = curves([a_run()]).layout.yaxis.range
    assert floor == 93
    assert 100 < top < 101


def test_the_accuracy_axis_shows_a_run_that_was_stopped_in_its_first_epoch() -> None:
    none = np.full(4, NAN)
    short = RunCurves(
        "stopped",
        epochs=15,
        epoch=np.array([0, 0.3, 0.6, 0.9]),
        test_accuracy=np.array([0.1, 0.861, 0.905, 0.922]),
        validation_accuracy=none,
        active_ratio=none,
    )
    assert curves([a_run("dense"), short]).layout.yaxis.range[0] == 85


def test_the_accuracy_axis_includes_the_newest_validation_accuracy() -> None:
    run = replace(a_run(), validation_accuracy=np.array([NAN, NAN, NAN, NAN, 0.874]))
    assert curves([run]).layout.yaxis.range[0] == 85


def test_the_two_panels_do_not_touch() -> None:
    layout = curves([a_run()]).layout
    assert layout.yaxis2.domain[1] < layout.yaxis.domain[0]


def test_several_runs_differ_in_colour_and_dash_with_one_legend_entry_each() -> None:
    figure = curves([a_run("first"), a_run("second", epochs=9), a_run("first")])
    keys = [trace for trace in figure.data if trace.showlegend is not False]
    assert [key.name for key in keys] == ["1 · first", "2 · second", "3 · first", "validation"]
    assert len({key.line.color for key in keys[:3]}) == 3
    assert len({key.line.dash for key in keys[:3]}) == 3
    assert "dot" not in {key.line.dash for key in keys[:3]}
    # Also if two runs have the same name.
    assert len({key.legendgroup for key in keys[:3]}) == 3
    assert tuple(figure.layout.xaxis.range) == (0, 2)


def labels(figure: Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_a_knob_move_is_a_line_and_a_labelled_triangle() -> None:
    pruned = Mark(2, "pruned", text="pruned 9 connections")
    figure = curves([a_run(marks=(Mark(1.5, "β", "0.03", "1"),))])
    upper, lower = figure.layout.shapes
    (event, _) = curves([a_run(marks=(pruned,))]).layout.shapes
    assert event.line.dash != upper.line.dash, "events and changes differ in grey print"
    for line in (upper, lower):
        assert (line.x0, line.x1, line.yref) == (1.5, 1.5, "paper")
    # The label is between the panels, where no line crosses it.
    assert upper.y0 > figure.layout.annotations[0].y > lower.y1
    triangle = figure.data[-1]
    assert (triangle.marker.symbol, list(triangle.x)) == ("triangle-down", [1.5])
    assert list(triangle.customdata) == ["β 0.03 → 1"]
    assert labels(figure) == ["β 0.03 → 1"]


def test_close_moves_share_a_label() -> None:
    drag = [Mark(round(0.1 + 0.01 * i, 2), "τ", f"0.5{i}", f"0.5{i + 1}") for i in range(9)]
    late = Mark(0.2, "β", "1", "10"), Mark(1.5, "β", "10", "1"), Mark(2.9, "τ", "0.59", "0.4")
    figure = curves([a_run(marks=(*drag, *late))])
    assert labels(figure) == ["τ 0.50 → … → 0.59 (9 changes), β 1 → 10", "β 10 → 1", "τ 0.59 → 0.4"]
    # A line down both panels at each end of the drag, and at each other move.
    assert {line.x0 for line in figure.layout.shapes} == {0.1, 0.18, 0.2, 1.5, 2.9}
    first, second, third = figure.layout.annotations
    assert [note.xanchor for note in (first, second, third)] == ["left", "left", "right"]
    assert first.y == third.y > second.y, "neighbours would overlap on a narrow screen"


def test_moves_beyond_the_last_epoch_get_no_label() -> None:
    beyond = [Mark(10.0 + i, "τ", "0.5", "0.6") for i in range(2000)]
    figure = curves([a_run(marks=(Mark(1.0, "β", "1", "10"), *beyond))])
    assert labels(figure) == ["β 1 → 10"]


def test_a_label_has_all_of_a_few_changes() -> None:
    moves = Mark(1, "β", "1", "10"), Mark(1.1, "β", "10", "−1"), Mark(1.2, "β", "−1", "0")
    assert labels(curves([a_run(marks=moves[:2])])) == ["β 1 → 10 → −1"]
    assert labels(curves([a_run(marks=moves)])) == ["β 1 → 10 → −1 → 0"]


def test_labels_of_several_runs_have_the_number_of_the_run() -> None:
    first, third = (Mark(1, "β", "1", "10"),), (Mark(1, "τ", "0.5", "0.54"),)
    figure = curves([a_run("a", first), a_run("b"), a_run("c", third)])
    assert [re.sub("<.*?>", "", label) for label in labels(figure)] == [
        "▼ 1: β 1 → 10",
        "▼ 3: τ 0.5 → 0.54",
    ]
    upper, lower = figure.layout.yaxis.domain[0], figure.layout.yaxis2.domain[1]
    heights = [note.y for note in figure.layout.annotations]
    assert upper > heights[0] > heights[1] > lower
    alone = curves([a_run("a", first), a_run("b")])
    assert figure.layout.height > alone.layout.height


def test_a_title_is_text_and_no_markup() -> None:
    figure = curves([a_run('<a href="http://evil">x</a>'), a_run()])
    assert figure.data[0].name == '1 · &lt;a href="http://evil"&gt;x&lt;/a&gt;'


def test_a_run_without_points_has_axes_and_a_legend_entry() -> None:
    none = np.empty(0)
    empty = RunCurves("nothing yet", 50, none, none, none, none)
    assert curves([empty]).layout.yaxis.range == (0, 103)
    assert curves([empty, a_run()]).data[0].name == "1 · nothing yet"
    assert curves([]).layout.xaxis.range == (0, 1)


def test_a_band_surrounds_a_mean_and_is_hidden_with_it() -> None:
    half = np.full(5, 0.01)
    banded = replace(a_run(), bands={"test_accuracy": half, "active_ratio": half})
    accuracy, ratio, *lines = curves([banded]).data
    assert [trace.name for trace in lines] == ["test accuracy", "validation", "active ratio r"]
    np.testing.assert_allclose(accuracy.x, [0, 1, 2, 2, 1, 0])
    np.testing.assert_allclose(accuracy.y, [11, 96, 98, 96, 94, 9])
    np.testing.assert_allclose(ratio.y[:5], [1.01, 0.91, 0.81, 0.71, 0.61])
    assert (accuracy.fillcolor, ratio.fillcolor) == (css(TAU), css(ACTIVE))
    several = curves([banded, a_run()]).data
    assert {trace.legendgroup for trace in several if trace.fill} == {"0"}
    assert svg(curves([banded]), "").count('opacity="0.2"') == 2


def test_a_few_events_are_all_marked() -> None:
    marks = tuple(Mark(epoch, "rewound", text="rewound") for epoch in (2, 4, 6))
    (line,) = curves([a_run(marks=marks, epochs=10)]).select_traces({"name": "changed"})
    which = ["first", "2", "last"]
    assert list(line.customdata) == [f"rewound ({one} of 3)" for one in which]
    assert thinning_text([a_run(marks=marks)]) == ""


def test_hundreds_of_events_draw_two_lines_for_each_name_and_count_all() -> None:
    """A run of GraNet, whose events alternate, and whose curves must stay readable."""
    names = ("pruned", "dropped and grown")
    marks = tuple(
        Mark(i / 15, names[i % 2], text=f"{names[i % 2]}: event {i}") for i in range(1, 601)
    )
    alone = curves([a_run(marks=marks, epochs=40)])
    down = {line.x0 for line in alone.layout.shapes if line.x0 == line.x1}
    along = [(line.x0, line.x1, line.y0) for line in alone.layout.shapes if line.x0 != line.x1]
    assert down == {1 / 15, 2 / 15, 599 / 15, 40}
    assert along == [(1 / 15, 599 / 15, 1), (2 / 15, 40, 1)]
    drawn = re.findall(r"M([0-9.]+),([0-9.]+)L([0-9.]+),([0-9.]+)\"", svg(alone, ""))
    assert sum(y0 == y1 and x0 < x1 for x0, y0, x1, y1 in drawn) == 2
    triangles = next(trace for trace in alone.data if trace.name == "changed")
    assert list(triangles.customdata) == [
        "dropped and grown: event 1 (first of 300)",
        "pruned: event 2 (first of 300)",
        "dropped and grown: event 599 (last of 300)",
        "pruned: event 600 (last of 300)",
    ]
    assert labels(alone) == [
        "dropped and grown 300 times, epochs 0.1 to 39.9, pruned 300 times, epochs 0.1 to 40"
    ]
    beside = curves([a_run("a", marks, 40), a_run("b", marks, 40)])
    assert len({note.y for note in beside.layout.annotations}) == len(beside.layout.annotations)
    assert "the first and the last are marked" in thinning_text([a_run(marks=marks)])
