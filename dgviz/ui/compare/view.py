"""What a reader has chosen in the cards of a comparison, which the browser shows at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dgviz.comparison.plan import Plan
from dgviz.ui.compare.table_text import key_of

View = Mapping[str, str]
"""The choices, by the names that they have in the address and in `web/compare/view.js`.

highlight: the method or the row that all cards highlight; "" for none. `key_of` names a row.
first, second: the rows of which the digits are compared; "" for the first ones with a result.
curve: of which images the chart of accuracy is.
published: whether the chart of errors shows published results.
seed: of the runs of which maps, overlap and digits are.
"""

START: View = {
    "highlight": "",
    "first": "",
    "second": "",
    "curve": "test",
    "published": "with",
    "seed": "0",
}

_MOST_NAMED = 12
"""Accepted values that a sentence names."""


def checked(given: Mapping[str, object], plan: Plan) -> tuple[View, list[str]]:
    """The choices that the cards of this plan offer, and a sentence for each other one."""
    view, problems = dict(START), []
    for name, accepted in _accepted(plan).items():
        value = given.get(name) or START[name]
        if value == START[name] or value in accepted:
            view[name] = str(value)
            continue
        some = ", ".join(accepted[:_MOST_NAMED])
        others = f" and {len(accepted) - _MOST_NAMED} more" if len(accepted) > _MOST_NAMED else ""
        problems.append(f"{name} must be one of {some}{others}; it was {str(value)[:40]!r}.")
    return view, problems


def to_query(view: View) -> dict[str, str]:
    """The shortest parameters of a link."""
    return {name: value for name, value in view.items() if value != START[name]}


@lru_cache(maxsize=16)
def _accepted(plan: Plan) -> dict[str, list[str]]:
    rows = list(dict.fromkeys(key_of(run) for run in plan.runs()))
    return {
        "highlight": list(dict.fromkeys([*plan.methods, *rows])),
        "first": rows,
        "second": rows,
        "curve": ["test", "validation"],
        "published": ["with", "without"],
        "seed": [str(seed) for seed in range(plan.seeds)],
    }
