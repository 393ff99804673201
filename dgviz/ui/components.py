"""A Python function for each browser card; the cards are ES modules in `dgviz/web/`.

Each card is mounted with the run that it shows. It receives snapshots over the run's socket, so no
script reruns while a network trains.
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
from dgviz.ui.words import gates_text
from dgviz.web import files

_SCRIPT = """const linked = import(new URL("{address}", document.baseURI));
const words = "This card could not be loaded from the server. Reload the page.";
export default (component) => linked.then(
  ({{ modules }}) => modules.loader.mount("{module}", component, modules),
  () => {{ component.parentElement.innerHTML = `<p role="alert">${{words}}</p>`; }});
"""
"""The address is relative to the page, because a reverse proxy may change the path. The module is
imported once, so that calls reach the loader in order."""

_WHOLE_RUN = [
    "replay/scrubber",
    "live/figures",
    "live/remains",
    "live/gate_map",
    "live/pixel_map",
    "live/routing",
    "live/curves",
    "live/histogram",
]

_RACE = [
    "compare/progress",
    "compare/accuracy",
    "compare/active_ratio",
    "compare/race_table",
    "compare/tradeoff",
    "compare/maps",
    "compare/overlap",
    "compare/digits",
]

_SWEEP = ["sweep/heatmap", "sweep/front", "sweep/fewest", "sweep/parallel", "sweep/cell"]

_ISSUED = "cards_issued"
_numbers = itertools.count(round(time.time() * 1000))
"""Greater than the numbers of the previous server: pages stay open when a server restarts."""


def feed_of(run: Run | None) -> dict[str, Any]:
    """The id and token with which a card opens the run's socket."""
    return {"run": run.id, "token": run.token} if run else {"run": None}


def history() -> None:
    """Limit Back and Forward to changes worth a step; invisible, on every page. See `address`."""
    _show("shell/history", "history", {})


def focus() -> None:
    """Keep the keyboard focus when a pressed widget disappears; invisible, on every page."""
    _show("shell/focus", "focus", {})


def status(run: Run | None, *, hint: str) -> None:
    """Show phase, epoch, time left and progress; rerun the page when a phase or a knob changes."""
    phase, knobs = (run.phase, run.knobs) if run else ("idle", {})
    data = {**feed_of(run), "phase": phase, "knobs": knobs, "hint": hint}
    _show("live/status", "status", data, on_phase_change=_nothing, on_turns_change=_nothing)


def connection_map(run: Run, *, key: str) -> None:
    """Show every connection of the first layer; maps of several runs differ in their `key`."""
    data = {**feed_of(run), "method": _method_data(run.settings), "cards": ["live/gate_map"]}
    _show("kit/board", key, data)


def whole_run(
    run: Run | None,
    baseline: Run | None,
    *,
    settings: Settings,
    at: int | None,
    speed: dict[str, Any] | None = None,
    on_seek: Callable[[int | None], None],
    on_train_baseline: Callable[[Settings], None],
) -> None:
    """Show all cards of a run: its player, its figures and its charts.

    They share one grid, so that a narrow screen can show the connection map before the player.

    live/gate_map: every connection of the first layer, hidden units down, input pixels across.
    live/pixel_map: how many active connections each input pixel has.
    live/routing: the share of each route for each class, instead of the pixel map, which would be
        of one colour; only for a method with routes.
    live/curves: accuracy, active ratio and loss over the epochs, with marks at changes of knobs.
    live/histogram: the distribution of the method's scores, with tau; only if it has scores.

    Args:
        settings: the run's with the present values of its knobs, or without one the next run's.
        at: the step that the player begins at; None for the end.
        speed: how fast its network is, see `ui.measured_speed`; None if it has not been measured.
        on_seek: called with the chosen step when the player's slider is released or paused.
        on_train_baseline: called with the run's settings when the user starts the dense baseline.
    """
    method = settings.spec
    shown = {"method": _method_data(settings), "at": at, "speed": speed}
    dense = {"baseline": feed_of(baseline) if baseline else None}
    left_out = {"live/pixel_map" if method.routes else "live/routing"}
    if not method.scores:
        left_out.add("live/histogram")
    cards = [card for card in _WHOLE_RUN if card not in left_out]
    data = {**feed_of(run), **dense, **shown, "cards": cards}
    _show(
        "kit/board",
        "whole_run",
        data,
        on_at_change=lambda: on_seek(chosen_step("whole_run")),
        on_train_baseline_change=partial(on_train_baseline, run.settings) if run else _nothing,
    )


