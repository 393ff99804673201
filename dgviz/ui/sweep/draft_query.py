"""A sweep that is being laid out as parameters of the address, and back."""

from __future__ import annotations

from typing import Any

from dgviz.formatting import joined
from dgviz.methods.catalogue import METHODS
from dgviz.settings import KNOBS, PRESETS, SettingsError
from dgviz.ui.address import Query, quoted
from dgviz.ui.sweep.draft import FIELDS, Draft, possible_axes, start_axes, start_text

_NUMBERS = ("seeds", *FIELDS)
PARAMETERS = (*KNOBS, "axes", "seeds", "halving", "name")
"""The parameters that describe the form."""

_TITLES = {"preset": PRESETS[Draft.preset].title, "method": METHODS[Draft.method].title}
_YES = "yes"


def to_query(draft: Draft) -> dict[str, str]:
    """The parameters from which `from_query` makes this draft again.

    `axes=beta,tau` names the axes, and the values of each have the setting's name, as on the
    command line: `beta=0.01:10:log8`. A field that an axis takes the place of has none.
    """
    start, query = Draft(), {}
    for name in ("preset", "method"):
        if (value := getattr(draft, name)) != getattr(start, name):
            query[name] = value
    query |= {"axes": ",".join(draft.axes), **draft.axes}
    for name in _NUMBERS:
        if name not in draft.axes and getattr(draft, name) != getattr(start, name):
            query[name] = str(getattr(draft, name))
    if draft.halving:
        query["halving"] = _YES
    if draft.name:
        query["name"] = draft.name
    return query


def from_query(query: Query) -> tuple[Draft, list[str]]:
    """The draft that an address describes; and what is said about each choice that is not accepted:
    what would be, and what the form has instead.

    The values of an axis and the name are taken as they are: the form says under the field what is
    wrong.
    """
    problems: list[str] = []
    chosen: dict[str, Any] = {}
    for name in ("preset", "method"):
        if text := query.last(name):
            try:
                chosen[name] = KNOBS[name].check(text)
            except SettingsError as problem:
                problems.append(f"{problem} The form has {_TITLES[name]} instead.")
    method = chosen.get("method", Draft.method)
    names, others = _axes(query, method)
    title = METHODS[method].title
    if others:
        problems.append(
            f"axes must be settings that can have several values with the method {title}; it had "
            f"{quoted(others)}. The form has the {'axis' if len(names) == 1 else 'axes'} "
            f"{joined(names)}."
        )
    possible = possible_axes(method)
    for name in query:
        if name in KNOBS and name not in (*names, "preset", "method", *_NUMBERS):
            problems.append(
                f"{name} is ignored, because it is not one of the axes: name it in axes."
                if name in possible
                else f"{name} is ignored, because it cannot be an axis with the method {title}."
            )
    for name in _NUMBERS:
        if name not in names:
            number, refusal = query.checked_number(name, least=1)
            if number is not None:
                chosen[name] = number
            elif refusal:
                problems.append(f"{refusal} The form has {getattr(Draft, name)} instead.")
    if text := query.last("halving"):
        chosen["halving"] = text == _YES
        if text != _YES:
            problems.append(
                f"halving must be {_YES}; it was {quoted([text])}. No trials are stopped early."
            )
    chosen["name"] = query.last("name")
    draft = Draft(**chosen, axes={})
    axes = {name: query.last(name) if name in query else start_text(name, draft) for name in names}
    return Draft(**chosen, axes=axes), problems


def _axes(query: Query, method: str) -> tuple[list[str], list[str]]:
    """The axes that an address names, and what it names that cannot be one.

    Those that the method begins with, if it names none that can be one.
    """
    if "axes" not in query:
        return list(start_axes(method)), []
    given, possible = query.last("axes"), possible_axes(method)
    named = dict.fromkeys(name.strip() for name in given.split(",") if name.strip())
    accepted = [name for name in named if name in possible]
    others = [name for name in named if name not in possible]
    return (list(start_axes(method)) if others and not accepted else accepted), others
