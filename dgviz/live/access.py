"""Who may talk to the server: under which names, from which pages, and with which token.

Browsers let any page send requests to any address, and a foreign name may be made to point at this
machine (DNS rebinding). So a request has to name this server, and the page that makes it has to be
one of the server's own.
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
"""Characters of a header that a message repeats."""


class OriginError(ValueError):
    """What was given is no origin; the message is one sentence."""


class HostError(ValueError):
    """What was given is no name of a host; the message is one sentence."""


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
            f"{written[:_LONGEST]!r} is not an origin. An origin is what the browser's "
            "address bar shows before the path, such as https://lab.example.org or "
            "http://10.0.0.5:8080."
        )
    scheme, host, port = found["scheme"], found["host"], found["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORT[scheme] else "")


def hosts(written: Iterable[str]) -> frozenset[str]:
    """Names of hosts in small letters, without ports: `lab.example.org`, `*.example.org` or `*`.

    Raises:
        HostError: one of them is not a name.
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
            f"{written[:_LONGEST]!r} is not the name of a host. Such a name stands between http:// "
            "and the next colon or slash: lab.example.org, or *.example.org for all below it."
        )
    return below + bare


def _host_name(header: str) -> str:
    """The name that a Host header gives, without port and brackets; "" where it gives none."""
    found = _HOST.fullmatch(header.strip().lower())
    return found["host"].rstrip(".").strip("[]") if found else ""


def host_refusal(header: str, allowed: Collection[str]) -> str:
    """Why a request that names this host is refused, in sentences; "" where it is not.

    An address instead of a name is never refused: nobody can make it point somewhere else.

    Args:
        header: the request's Host.
        allowed: as from `hosts`.
    """
    name = _host_name(header)
    above = {f"*.{name[at + 1 :]}" for at, letter in enumerate(name) if letter == "."}
    if name and (_is_address(name) or not {name, "*", *above}.isdisjoint(allowed)):
        return ""
    return (
        f"The server does not answer to the name {header[:_LONGEST]!r}. If it is yours, name it in "
        "the setting server.allowedHosts (see docs/proxy.md)."
    )


def referring_page(headers: Mapping[str, str]) -> str:
    """The origin that a Referer header gives; "" where it gives none."""
    scheme, _, rest = headers.get("referer", "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def page_refusal(origin: str, host: str, allowed: Collection[str]) -> str:
    """Why a page that makes a request is refused, in sentences; "" where it is not.

    Args:
        origin: where the page was opened; "" or "null" where the browser does not say.
        host: the request's own Host.
        allowed: origins whose pages may make requests besides the server's own, as from `origins`.
    """
    origin = origin[:_LONGEST]
    scheme, _, place = origin.partition("://")
    if not place:
        return "The server refuses this page: the browser does not say where it was opened."
    if host in (place, f"{place}:{_USUAL_PORT.get(scheme)}") or origin in allowed:
        return ""
    return (
        f"The server refuses this page, which was opened at {origin}: the request arrived under "
        f"another name, {host[:_LONGEST]}. Let the proxy pass the Host header on, or name "
        f"{origin} in the setting server.corsAllowedOrigins (see docs/proxy.md)."
    )


def holds_token(given: str, run: Run) -> bool:
    """Whether this is the run's own token."""
    return hmac.compare_digest(given.encode(), run.token.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
