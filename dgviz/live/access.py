"""Access checks: the host name of a request, the page that sent it, and the token of a run.

A browser lets any page send requests to any address, and a foreign host name can be made to point
at this machine (DNS rebinding). So the server accepts only requests to its own names and from its
own pages.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping

from dgviz.live.run import Run

STALE_TOKEN = "This page's key for the run is no longer valid. Reload the page."
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_NAME = r"[a-z0-9._-]+|\[[0-9a-f:.]+\]"
_ORIGIN = re.compile(rf"(?P<scheme>https?)://(?P<host>{_NAME})(:(?P<port>[0-9]{{1,5}}))?/?")
_HOST = re.compile(rf"(?P<host>{_NAME})(:[0-9]{{1,5}})?")
_USUAL_PORT = {"http": "80", "https": "443"}
_LONGEST = 200
"""The most characters of a header that a message quotes."""


class OriginError(ValueError):
    """A text is not an origin; the message is one or two sentences."""


class HostError(ValueError):
    """A text is not a host name; the message is one or two sentences."""


def origins(written: Iterable[str]) -> frozenset[str]:
    """Origins as browsers write them: scheme, host, and the port unless it is the scheme's default.

    Raises:
        OriginError: one of them is not an origin.
    """
    return frozenset(_origin(one) for one in written)


def _origin(written: str) -> str:
    found = _ORIGIN.fullmatch(written.strip().lower())
    if not found:
        raise OriginError(
            f"{written[:_LONGEST]!r} is not an origin. An origin is what the browser's "
            "address bar shows before the path, such as https://lab.example.org or "
            "http://10.0.0.5:8080."
        )
    scheme, host, port = found["scheme"], found["host"], found["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORT[scheme] else "")


def hosts(written: Iterable[str]) -> frozenset[str]:
    """Host names in lower case, without ports: `lab.example.org`, `*.example.org` or `*`.

    Raises:
        HostError: one of them is not a host name.
    """
    return frozenset(_host(one) for one in written)


def _host(written: str) -> str:
    name = written.strip().lower()
    if name == "*" or _is_address(name):
        return name
    below = "*." if name.startswith("*.") else ""
    bare = _host_name(name.removeprefix(below))
    if not bare:
        raise HostError(
            f"{written[:_LONGEST]!r} is not a host name. A host name is the part between http:// "
            "and the next colon or slash: lab.example.org, or *.example.org for all below it."
        )
    return below + bare


def _host_name(header: str) -> str:
    """The name in a Host header, without port and brackets; "" if there is none."""
    found = _HOST.fullmatch(header.strip().lower())
    return found["host"].rstrip(".").strip("[]") if found else ""


def host_refusal(header: str, allowed: Collection[str]) -> str:
    """Why a request to this host is refused, in sentences; "" if it is accepted.

    An IP address is always accepted: only a name can be made to point somewhere else.

    Args:
        header: the request's Host header.
        allowed: as from `hosts`.
    """
    name = _host_name(header)
    above = {f"*.{name[at + 1 :]}" for at, letter in enumerate(name) if letter == "."}
    if name and (_is_address(name) or not {name, "*", *above}.isdisjoint(allowed)):
        return ""
    return (
        f"The server does not accept the host name {header[:_LONGEST]!r}. If it is yours, add it "
        "to the setting server.allowedHosts (see docs/proxy.md)."
    )


def referring_page(headers: Mapping[str, str]) -> str:
    """The origin in the Referer header; "" if there is none."""
    scheme, _, rest = headers.get("referer", "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def page_refusal(origin: str, host: str, allowed: Collection[str]) -> str:
    """Why a page that makes a request is refused, in sentences; "" if it is accepted.

    Args:
        origin: the request's Origin header; "" or "null" if the browser does not name an origin.
        host: the request's Host header.
        allowed: other origins whose pages may make requests, as from `origins`.
    """
    origin = origin[:_LONGEST]
    scheme, _, place = origin.partition("://")
    if not place:
        return "The server refuses this page: the browser does not say where it was opened."
    if host in (place, f"{place}:{_USUAL_PORT.get(scheme)}") or origin in allowed:
        return ""
    return (
        f"The server refuses this page, which was opened at {origin}: the request arrived under "
        f"another name, {host[:_LONGEST]}. Make the proxy pass on the Host header, or add "
        f"{origin} to the setting server.corsAllowedOrigins (see docs/proxy.md)."
    )


def holds_token(given: str, run: Run) -> bool:
    """Whether this is the run's token."""
    return hmac.compare_digest(given.encode(), run.token.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