def _method_data(settings: Settings) -> dict[str, Any]:
    """What the cards show of a method."""
    method = settings.spec
    return {
        "masks": method.masks,
        "scores": method.scores,
        "whose": gates_text(settings),
        "routes": method.routes,
        "keep": settings[method.keep] if method.keep else 0,
        "frozenFrom": settings.freeze_at * settings.epochs,
    }


def scrubber(
    run: Run | None,
    *,
    at: int | None = None,
    on_seek: Callable[[], None] | None = None,
    key: str = "scrubber",
) -> None:
    """Show a player of the run's recording, which every card of the run on the page follows.

    Args:
        at: the step to begin at; None for the end.
        on_seek: called when its slider is released or paused; see `chosen_step`.
        key: differs between two scrubbers on a page.
    """
    data = {**feed_of(run), "at": at}
    _show("replay/scrubber", key, data, on_at_change=on_seek or _nothing)


def chosen_step(key: str = "scrubber") -> int | None:
    """The step last chosen with a scrubber, None for the end; for its callback."""
    step: int | None = _value_of(key, "at")
    return step


def gate_difference(
    first: Run, second: Run, names: tuple[str, str], *, key: str = "gate_difference"
) -> None:
    """Map the connections active in both runs, only one, or neither; `names` go to the legend."""
    data = {**feed_of(first), "other": feed_of(second), "names": list(names)}
    _show("runs/gate_difference", key, data)


def inspector(name: str, run: Run, baseline: Run | None, *, caption: list[str]) -> None:
    """Show a card of the Pixels page; all of them show the same pinned pixel, unit and route.

    retention: which pixels are in use: active connections, counted and weighted.
    by_class: which pixels count for and against each class.
    pixel_story: the pinned pixel's connections, and the history of its gates.
    units: all hidden units as receptive fields, and the pinned one's story.
    digit_story: how a digit from the data set, drawn or uploaded, is classified.

    Of a network with routes by_class, pixel_story and units show one route at a time.

    Args:
        caption: the lines beneath a saved picture.
    """
    dense = {"baseline": feed_of(baseline) if baseline else None}
    data = {**feed_of(run), **dense, "routing": _routing_data(run.settings)}
    # A new card for each run, so that no value of the previous run is shown for this one.
    key = f"{name}_{run.id}"
    _show(f"pixels/{name}", key, {**data, "caption": caption})


def _routing_data(settings: Settings) -> dict[str, Any] | None:
    """How the network routes an image, for `web/pixels/routed.js`; None without routes."""
    spec = settings.spec
    if spec.routing is None:
        return None
    chosen = settings[spec.routing.chosen] if spec.routing.chosen else None
    return {"kind": spec.routing.kind, "word": spec.routes, "chosen": chosen}


def race(data: dict[str, Any]) -> None:
    """Show the runs of a comparison, and rerun the page when some of them have ended.

    compare/progress: a row for each method and target ratio, with the run of each seed.
    compare/accuracy, compare/active_ratio: the curves of all runs, live.
    compare/tradeoff: test error against kept weights, beside published results.
    compare/race_table: what the finished runs reached, to save as CSV, LaTeX and Markdown.
    compare/maps, compare/overlap: where each method keeps its connections, and which they share.
    compare/digits: the test digits that only one of two methods gets right.

    Args:
        data: see `ui.compare.board`.
    """
    _show("kit/board", "race", {**data, "cards": _RACE}, on_ended_change=_nothing)


def choices(
    page: str, view: Mapping[str, str], *, on_change: Callable[[Mapping[str, str]], None]
) -> None:
    """Keep what the reader has chosen in the cards of a page; invisible.

    Args:
        page: "compare" or "sweep".
        view: see `ui.compare.view` and `ui.sweep.view`.
        on_change: called with the new choices.
    """
    key = f"{page}_choices"

    def changed() -> None:
        on_change(_value_of(key, "chosen"))

    _show(f"{page}/choices", key, dict(view), on_chosen_change=changed)


def sweep(sides: Sequence[dict[str, Any]]) -> None:
    """Show the trials of one or two sweeps, which the browser reads from the server.

    sweep/heatmap: a figure of every cell over one or two axes, after any epoch.
    sweep/front: error against kept weights of all cells.
    sweep/parallel: all axes and figures of all cells, on any of which a range limits the others.
    sweep/cell: the chosen cell: its seeds, its pixels, and thresholds afterwards.
    sweep/fewest: the smallest network that reaches an accuracy.

    Each card of the second sweep stands beside that of the first.

    Args:
        sides: see `ui.sweep.cards`.
    """
    first, *others = sides
    cards: list[Any] = []
    for card in _SWEEP:
        cards += [card, *({"card": card, "place": "other", "data": other} for other in others)]
    _show("kit/board", "sweep", {**first, "cards": cards})


