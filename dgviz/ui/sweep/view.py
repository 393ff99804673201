"""What a reader has chosen in the cards of a sweep, which the browser shows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dgviz.number_text import read_number
from dgviz.settings import KNOBS, SettingsError
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import EPOCH_FIGURES

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


def checked(given: Mapping[str, object], grids: Sequence[Grid]) -> tuple[View, list[str]]:
    """The choices that the cards of these sweeps offer, and a sentence for each other one.

    Two sweeps share the choices: each shows what it has of them.
    """
    view, problems = dict(START), []
    for name in START:
        text = str(given.get(name) or "")
        if problem := text and _problem(name, text, grids):
            problems.append(f"{name} must be {problem}; it was {text[:40]!r}.")
        else:
            view[name] = text
    return view, problems


def _problem(name: str, text: str, grids: Sequence[Grid]) -> str:
    """What a choice must be, if it is not that."""
    accepted: tuple[str, ...] = ()
    axes = tuple(dict.fromkeys(axis for grid in grids for axis in grid.axes))
    if name == "x":
        accepted = axes
    elif name == "y":
        accepted = (*axes, NO_AXIS)
    elif name == "figure":
        accepted = FIGURES
    elif name == "show":
        accepted = _SHOWN
    elif name == "lines":
        accepted = _LINES
    elif name == "epoch":
        most = max(grid.epochs for grid in grids)
        is_epoch = text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most
        return "" if is_epoch else f"a whole number from 1 to {most}"
    elif name == "accuracy":
        number = read_number(text)
        return "" if number is not None and 0 <= number <= 100 else "a number from 0 to 100"
    elif name == "ranges":
        wanted = "least and most values of axes or figures, such as validation_accuracy:0.95.."
        return "" if _are_ranges(text, grids) else wanted
    else:
        return "" if _is_place(text, grids) else "values of the sweep's axes, such as beta:0.1"
    return "" if text in accepted else f"one of {', '.join(accepted)}"


def _is_place(text: str, grids: Sequence[Grid]) -> bool:
    """Whether a text is values of axes, as `fixed` and `cell` are."""
    for part in text.split(","):
        name, _, value = part.partition(":")
        try:
            checked = KNOBS[name].check(value)
        except (KeyError, SettingsError):
            return False
        if not any(checked in grid.axes.get(name, ()) for grid in grids):
            return False
    return True


def _are_ranges(text: str, grids: Sequence[Grid]) -> bool:
    """Whether a text is ranges of axes and figures, each with at least one end."""
    return all(any(_is_range(part, grid) for grid in grids) for part in text.split(","))


def _is_range(text: str, grid: Grid) -> bool:
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
    is_number = name in EPOCH_FIGURES or (values and not isinstance(values[0], str))
    return read_number(end) if is_number else None
