"""The state of the Pixels page in one browser tab, synchronised with the URL."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from dgviz.data.catalogue import DATASETS, TEST_IMAGES
from dgviz.live.hub import Run
from dgviz.settings import Settings
from dgviz.ui import address, playhead, run_choice
from dgviz.ui.components import Pins
from dgviz.ui.notes import note

_VIEW = "pixels_view"
FILTERS = ("mistakes", "uncertain")
"""Which test images can be browsed, if not all."""


@dataclass(frozen=True)
class View:
    """The shown run and what is pinned.

    Attributes:
        run: its id; None for the newest run.
        pixel: an input, from 0.
        unit: a hidden unit, from 0.
        route: of a network with routes, the one that is shown, from 1; None for the one that the
            digit mostly takes.
        digit: the browsed test image, from 0; None for the first one.
        digits: the test images to browse, one of `FILTERS`; None for all.
        label: the class to which they are limited.
    """

    run: str | None = None
    pixel: int | None = None
    unit: int | None = None
    route: int | None = None
    digit: int | None = None
    digits: str | None = None
    label: int | None = None


def restore() -> None:
    """Apply a new query of the address.

    Without a run in it, the page shows the Live page's run, or else the newest.
    """
    if (query := address.new_query("pixels")) is not None:
        st.session_state[_VIEW] = _read(query)
    if view().run is None:
        st.session_state[_VIEW] = replace(view(), run=run_choice.first_choice())


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def current_run() -> Run | None:
    """The run to show; if it cannot be found, the newest one, with a note."""
    run = run_choice.found(view().run)
    if (shown := run.id if run else None) != view().run:
        _change(run=shown, route=None)
    return run


def check_route(settings: Settings) -> None:
    """Pin no route, with a note, if the network does not have the one of the link."""
    route = view().route
    if route is None:
        return
    routing, title = settings.spec.routing, settings.spec.title
    count: int = settings[routing.count] if routing and routing.count else 0
    if 1 <= route <= count:
        return
    _change(route=None)
    if count:
        word = settings.spec.routes
        note(
            f"In the link: route must be a whole number from 1 to {count} for this network; it was "
            f"{route}. The {word} that the digit mostly takes is shown."
        )
    else:
        note(f"In the link: route={route} is ignored, because {title} has no route to choose.")


def check_digit(settings: Settings) -> None:
    """Browse all test images from the first, with a note, if the link's does not exist."""
    classes = len(DATASETS[settings.dataset].classes)
    for name, count in (("digit", TEST_IMAGES), ("label", classes)):
        value = getattr(view(), name)
        if value is not None and value >= count:
            note(f"In the link: {name} must be from 0 to {count - 1:,}; it was {value}.")
            _change(**{name: None})


def choose(run_id: str) -> None:
    """Show another run; pixel and unit stay pinned, so that runs can be compared.

    A route does not: those of two networks have only the number in common.
    """
    _change(run=run_id, route=None)


def at() -> int | None:
    """The step that the replay shows; None for the run's newest."""
    return playhead.step(view().run)


def set_step(step: int | None) -> None:
    playhead.move(view().run, step)


def pins() -> Pins:
    """What is pinned; None for nothing."""
    return {name: value for name, value in asdict(view()).items() if name != "run"}


def pin(pinned: Pins) -> None:
    """Pin what `pins` returns."""
    _change(**pinned)


def write_url() -> None:
    shown = {**asdict(view()), "at": at()}
    address.write({name: str(value) for name, value in shown.items() if value is not None})


def _change(**changes: Any) -> None:
    st.session_state[_VIEW] = replace(view(), **changes)


def _read(query: address.Query) -> View:
    run = query.last("run") or None
    playhead.move(run, query.number("at"))
    return View(
        run,
        query.number("pixel"),
        query.number("unit"),
        query.number("route", least=1),
        query.number("digit"),
        _filter(query),
        query.number("label"),
    )


def _filter(query: address.Query) -> str | None:
    given = query.last("digits")
    if not given or given in FILTERS:
        return given or None
    choices = " or ".join(FILTERS)
    note(f"In the link: digits must be {choices}; it was {given[:40]!r}. All are browsed.")
    return None