def compact_story(data: dict[str, Any]) -> None:
    """Show accuracy, sizes and times of a network on its way from dense to compact.

    Args:
        data: see `ui.compact.story`.
    """
    _show("compact/story", "compact_story", data)


def compact_tau(data: dict[str, Any], *, on_change: Callable[[float], None]) -> None:
    """Show accuracy and size against τ, with a slider.

    Args:
        data: see `ui.compact.prune_harder`.
        on_change: called with τ when the slider is released.
    """

    def changed() -> None:
        on_change(_value_of("compact_tau", "tau"))

    _show("compact/tau", "compact_tau", data, on_tau_change=changed)


def compact_speed(data: dict[str, Any]) -> None:
    """Show how fast each program is, against dense PyTorch.

    Args:
        data: see `ui.compact.speed`.
    """
    _show("compact/speed", "compact_speed", data)


def compact_ratios(data: dict[str, Any]) -> None:
    """Show the time of each program over the ratio of active connections.

    Args:
        data: see `ui.compact.ratios`.
    """
    _show("compact/ratios", "compact_ratios", data)


Pins = Mapping[str, int | str | None]
"""What the cards of the Pixels page share, see `web/pixels/pin.js`."""


def pins(pinned: Pins, *, on_change: Callable[[Pins], None]) -> None:
    """Keep what is pinned; invisible. `on_change` is called with the new pins."""

    def changed() -> None:
        on_change(_value_of("pins", "pinned"))

    _show("pixels/pins", "pins", dict(pinned), on_pinned_change=changed)


KnobData = list[dict[str, Any]]
"""Knobs as `web/live/knob_model.js` reads them."""


def knobs(
    run: Run | None, sliders: KnobData, others: KnobData, *, on_change: Callable[[str, Any], None]
) -> None:
    """Show the sliders of the live knobs.

    Args:
        others: live knobs without a slider: the card shows which of them wait for the next step.
        on_change: called with a knob's name and value when its slider is released.
    """
    data = {**feed_of(run), "knobs": sliders, "others": others}
    _show("live/knobs", "knobs", data, **_change_callbacks("knobs", sliders, on_change))


Commands = Mapping[str, Callable[[], None]]
"""Callbacks of the buttons in `web/live/commands.js`, by their names there."""


def run_buttons(run: Run | None, commands: Commands) -> None:
    """Show a button for every command to a run, each at a fixed place."""
    _show(
        "live/run_buttons",
        "run_buttons",
        _command_data(run),
        width="content",
        **_command_callbacks(commands),
    )


def dock(
    run: Run | None,
    sliders: KnobData,
    others: KnobData,
    *,
    on_change: Callable[[str, Any], None],
    commands: Commands,
) -> None:
    """Show the sliders at the foot of a small screen, and a button to start, pause or resume."""
    data = {**_command_data(run), "knobs": sliders, "others": others}
    _show(
        "live/dock",
        "dock",
        data,
        **_command_callbacks(commands),
        **_change_callbacks("dock", sliders, on_change),
    )


def _command_data(run: Run | None) -> dict[str, Any]:
    """The run's state, for cards that offer commands before its socket is open."""
    standing = {"phase": run.phase, "resumable": run.resumable} if run else {"phase": "idle"}
    return {**feed_of(run), **standing}


def _command_callbacks(commands: Commands) -> dict[str, Callable[[], None]]:
    return {f"on_{name}_change": act for name, act in commands.items()}


def _change_callbacks(
    key: str, sliders: KnobData, on_change: Callable[[str, Any], None]
) -> dict[str, Callable[[], None]]:
    def turned(name: str) -> None:
        on_change(name, _value_of(key, name))

    return {f"on_{knob['name']}_change": partial(turned, knob["name"]) for knob in sliders}


def _value_of(key: str, name: str) -> Any:
    """The value that a card has just sent, see `web/core/telling.js`; for its callback."""
    return st.session_state[key][name]["value"]


def _show(module: str, key: str, data: dict[str, Any], **rest: Any) -> None:
    """Mount a card or update its data, numbered so that the browser knows the newest.

    Args:
        rest: the card's callbacks, and its width unless it fills the room.
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
    """Do nothing: Streamlit drops the value of a state key without a callback."""
