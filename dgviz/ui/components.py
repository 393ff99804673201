"""A Python face for each browser card; the cards themselves are ES modules in `dgviz/web/`.

Each card is mounted with the run that it shows and from then on draws by itself: snapshots come
over the run's own socket, so no script reruns while a network trains.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import streamlit as st

from dgviz.live.hub import Run
from dgviz.settings import Settings
from dgviz.web import files

_SCRIPT = """const linked = import(new URL("{address}", document.baseURI));
const words = "This card could not be loaded from the server. Reload the page.";
export default (component) => linked.then(
  ({{ modules }}) => modules.loader.mount("{module}", component, modules),
  () => (component.parentElement.innerHTML = `<p role="alert">${{words}}</p>`));
"""
"""Relative to the page, whose path a reverse proxy may have changed. Imported once, so that calls
reach the loader in order."""

_WHOLE_RUN = [
    "replay/scrubber",
    "live/figures",
    "live/remains",
    "live/gate_map",
    "live/pixel_map",
    "live/curves",
    "live/histogram",
]

_ISSUED = "cards_issued"
_numbers = itertools.count(round(time.time() * 1000))
"""Greater than those of the server before: pages stay open when a server is started again."""


def feed_of(run: Run | None) -> dict[str, Any]:
    """What a card needs to open the run's socket."""
    return {"run": run.id, "token": run.token} if run else {"run": None}


def history() -> None:
    """Keeps Back and Forward to what is worth a step; invisible. For every page, see `address`."""
    _show("shell/history", "history", {})


def focus() -> None:
    """Keeps the keyboard's place when a widget vanishes at its press; invisible. For every page."""
    _show("shell/focus", "focus", {})


def status(run: Run | None, *, hint: str) -> None:
    """Phase, epoch, time left and progress; reruns the page when a phase or a knob changes."""
    phase, knobs = (run.phase, run.knobs) if run else ("idle", {})
    data = {**feed_of(run), "phase": phase, "knobs": knobs, "hint": hint}
    _show("live/status", "status", data, on_phase_change=_nothing, on_turns_change=_nothing)


def board(
    run: Run | None, baseline: Run | None, cards: Sequence[str], *, key: str = "board"
) -> None:
    """Cards on a grid, in pairs of a wide and a narrow one; two boards on a page differ in `key`.

    live/gate_map: every gate of the first layer, hidden units down, input pixels across.
    live/pixel_map: how many active connections each input pixel has.
    live/curves: accuracy, active ratio and loss over the epochs, with marks where a knob was moved.
    live/histogram: how the gate probabilities are spread, with tau.
    """
    data = {
        **feed_of(run),
        "baseline": feed_of(baseline) if baseline else None,
        "cards": list(cards),
    }
    _show("kit/board", key, data)


def whole_run(
    run: Run | None,
    baseline: Run | None,
    *,
    at: int | None,
    on_stop: Callable[[int | None], None],
    on_train_baseline: Callable[[Settings], None],
) -> None:
    """All cards of a run: its player, its figures and its charts.

    They share one grid, so that a narrow screen can show the gate map before the player.

    Args:
        at: the step that the player begins at; None for the end.
        on_stop: called with the step at which the reader has let go of the player.
        on_train_baseline: called with the run's settings when the dense baseline is asked for.
    """
    beside = {"baseline": feed_of(baseline) if baseline else None}
    data = {**feed_of(run), **beside, "at": at, "cards": _WHOLE_RUN}
    _show(
        "kit/board",
        "whole_run",
        data,
        on_at_change=lambda: on_stop(stopped_at("whole_run")),
        on_train_baseline_change=partial(on_train_baseline, run.settings) if run else _nothing,
    )


def scrubber(
    run: Run | None,
    *,
    at: int | None = None,
    on_stop: Callable[[], None] | None = None,
    key: str = "scrubber",
) -> None:
    """A player of what was recorded of a run: every card of the run on the page follows it.

    Args:
        at: the step to begin at; None for the end.
        on_stop: called when the reader has let go of it or paused it; see `stopped_at`.
        key: differs between two scrubbers on a page.
    """
    data = {**feed_of(run), "at": at}
    _show("replay/scrubber", key, data, on_at_change=on_stop or _nothing)


def stopped_at(key: str = "scrubber") -> int | None:
    """The step at which a scrubber was last let go of, None for the end; for its callback."""
    step: int | None = _told(key, "at")
    return step


