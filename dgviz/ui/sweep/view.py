"""What a reader has chosen in the cards of a sweep, which the browser shows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dgviz.number_text import read_number
from dgviz.settings import KNOBS, SettingsError
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import EPOCH_FIGURES
from dgviz.ui.address import quoted

View = Mapping[str, str]
"""The choices, by the names that they have in the address and in `web/sweep/view.js`. "" stands for
what the cards show at first.

x, y: the axes of the map.
figure: what the map shows, one of `FIGURES`.
epoch: after which epoch.
fixed: the values of the other axes, "hidden:64,epochs:4".
cell: the chosen cell, by the values of all axes.
lines: of what there are lines of equal values on the map.
show: what is shown of the chosen cell.
accuracy: the validation accuracy, in %, that the smallest network is to reach.
ranges: those that limit the shown cells, "beta:0.03..1,validation_accuracy:0.95..".
"""

START: View = dict.fromkeys(
    ("x", "y", "figure", "epoch", "fixed", "cell", "lines", "show", "accuracy", "ranges"), ""
)

FIGURES = ("validation", "test", "ratio", "weights", "dead")
NO_AXIS = "none"
"""As y: the map has a single axis."""

_SHOWN = ("seeds", "afterwards")
_LINES = ("both", "accuracy", "r", "none")

_LISTS = {
    "fixed": "values of the sweep's axes, such as beta:0.1",
    "ranges": "least and most values of axes or figures, such as validation_accuracy:0.95..",
}
"""The choices with several parts, each of which is accepted or not: what they must be."""


def checked(given: Mapping[str, object], grids: Sequence[Grid]) -> tuple[View, list[str]]:
    """The choices that the cards of these sweeps offer, and a sentence for each name with others.

    Two sweeps share the choices: each shows what it has of them.
    """
    view, problems = dict(START), []
    for name in START:
        # The browser reads no other minus.
        text = str(given.get(name) or "").replace("−", "-")
        if name in _LISTS:
            accepted, refused = _parts(name, text, grids)
            view[name] = ",".join(accepted)
            if refused:
                problems.append(f"{name} must be {_LISTS[name]}; it had {quoted(refused)}.")
        elif problem := text and _problem(name, text, view, grids):
            problems.append(f"{name} must be {problem}; it was {quoted([text])}.")
        else:
            view[name] = text.replace(",", ".") if name == "accuracy" else text
    return view, problems


def _problem(name: str, text: str, view: View, grids: Sequence[Grid]) -> str:
    """What a choice must be, if it is not that.

    Args:
        view: what was accepted before.
    """
    accepted: tuple[str, ...] = ()
    axes = tuple(dict.fromkeys(axis for grid in grids for axis in grid.axes))
    if name == "x":
        accepted = axes
    elif name == "y":
        # A sweep with one axis has none that goes up.
        several = {axis for grid in grids if len(grid.axes) > 1 for axis in grid.axes}
        accepted = (*(one for one in axes if one in several and one != view["x"]), NO_AXIS)
    elif name == "figure":
        has_validation = all(grid.base.validation for grid in grids)
        accepted = FIGURES if has_validation else FIGURES[1:]
    elif name == "show":
        has_threshold = any(grid.base.spec.preview for grid in grids)
        accepted = _SHOWN if has_threshold else _SHOWN[:1]
    elif name == "lines":
        accepted = _LINES
    elif name == "epoch":
        most = max(grid.epochs for grid in grids)
        is_epoch = text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most
        return "" if is_epoch else f"a whole number from 1 to {most}"
    elif name == "accuracy":
        number = read_number(text)
        return "" if number is not None and 0 <= number <= 100 else "a number from 0 to 100"
    else:
        is_cell = any(_is_cell(text, grid) for grid in grids)
        example = ",".join(f"{axis}:{values[0]}" for axis, values in grids[0].axes.items())
        return "" if is_cell else f"a value of each axis of the sweep, such as {example}"
    return "" if text in accepted else f"one of {', '.join(accepted)}"


def _parts(name: str, text: str, grids: Sequence[Grid]) -> tuple[list[str], list[str]]:
    """The parts of a list that a sweep has, one for each axis or figure, and the others."""
    is_accepted = _is_value if name == "fixed" else _is_range
    accepted: dict[str, str] = {}
    refused = []
    for part in filter(None, text.split(",")):
        what = part.partition(":")[0]
        if what not in accepted and any(is_accepted(part, grid) for grid in grids):
            accepted[what] = part
        else:
            refused.append(part)
    return list(accepted.values()), refused


def _is_cell(text: str, grid: Grid) -> bool:
    """Whether a text has one value of each axis."""
    parts = text.split(",")
    named = {part.partition(":")[0] for part in parts}
    return len(parts) == len(named) == len(grid.axes) and all(
        _is_value(part, grid) for part in parts
    )


def _is_value(text: str, grid: Grid) -> bool:
    """Whether a text like "beta:0.1" is a value of an axis."""
    name, _, value = text.partition(":")
    try:
        return KNOBS[name].check(value) in grid.axes.get(name, ())
    except (KeyError, SettingsError):
        return False


def _is_range(text: str, grid: Grid) -> bool:
    """Whether a text is a range on an axis or a figure, with at least one end."""
    name, _, ends = text.partition(":")
    first, dots, last = ends.partition("..")
    given = [end for end in (first, last) if end]
    places = [place for end in given if (place := _place(name, end, grid)) is not None]
    return bool(dots and given) and len(places) == len(given) and places == sorted(places)


def _place(name: str, end: str, grid: Grid) -> float | None:
    """Where an end of a range is on an axis or a figure; None if it cannot be there.

    A number need not be a value of the axis: the grid may have grown.
    """
    values = grid.axes.get(name, ())
    if end in values:
        return values.index(end)
    # A network that is chosen by its test accuracy looks better than it is.
    unused = "test_accuracy" if grid.base.validation else "validation_accuracy"
    is_figure = name in EPOCH_FIGURES and name != unused
    is_number = is_figure or (values and not isinstance(values[0], str))
    return read_number(end) if is_number else None
