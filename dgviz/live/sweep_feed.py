"""What the Sweep page's cards read of a sweep over HTTP: the folder is all there is of it.

    GET /dgviz/sweeps/{key}/results?revision=…&after=…   what is new, as JSON; see `sweeps.watch`
    GET /dgviz/sweeps/{key}/trials/{id}                  one trial, as JSON
    GET /dgviz/sweeps/{key}/table.csv and table.parquet  all trials

The key of a sweep is a secret of this server, which only its pages hand out. Errors are answered
with a JSON object whose `message` is a sentence: 410 for an unknown key or a sweep that is gone,
404 for a trial without a result.
"""

from __future__ import annotations

import gzip
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dgviz.runs.contents import RUN_ID
from dgviz.runs.record import Record
from dgviz.runs.recorded_gates import pixel_map
from dgviz.runs.store import the_store
from dgviz.sweeps.folder import SweepError
from dgviz.sweeps.watch import Watch, detail

_NO_STORE = {"Cache-Control": "no-store"}
_STALE = "This page's key for the sweep is no longer valid. Reload the page."
_MOST_DIGITS = 9
_MOST_WATCHED = 16


class Watches:
    """The sweeps that pages of this server watch. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(16)
        self._watches: dict[str, Watch] = {}
        self._lock = threading.Lock()

    def key(self, path: Path) -> str:
        """The key with which cards read the sweep in this folder; it is watched from now on."""
        self.watch(path)
        return self._key(path)

    def watch(self, path: Path) -> Watch:
        """The watch of the sweep in this folder."""
        key = self._key(path)
        with self._lock:
            # The sweep that was opened last is the last one, and the first one is forgotten.
            watch = self._watches.pop(key, None) or Watch(path)
            self._watches[key] = watch
            while len(self._watches) > _MOST_WATCHED:
                del self._watches[next(iter(self._watches))]
            return watch

    def find(self, key: str) -> Watch | None:
        return self._watches.get(key)

    def _key(self, path: Path) -> str:
        return hmac.new(self._secret, str(path).encode(), "sha256").hexdigest()


@cache
def the_watches() -> Watches:
    """The watches of this server."""
    return Watches()


class _Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


# Not coroutines: Starlette runs each in a thread, so that the sockets never wait for the disk.
def _results(request: Request) -> Response:
    watch = _watched(request)
    watch.look()
    query = request.query_params
    after = query.get("after", "")
    known = int(after) if after.isascii() and after.isdigit() and len(after) <= _MOST_DIGITS else 0
    body = watch.since(query.get("revision", ""), known).encode()
    headers = {**_NO_STORE, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 1)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type="application/json")


def _trial(request: Request) -> Response:
    watch, trial = _watched(request), request.path_params["trial"]
    folder = watch.path / trial
    found = detail(folder) if RUN_ID.fullmatch(trial) else None
    if found is None:
        raise _Refusal(404, "This trial has no result.")
    is_run = the_store().holds(folder)
    answer = {**found, "map": pixel_map(Record(folder)), "run": trial if is_run else None}
    return JSONResponse(answer, headers=_NO_STORE)


def _table(request: Request) -> Response:
    # Here, because pandas takes half a second to import.
    from dgviz.sweeps.folder import SweepFolder
    from dgviz.sweeps.table import as_csv, as_parquet, table

    watch, ending = _watched(request), request.path_params["ending"]
    if ending not in ("csv", "parquet"):
        raise _Refusal(404, "The table is a file that ends in .csv or .parquet.")
    sweep = SweepFolder(watch.path)
    frame = table(sweep, sweep.grid())
    body = as_csv(frame).encode() if ending == "csv" else as_parquet(frame)
    # A header has no letters but those of Latin-1.
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", watch.path.name)
    headers = {**_NO_STORE, "Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    kind = "text/csv" if ending == "csv" else "application/vnd.apache.parquet"
    return Response(body, headers=headers, media_type=kind)


def _watched(request: Request) -> Watch:
    watch = the_watches().find(request.path_params["key"])
    if watch is None:
        raise _Refusal(410, _STALE)
    return watch


def _explained(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return endpoint(request)
        except SweepError as problem:
            refusal = _Refusal(410, str(problem))
        except _Refusal as problem:
            refusal = problem
        message = {"message": str(refusal)}
        return JSONResponse(message, status_code=refusal.status, headers=_NO_STORE)

    return answer


def routes() -> list[BaseRoute]:
    """The routes of the Sweep page's cards, to be mounted at `/dgviz`."""
    return [
        Route("/sweeps/{key}/results", _explained(_results)),
        Route("/sweeps/{key}/trials/{trial}", _explained(_trial)),
        Route("/sweeps/{key}/table.{ending}", _explained(_table)),
    ]
