"""Recorded snapshots of a run over HTTP for the browser's scrubber, and the test images.

    GET /dgviz/runs/{run}/timeline?token=…        which steps are recorded, as JSON
    GET /dgviz/runs/{run}/{kind}/{step}?token=…   one of them: a packed snapshot
    GET /dgviz/runs/{run}/digits?token=…          the test images of the run's data set

A snapshot is sent compressed, as it is stored; the browser decompresses it. Errors are answered
with a JSON object whose `message` is a sentence: 404 for a snapshot that is missing or damaged, 403
for a wrong token, 410 for an unknown run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dgviz.live import access
from dgviz.live.hub import UnknownRun, the_hub
from dgviz.runs import digits
from dgviz.runs.layout import LARGEST_DIGITS
from dgviz.runs.snapshot_blob import inflated
from dgviz.runs.snapshots import KINDS, SnapshotError
from dgviz.runs.store import RunNotFound

_NO_STORE = {"Cache-Control": "no-store"}
_KEPT = {"Cache-Control": "private, max-age=86400"}
"""For test images, which never change."""
_MOST_DIGITS = 18
"""Digits of a step: Python takes long to read numbers of very many digits."""


class _Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


# Not coroutines: Starlette runs each in a thread, so that the sockets never wait for the disk.
def timeline(request: Request) -> Response:
    """List the steps of the snapshots under `gates` and `weights`; `damage` is a sentence or ""."""
    run_id = _watched(request)
    try:
        record = the_hub().store.record(run_id)
    except RunNotFound:
        # Its folder could not be created, or has been deleted.
        nothing: dict[str, list[int]] = {kind: [] for kind in KINDS}
        return JSONResponse({"run": run_id, "damage": "", **nothing}, headers=_NO_STORE)
    snapshots = record.snapshots()
    answer = {
        "run": run_id,
        "steps_per_epoch": record.steps_per_epoch,
        "epochs": record.epochs,
        "damage": snapshots.damage,
        **{kind: [snapshot.step for snapshot in snapshots.of(kind)] for kind in KINDS},
    }
    return JSONResponse(answer, headers=_NO_STORE)


def snapshot(request: Request) -> Response:
    """Send one snapshot: gates or weights at a step that the timeline lists."""
    run_id = _watched(request)
    kind, step = request.path_params["kind"], request.path_params["step"]
    if kind not in KINDS or not (step.isascii() and step.isdigit() and len(step) <= _MOST_DIGITS):
        raise _Refusal(404, f"There are no {kind[:20]!r} at step {step[:20]!r}.")
    try:
        record = the_hub().store.record(run_id)
        blob = record.snapshots().read(kind, int(step))
        # Checked here, because a browser would inflate it without a limit.
        inflated(blob)
    except SnapshotError as problem:
        raise _Refusal(404, str(problem)) from problem
    except RunNotFound as problem:
        raise _Refusal(410, str(problem)) from problem
    headers = {**_NO_STORE, "Content-Encoding": "deflate"}
    return Response(blob, headers=headers, media_type="application/octet-stream")


def _watched(request: Request) -> str:
    """The id of the requested run, after the token has been checked."""
    try:
        run = the_hub().find(request.path_params["run_id"])
    except UnknownRun as problem:
        raise _Refusal(410, str(problem)) from problem
    if not access.holds_token(request.query_params.get("token", ""), run):
        raise _Refusal(403, access.STALE_TOKEN)
    return run.id


def _explained(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return endpoint(request)
        except _Refusal as refusal:
            message = {"message": str(refusal)}
            return JSONResponse(message, status_code=refusal.status, headers=_NO_STORE)

    return answer


def test_images(request: Request) -> Response:
    """Send the test images of the run's data set, with their labels."""
    hub = the_hub()
    run = hub.find(_watched(request))
    root = hub.store.root
    with contextlib.suppress(RunNotFound):
        # Those of a trial are in the folder of its sweep.
        root = hub.store.record(run.id).folder.parent
    blob = digits.read(root, run.settings.dataset)
    if blob is None:
        raise _Refusal(404, "The test images are saved when the first run on them is recorded.")
    try:
        inflated(blob, LARGEST_DIGITS)
    except SnapshotError as problem:
        raise _Refusal(404, str(problem)) from problem
    headers = {**_KEPT, "Content-Encoding": "deflate"}
    return Response(blob, headers=headers, media_type="application/octet-stream")


def routes() -> list[BaseRoute]:
    """The routes of the browser's replay, to be mounted at `/dgviz`."""
    return [
        Route("/runs/{run_id}/timeline", _explained(timeline)),
        Route("/runs/{run_id}/digits", _explained(test_images)),
        Route("/runs/{run_id}/{kind}/{step}", _explained(snapshot)),
    ]