def gate_difference(
    first: Run, second: Run, names: tuple[str, str], *, key: str = "gate_difference"
) -> None:
    """Which connections are active in both runs, only one, or neither; `names` go to the legend."""
    data = {**feed_of(first), "other": feed_of(second), "names": list(names)}
    _show("runs/gate_difference", key, data)


def inspector(name: str, run: Run, baseline: Run | None, *, caption: list[str]) -> None:
    """A card of the Pixels page; what is pinned on one shows on all.

    retention: which pixels are in use: active connections, counted and weighted.
    by_class: which pixels count for and against each class.
    pixel_story: the pinned pixel's connections, and the history of its gates.
    units: all hidden units as receptive fields, and the pinned one's story.
    digit_story: how a digit, browsed, drawn or uploaded, is classified.

    Args:
        caption: the lines beneath a picture that is saved.
    """
    data = {**feed_of(run), "baseline": feed_of(baseline) if baseline else None}
    # A card of its own for each run: nothing of the one before may be read under its name.
    key = f"{name}_{run.id}"
    _show(f"pixels/{name}", key, {**data, "caption": caption})


def pins(
    pixel: int | None, unit: int | None, *, on_change: Callable[[int | None, int | None], None]
) -> None:
    """Holds what is pinned on the page; invisible. `on_change` is given the new pixel and unit."""

    def changed() -> None:
        pinned = _told("pins", "pinned")
        on_change(pinned["pixel"], pinned["unit"])

    _show("pixels/pins", "pins", {"pixel": pixel, "unit": unit}, on_pinned_change=changed)


Described = list[dict[str, Any]]
"""Knobs as `web/live/knob_model.js` wishes to know them."""


def knobs(
    run: Run | None, sliders: Described, others: Described, *, on_turn: Callable[[str, Any], None]
) -> None:
    """The sliders of the live knobs.

    Args:
        others: live knobs without a slider: the card says when one of them waits for a step.
        on_turn: called with a knob's name and value when it is let go of, not while it moves.
    """
    data = {**feed_of(run), "knobs": sliders, "others": others}
    _show("live/knobs", "knobs", data, **_turns("knobs", sliders, on_turn))


Commands = Mapping[str, Callable[[], None]]
"""What the buttons of `web/live/commands.js` ask for, by their names there."""


def run_buttons(run: Run | None, commands: Commands) -> None:
    """Every command that can be given to a run, at a place of its own."""
    _show("live/run_buttons", "run_buttons", _standing(run), width="content", **_told_to(commands))


def dock(
    run: Run | None,
    sliders: Described,
    others: Described,
    *,
    on_turn: Callable[[str, Any], None],
    commands: Commands,
) -> None:
    """The sliders at the foot of a small screen, with a button that starts, pauses or resumes."""
    data = {**_standing(run), "knobs": sliders, "others": others}
    _show("live/dock", "dock", data, **_told_to(commands), **_turns("dock", sliders, on_turn))


def _standing(run: Run | None) -> dict[str, Any]:
    """How the run stands, for cards that give commands before its socket has told them."""
    standing = {"phase": run.phase, "resumable": run.resumable} if run else {"phase": "idle"}
    return {**feed_of(run), **standing}


def _told_to(commands: Commands) -> dict[str, Callable[[], None]]:
    return {f"on_{name}_change": act for name, act in commands.items()}


def _turns(
    key: str, sliders: Described, on_turn: Callable[[str, Any], None]
) -> dict[str, Callable[[], None]]:
    def turned(name: str) -> None:
        on_turn(name, _told(key, name))

    return {f"on_{knob['name']}_change": partial(turned, knob["name"]) for knob in sliders}


def _told(key: str, name: str) -> Any:
    """What a card has just told, see `web/core/telling.js`; for a callback of that name."""
    return st.session_state[key][name]["value"]


def _show(module: str, key: str, data: dict[str, Any], **rest: Any) -> None:
    """Mount a card, or tell it of other data, numbered so that the browser knows the newest.

    Args:
        rest: the card's callbacks, and where it is not as wide as there is room, its width.
    """
    issued = st.session_state.setdefault(_ISSUED, {})
    if key not in issued or issued[key][0] != data:
        issued[key] = (data, next(_numbers))
    _card(module)(key=key, data={**data, "issued": issued[key][1]}, **rest)


@cache
def _card(module: str) -> Callable[..., Any]:
    return st.components.v2.component(
        f"dgviz.{module.replace('/', '.')}",
        js=_SCRIPT.format(address=files.address("dgviz.js"), module=module),
    )


def _nothing() -> None:
    """A state key needs a callback for its value to reach the script."""
