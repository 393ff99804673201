"""Who may watch a run: a page of an origin that the server allows, which holds the run's token.

Streamlit's own checks do not cover routes of ours, and browsers let any page open any socket.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Mapping

from dgviz.live.run import Run

STALE_TOKEN = "This page's key for the run is no longer valid. Reload the page."

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?/?"
)
_USUAL_PORT = {"http": "80", "https": "443"}
_LONGEST_ORIGIN = 200


class OriginError(ValueError):
    """What was given is no origin; the message is one sentence."""


def origins(written: Iterable[str]) -> frozenset[str]:
    """Origins as browsers write them: scheme, host and a port other than the scheme's usual one.

    Raises:
        OriginError: one of them is not an origin.
    """
    return frozenset(_origin(one) for one in written)


def _origin(written: str) -> str:
    found = _ORIGIN.fullmatch(written.strip().lower())
    if not found:
        raise OriginError(
            f"{written[:_LONGEST_ORIGIN]!r} is not an origin. An origin is what the browser's "
            "address bar shows before the path, such as https://lab.example.org or "
            "http://10.0.0.5:8080."
        )
    scheme, host, port = found["scheme"], found["host"], found["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORT[scheme] else "")


def refusal(headers: Mapping[str, str], allowed: Collection[str]) -> str:
    """Why the page that opens a socket is refused, in sentences; "" where it is not.

    Args:
        headers: of the request, their names in small letters.
        allowed: the origins that may watch besides the server's own, as from `origins`.
    """
    origin, host = headers.get("origin", "")[:_LONGEST_ORIGIN], headers.get("host", "")
    scheme, _, place = origin.partition("://")
    if not place:
        return "The server refuses this page: the browser does not say where it was opened."
    if host in (place, f"{place}:{_USUAL_PORT.get(scheme)}") or origin in allowed:
        return ""
    return (
        f"The server refuses this page, which was opened at {origin}: the request arrived under "
        f"another name, {host[:_LONGEST_ORIGIN]}. Let the proxy pass the Host header on, or name "
        f"{origin} in the setting server.corsAllowedOrigins (see docs/proxy.md)."
    )


def holds_token(given: str, run: Run) -> bool:
    """Whether this is the run's own token."""
    return hmac.compare_digest(given.encode(), run.token.encode())
