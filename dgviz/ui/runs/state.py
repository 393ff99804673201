"""The Runs page's state in one browser tab, synchronised with the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dgviz.runs.card import ENDED
from dgviz.runs.record import Record
from dgviz.runs.search import BROKEN
from dgviz.runs.store import RunNotFound, the_store
from dgviz.settings import KNOBS
from dgviz.ui import address
from dgviz.ui.notes import note
from dgviz.ui.runs import undo

MOST_CHOSEN = 6
"""More overlaid curves than this cannot be distinguished."""

_BY_SEED = "seed"
FILTERS = ("status", "method", "dataset", "tag")
_KNOWN = {
    "status": ("running", *ENDED, BROKEN),
    "method": KNOBS["method"].choices,
    "dataset": KNOBS["dataset"].choices,
    "group": (_BY_SEED,),
}

_VIEW = "runs_view"


@dataclass(frozen=True)
class View:
    """A search, a set of filters, and the runs chosen.

    An empty filter matches every run.

    Attributes:
        runs: ids; all runs are compared with the first.
        at: the step that the replay of a single run shows; None for its end.
        grouped: whether runs that differ only in the seed are one group; then each of `runs` stands
            for its group.
    """

    search: str = ""
    status: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    dataset: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    at: int | None = None
    grouped: bool = False

    def filtered(self, name: str) -> tuple[str, ...]:
        """The values that a filter accepts."""
        values: tuple[str, ...] = getattr(self, name)
        return values

    @property
    def narrowed(self) -> bool:
        """Whether there is a search or a filter."""
        return bool(self.search.strip()) or any(self.filtered(name) for name in FILTERS)

    def to_query(self) -> dict[str, str | list[str]]:
        """The shortest URL parameters for this view."""
        lists = {"run": self.runs, **{name: self.filtered(name) for name in FILTERS}}
        search = {"search": self.search} if self.search else {}
        at = {} if self.at is None else {"at": str(self.at)}
        group = {"group": _BY_SEED} if self.grouped else {}
        return {
            **search,
            **group,
            **{name: list(values) for name, values in lists.items() if values},
            **at,
        }


def restore() -> None:
    """Apply a new query of the address; runs that do not exist are reported."""
    state = st.session_state
    if (query := address.new_query("runs")) is not None:
        state[_VIEW] = _read(query)
    state[_VIEW] = replace(view(), runs=_existing(view().runs))


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def choose(*run_ids: str) -> None:
    undo.remember_deleted(())
    _change(runs=run_ids, at=None)


def drop(*run_ids: str) -> None:
    _change(runs=tuple(run for run in view().runs if run not in run_ids), at=None)


def set_step(step: int | None) -> None:
    _change(at=step)


def set_filter(name: str, values: tuple[str, ...]) -> None:
    _change(**{name: values})


def set_search(text: str) -> None:
    _change(search=text)


def set_grouped(grouped: bool) -> None:
    _change(grouped=grouped, at=None)


def open_group(run_ids: tuple[str, ...]) -> None:
    """Show the runs of a group one by one."""
    undo.remember_deleted(())
    _change(grouped=False, runs=run_ids, at=None)


def clear_filters() -> None:
    _change(search="", **dict.fromkeys(FILTERS, ()))


def chosen() -> list[Record]:
    """The runs to show, in the order in which they were chosen."""
    return [the_store().record(run_id) for run_id in view().runs]


def write_url() -> None:
    address.write(view().to_query())


def _change(**changes: Any) -> None:
    st.session_state[_VIEW] = replace(view(), **changes)


def _read(query: address.Query) -> View:
    ids = dict.fromkeys(run for given in query.get("run", []) for run in given.split(",") if run)
    filters = {name: tuple(_known(name, query.get(name, []))) for name in FILTERS}
    return View(
        search=query.last("search"),
        runs=tuple(ids),
        at=query.number("at"),
        grouped=bool(_known("group", query.get("group", []))),
        **filters,
    )


def _known(name: str, values: list[str]) -> list[str]:
    """The values that the filter accepts; the other ones are reported."""
    kept = []
    for value in dict.fromkeys(values):
        if name in _KNOWN and value not in _KNOWN[name]:
            accepted = ", ".join(_KNOWN[name])
            note(f"In the link: {name} must be one of {accepted}; it was {value[:40]!r}.")
        elif value:
            kept.append(value)
    return kept


def _existing(run_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The runs that exist; the other ones are reported."""
    kept = []
    for run_id in run_ids:
        try:
            the_store().record(run_id)
            kept.append(run_id)
        except RunNotFound as problem:
            in_bin = any(record.id == run_id for record in the_store().deleted())
            note(
                f"Run {run_id} was deleted. For a day you can restore it in the sidebar, under "
                "Recently deleted."
                if in_bin
                else f"{problem}"
            )
    return tuple(kept)
