"""A sweep that is being laid out: what the reader has entered, and the grid that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dgviz.comparison.standing import IGNORED
from dgviz.methods.catalogue import METHODS
from dgviz.settings import KNOBS, Settings, SettingsError
from dgviz.sweeps.axis_values import axis_text, axis_values
from dgviz.sweeps.folder import folder_name
from dgviz.sweeps.grid import NO_AXIS, Grid, GridError
from dgviz.sweeps.names import NameNotAccepted, check_name

_START = {"beta": "0.01:3:log6", "tau": "0.3:0.7:lin5", "learning_rate": "0.0003:0.003:log5"}
_RATIOS = "0.02:0.3:log5"

FIELDS = ("epochs", "hidden")
"""The settings with a field of their own, which an axis takes the place of."""


@dataclass(frozen=True)
class Draft:
    """What the reader has entered.

    Attributes:
        name: of the folder of the sweep; "" for the one that `folder_name` gives.
        axes: the values of each setting with several, as text, by its name.
        halving: whether trials that are behind others are stopped early.
    """

    preset: str = "classroom"
    method: str = Settings.method
    seeds: int = 1
    epochs: int = 4
    hidden: int = 64
    axes: Mapping[str, str] = field(default_factory=lambda: start_axes(Settings.method))
    halving: bool = False
    name: str = ""


def possible_axes(method: str) -> list[str]:
    """The settings of a method that can be an axis, those of its gates or its target first."""
    spec = METHODS[method]
    names = [
        knob.name
        for knob in Settings.from_preset("classroom", method=method).knobs()
        if knob.name not in NO_AXIS
    ]
    return sorted(names, key=lambda name: name not in ("beta", "tau", spec.target))


def start_axes(method: str) -> dict[str, str]:
    """The axes that a sweep of a method begins with."""
    possible, target = possible_axes(method), METHODS[method].target
    names = [name for name in possible if name in ("beta", "tau")]
    names = names or [target or "learning_rate"]
    return {name: start_text(name, Draft(method=method, axes={})) for name in names}


def start_text(name: str, draft: Draft) -> str:
    """The values that an axis begins with: useful ones, or the value that it has in the form."""
    if name == METHODS[draft.method].target:
        return _RATIOS
    if choices := KNOBS[name].choices:
        return ",".join(choices)
    if name in _START:
        return _START[name]
    if name in FIELDS:
        return f"{getattr(draft, name)}"
    return f"{Settings.from_preset(draft.preset, method=draft.method)[name]}"


def name_of(draft: Draft) -> str:
    """The name that the reader has given the sweep; "" if none.

    Raises:
        NameNotAccepted: it is not accepted.
    """
    name = draft.name.strip()
    return check_name(name) if name else ""


def can_halve(grid: Grid) -> bool:
    """Whether its trials can be stopped early: by validation, all after the same epochs."""
    return grid.base.validation > 0 and "epochs" not in grid.axes


def grid_of(draft: Draft) -> tuple[Grid | None, dict[str, str]]:
    """The grid of a draft, or None; and a sentence for each field that is not accepted.

    The sentence of "" is about the grid as a whole, that of "name" about the sweep's name, without
    which there is a grid all the same.
    """
    problems: dict[str, str] = {}
    axes: dict[str, tuple[Any, ...]] = {}
    for name, text in draft.axes.items():
        try:
            axes[name] = axis_values(KNOBS[name], text) if text.strip() else ()
        except SettingsError as problem:
            problems[name] = str(problem)
        else:
            if not axes[name]:
                problems[name] = f"The grid is empty: {KNOBS[name].full_name} has no values."
    if not draft.axes:
        problems[""] = "The grid is empty: choose at least one axis."
    fixed = {name: getattr(draft, name) for name in FIELDS if name not in draft.axes}
    grid: Grid | None = None
    try:
        base = Settings.from_preset(draft.preset, method=draft.method, **fixed)
        grid = None if problems else Grid(base, axes, draft.seeds)
    except SettingsError as problem:
        problems[problem.knob] = str(problem)
    except GridError as problem:
        problems[""] = str(problem)
    try:
        name_of(draft)
    except NameNotAccepted as problem:
        problems["name"] = str(problem)
    return grid, problems


def draft_of(grid: Grid, name: str) -> Draft:
    """The draft of a sweep, as far as the form has fields for its settings: see `lacking`.

    Args:
        name: of its folder in the runs directory; "" for a sweep elsewhere.
    """
    fixed = {field: grid.base[field] for field in FIELDS if field not in grid.axes}
    return Draft(
        preset=grid.base.preset,
        method=grid.base.method,
        seeds=grid.seeds,
        axes={axis: axis_text(KNOBS[axis], values) for axis, values in grid.axes.items()},
        name="" if name == folder_name(grid) else name,
        **fixed,
    )


def lacking(grid: Grid) -> dict[str, Any]:
    """The settings of a sweep for which the form has no field, with their values."""
    fixed = {field: grid.base[field] for field in FIELDS}
    own = Settings.from_preset(grid.base.preset, method=grid.base.method, **fixed)
    return {
        knob.name: grid.base[knob.name]
        for knob in grid.base.knobs()
        if knob.name not in (*grid.axes, *IGNORED) and grid.base[knob.name] != own[knob.name]
    }
