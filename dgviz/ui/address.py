"""The address bar: when a page reads its query, and when it writes it.

The state of a page is kept in the session and written to the address. The address is read at a
session's first visit to the page, on arrival by a link, and after Back or Forward. A difference
from the last written address is not enough: a second quick click is sent with the address from
before the first.

`web/shell/history.js` decides which changes become entries of the browser's history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dgviz.formatting import joined
from dgviz.runs.store import the_store
from dgviz.ui.notes import note

_WHOLE = re.compile(r"[0-9]{1,12}")

_MOST_QUOTED = 12
_MOST_LETTERS = 40

_PAGE = "address_page"
_SEEN = "address_pages_seen"
_AS_GIVEN = "address_as_given"


class Query(dict[str, list[str]]):
    """The parameters of an address, each with its values in order."""

    def last(self, name: str) -> str:
        """Return the last value of a parameter; empty if it is not given."""
        return self.get(name, [""])[-1]

    def number(self, name: str, least: int = 0) -> int | None:
        """Return the last value as a whole number from `least`; report any other as a note."""
        number, problem = self.checked_number(name, least)
        if problem:
            note(f"In the link: {problem}")
        return number

    def checked_number(self, name: str, least: int = 0) -> tuple[int | None, str]:
        """Return the last value as a whole number from `least`, and a sentence on any other."""
        given = self.last(name)
        if _WHOLE.fullmatch(given) and int(given) >= least:
            return int(given), ""
        wanted = f"{name} must be a whole number from {least}"
        return None, given and f"{wanted}; it was {quoted([given])}."


def quoted(texts: Iterable[str]) -> str:
    """Values of an address in a sentence on what is wrong with them: "'a', 'b' and 3 more"."""
    given = [repr(text[:_MOST_LETTERS]) for text in texts]
    shown, more = given[:_MOST_QUOTED], len(given) - _MOST_QUOTED
    return joined([*shown, *([f"{more:,} more"] if more > 0 else [])])


def new_query(page: str) -> Query | None:
    """Return the query that the page has to apply, or None if the session's state is newer.

    Call it once in each rerun. A page that is opened again without a query keeps its state. Of the
    id of a run, the first four digits are enough if only one run begins with them.
    """
    state = st.session_state
    seen: set[str] = state.setdefault(_SEEN, set())
    first, arrives = page not in seen, state.get(_PAGE) != page
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    query = Query(given)
    if "run" in query:
        query["run"] = [_full_ids(text) for text in query["run"]]
    state[_AS_GIVEN] = not seen and query == given
    seen.add(page)
    state[_PAGE] = page
    return query if first or _is_history_navigation() or (arrives and query) else None


def write(query: Mapping[str, str | Sequence[str]], *, is_correction: bool = False) -> None:
    """Write this query to the address, from a session's second rerun on.

    On the first rerun the address already means the same. Our modules are not loaded yet, so a
    different spelling would add an entry to the browser's history. A shortened id of a run is
    written in full at once, so that the address can be copied.

    Args:
        is_correction: whether the page shows something else than the address named, so that the
            address is replaced on the first rerun too.
    """
    wanted = {
        name: [value] if isinstance(value, str) else [*value] for name, value in query.items()
    }
    held = {name: st.query_params.get_all(name) for name in st.query_params}
    if held != wanted and (is_correction or not st.session_state[_AS_GIVEN]):
        st.query_params.from_dict(wanted)


def _full_ids(text: str) -> str:
    """The ids of runs, with commas between them, in full."""
    return ",".join(the_store().full_id(run) for run in text.split(","))


def _is_history_navigation() -> bool:
    """Whether Back or Forward caused this rerun."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
