"""A sweep that is being laid out as parameters of the address, and back."""

from __future__ import annotations

from typing import Any

from dgviz.settings import KNOBS, SettingsError
from dgviz.ui.address import Query
from dgviz.ui.sweep.draft import Draft, possible_axes, start_axes, start_text

_NUMBERS = ("seeds", "epochs", "hidden")
_YES = "yes"


def to_query(draft: Draft) -> dict[str, str]:
    """The fewest parameters from which `from_query` makes this draft again.

    The values of an axis have the setting's name, as on the command line: `beta=0.01:10:log8`.
    `axes=beta,tau` names the axes if they are not those that the method begins with.
    """
    start, query = Draft(), {}
    for name in ("preset", "method"):
        if (value := getattr(draft, name)) != getattr(start, name):
            query[name] = value
    if [*draft.axes] != [*start_axes(draft.method)]:
        query["axes"] = ",".join(draft.axes)
    for name, text in draft.axes.items():
        if text != start_text(name, draft.method):
            query[name] = text
    for name in _NUMBERS:
        if name not in draft.axes and getattr(draft, name) != getattr(start, name):
            query[name] = str(getattr(draft, name))
    if draft.halving:
        query["halving"] = _YES
    if draft.name:
        query["name"] = draft.name
    return query


def from_query(query: Query) -> tuple[Draft, list[str]]:
    """The draft that an address describes, and a sentence for each choice that is not accepted.

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
                problems.append(str(problem))
    method = chosen.get("method", Draft.method)
    names = [*start_axes(method)]
    if "axes" in query:
        given, possible = query.last("axes"), possible_axes(method)
        named = dict.fromkeys(name.strip() for name in given.split(",") if name.strip())
        names = [name for name in named if name in possible]
        if others := [name for name in named if name not in possible]:
            problems.append(f"axes must be settings of the method; it was {others[0][:40]!r}.")
    chosen["axes"] = {
        name: query.last(name) if name in query else start_text(name, method) for name in names
    }
    for name in query:
        if name in KNOBS and name not in (*names, "preset", "method", *_NUMBERS):
            problems.append(f"{name[:40]} is not one of the axes: name it in axes.")
    for name in _NUMBERS:
        if name not in names and (number := query.number(name, least=1)) is not None:
            chosen[name] = number
    if text := query.last("halving"):
        chosen["halving"] = text == _YES
        if text != _YES:
            problems.append(f"halving must be {_YES}; it was {text[:40]!r}.")
    chosen["name"] = query.last("name")
    return Draft(**chosen), problems
