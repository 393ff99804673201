"""The kinds of knobs that methods have of their own, for their entries in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.knob import Knob, log_stops

_GROUP = "Method"
"""The group of a method's own knobs."""


def number(
    name: str,
    default: float,
    label: str,
    help: str,
    stops: Sequence[float],
    *,
    live: bool = False,
    before: float | None = None,
) -> Knob:
    """A knob of the default's type with a slider; the ends of its stops are its bounds."""
    kind = type(default)
    return Knob(
        name=name,
        kind=kind,
        default=default,
        label=label,
        help=help,
        group=_GROUP,
        minimum=stops[0],
        maximum=stops[-1],
        # As whole numbers, several of the lowest stops may be equal.
        stops=tuple(dict.fromkeys(kind(stop) for stop in stops)),
        live=live,
        before=before,
    )


def ratio(name: str, default: float, label: str, help: str, *, live: bool = False) -> Knob:
    """A knob of a part of all weights or units."""
    return number(name, default, label, help, log_stops(0.001, 1, per_decade=20), live=live)


def target(
    name: str, help: str = "The part of all weights that stays active.", *, live: bool = False
) -> Knob:
    """The knob of the ratio of active connections."""
    if live:
        help += " A higher value during a run reopens no connection."
    return ratio(name, 0.05, "target ratio", help, live=live)


def interval(name: str, label: str, help: str) -> Knob:
    """A knob of a number of training steps."""
    return number(name, 100, label, help, log_stops(1, 100_000, per_decade=10))


def loss_weight(name: str, default: float, label: str, help: str) -> Knob:
    """A knob of what multiplies a term of the loss, which may change during a run."""
    stops = (0.0, *log_stops(0.001, 1, per_decade=10))
    return number(name, default, label, help, stops, live=True)


def choice(
    name: str, choices: tuple[str, ...], label: str, help: str, words: tuple[str, ...] = ()
) -> Knob:
    """A knob of one of several names; the first is the default."""
    return Knob(name, str, choices[0], label, help, _GROUP, choices=choices, words=words)
