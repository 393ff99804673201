"""The address bar: when a page takes over what it says, and when it writes there.

What a page shows lives in the session and is written to the address. The address is read only where
it can say something new: at a session's first look at the page, on arrival by a link, and after
Back or Forward. That it differs from what was written last is no sign of these: a second quick
click still comes with the address from before the first.

Which writing becomes an entry of the browser's history is decided in `web/shell/history.js`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dgviz.ui.notes import note

_WHOLE = re.compile(r"[0-9]{1,12}")

_PAGE = "address_page"
_SEEN = "address_pages_seen"
_AS_GIVEN = "address_as_given"


class Query(dict[str, list[str]]):
    """What an address asks for: the values of each parameter, in their order."""

    def last(self, name: str) -> str:
        """The value that counts where a parameter has one only; empty where it is not given."""
        return self.get(name, [""])[-1]

    def number(self, name: str) -> int | None:
        """The same as a whole number from 0. Anything else is said, and counts as not given."""
        given = self.last(name)
        if _WHOLE.fullmatch(given):
            return int(given)
        if given:
            note(f"In the link: {name} must be a whole number from 0; it was {given[:40]!r}.")
        return None


def news(page: str) -> Query | None:
    """What the address asks of this page, or None where the session knows better.

    Call it once a rerun. A page that one comes back to without a query keeps what it showed.
    """
    state = st.session_state
    seen: set[str] = state.setdefault(_SEEN, set())
    first, arrives = page not in seen, state.get(_PAGE) != page
    state[_AS_GIVEN] = not seen
    seen.add(page)
    state[_PAGE] = page
    query = Query((name, st.query_params.get_all(name)) for name in st.query_params)
    return query if first or _travelled() or (arrives and query) else None


def write(query: Mapping[str, str | Sequence[str]]) -> None:
    """Make the address hold this, from a session's second rerun on.

    On the first one it says the same already, perhaps in other words, and the browser, which has
    not loaded our modules yet, would make an entry of its history of the difference.
    """
    wanted = {
        name: [value] if isinstance(value, str) else [*value] for name, value in query.items()
    }
    held = {name: st.query_params.get_all(name) for name in st.query_params}
    if held != wanted and not st.session_state[_AS_GIVEN]:
        st.query_params.from_dict(wanted)


def _travelled() -> bool:
    """Whether this rerun answers Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
