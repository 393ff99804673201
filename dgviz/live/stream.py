"""The WebSocket from a run to a browser.

Text messages carry the status, the log (append-only, by index) and errors as JSON; binary messages
are packed snapshots (see `dgviz/training/snapshot.py`) of the channels that the browser asks for:

    masks     the newest masks with their figures, ten times a second: 27 kB for 784-256-10
    gates     the same with the gate probabilities, where the method has any: 230 kB
    weights   the newest weights and biases, once a second
    facts     what the cards need to know of the data, once

A browser that asks for both `masks` and `gates` gets `gates`. It names its channels in the socket's
address, and later changes them with a text such as `channels masks,weights`: the newest blob of
every added channel is sent at once. It answers each binary message with the text `ready` once it
has drawn it. Two may be unanswered: a slow viewer is sent fewer snapshots, always the newest, and
nothing queues up.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dgviz.live import access, playback, sweep_feed
from dgviz.live.hub import UnknownRun, the_hub
from dgviz.live.run import Run
from dgviz.settings import KNOBS
from dgviz.web import files

CHANNELS = ("facts", "masks", "gates", "weights")
REFUSED = 4403
NO_SUCH_RUN = 4404
RESTARTED = 1012
"""The run has been resumed: the browser connects again and shows the new session."""

_ASK = "channels "
_UNANSWERED = 2
_ENTRIES_AT_ONCE = 1000
"""Log entries in one message: packing this many takes some milliseconds of the event loop."""


async def stream(socket: WebSocket) -> None:
    """Send one run to one viewer until the viewer disconnects or the run is replaced.

    Query: `token`, the run's own; `channels`, comma-separated.
    """
    # Accepted first, even to be refused: otherwise the browser does not get the reason.
    await socket.accept()
    try:
        # In a thread: it may read from the disk, and no other socket should wait for that.
        run = await asyncio.to_thread(the_hub().find, socket.path_params["run_id"])
    except UnknownRun as problem:
        await _refuse(socket, NO_SUCH_RUN, str(problem))
        return
    if not access.holds_token(socket.query_params.get("token", ""), run):
        await _refuse(socket, REFUSED, access.STALE_TOKEN)
        return
    await _Viewer(socket, run, socket.query_params.get("channels", "")).watch()


async def _refuse(socket: WebSocket, code: int, message: str) -> None:
    await socket.send_json({"type": "error", "message": message})
    await socket.close(code)


class _Viewer:
    """The connection of one browser: what it has asked for and been sent."""

    def __init__(self, socket: WebSocket, run: Run, channels: str) -> None:
        self._socket = socket
        self._run = run
        self._credits = _UNANSWERED
        self._seen: dict[str, int] = {}
        """The number of the newest blob sent, by channel."""
        self._ask(channels)
        self._log = run.log
        self._logged = 0
        self._status: dict[str, Any] = {}
        self._changed = asyncio.Event()

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            # A closed loop means that the server is ending.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._changed.set)

        with self._run.watch(wake):
            answers = asyncio.create_task(self._receive_answers())
            answers.add_done_callback(lambda _: self._changed.set())
            try:
                while not answers.done():
                    self._changed.clear()
                    if self._run.superseded:
                        await self._socket.close(RESTARTED)
                        return
                    await self._send_changes()
                    await self._changed.wait()
            except WebSocketDisconnect:
                pass
            finally:
                answers.cancel()

    def _ask(self, channels: str) -> None:
        """Send these channels from now on; unknown ones are ignored."""
        asked = set(channels.split(","))
        if "gates" in asked:
            asked.discard("masks")
        self._seen = {name: self._seen.get(name, 0) for name in CHANNELS if name in asked}

    async def _receive_answers(self) -> None:
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            text = message.get("text") or ""
            if text == "ready":
                self._credits = min(self._credits + 1, _UNANSWERED)
            elif text.startswith(_ASK):
                self._ask(text.removeprefix(_ASK))
            self._changed.set()

    async def _send_changes(self) -> None:
        run, socket = self._run, self._socket
        # Read first and sent last, so that "finished" arrives after the final snapshot and log.
        status = run.status()
        log = run.log
        # The log of a resumed run is sent from the beginning, cut at its checkpoint.
        cut = log is not self._log and self._logged > 0
        if log is not self._log:
            self._log, self._logged = log, 0
        end = len(log)
        while self._logged < end or cut:
            entries = log[self._logged : min(end, self._logged + _ENTRIES_AT_ONCE)]
            shown = [_with_name(entry) for entry in entries]
            await socket.send_json({"type": "log", "start": self._logged, "entries": shown})
            self._logged += len(entries)
            cut = False
            # Sending does not yield to other tasks as long as the network takes everything.
            await asyncio.sleep(0)
        for channel in tuple(self._seen):
            number, blob = run.newest.get(channel, (0, b""))
            # The browser may have changed its channels while the last blob was being sent.
            seen = self._seen.get(channel, number)
            if number > seen and self._credits > 0:
                self._credits -= 1
                # Move it behind the others, so that a slow viewer gets each channel in turn.
                del self._seen[channel]
                self._seen[channel] = number
                await socket.send_bytes(blob)
        if status != self._status:
            self._status = status
            await socket.send_json(status)


def _with_name(entry: dict[str, Any]) -> dict[str, Any]:
    """A log entry with what a change of a knob is called on the screen: "β", "target ratio"."""
    if entry["kind"] != "knob":
        return entry
    return {**entry, "called": KNOBS[entry["knob"]].short_name}


def routes(*, base_path: str = "") -> list[BaseRoute]:
    """The routes of dgviz, besides Streamlit's own.

    Args:
        base_path: the path of the server's pages, which Streamlit does not put before our routes.
    """
    ours = [
        WebSocketRoute("/stream/{run_id}", stream),
        *playback.routes(),
        *sweep_feed.routes(),
        files.route(),
    ]
    base = base_path.strip("/")
    return [Mount(f"/{base}/dgviz" if base else "/dgviz", routes=ours)]
