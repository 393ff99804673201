"""The WebSocket from a run to a browser.

Text messages carry the status, the log (append-only, by index) and errors as JSON; binary messages
are packed snapshots (see `dgviz/training/snapshot.py`) of the channels that the browser asks for:

    masks     the newest masks with their figures, ten times a second: 27 kB for 784-256-10
    gates     the same with the gate probabilities, where the method has any: 230 kB
    weights   the newest weights and biases, once a second
    facts     what the cards need to know of the data, once

Of `masks` and `gates` a browser that asks for both gets `gates`. It asks in the socket's address,
and asks anew with the text `channels masks,weights`: the newest blob of every channel that it
did not have before is sent at once. It answers each binary message with the text `ready` once it
has drawn it. Two may be unanswered: a slow viewer is shown fewer snapshots, always the newest, and
nothing queues up.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dgviz.live import access, playback
from dgviz.live.hub import UnknownRun, the_hub
from dgviz.live.run import Run
from dgviz.web import files

CHANNELS = ("facts", "masks", "gates", "weights")
REFUSED = 4403
NO_SUCH_RUN = 4404
LOOK_AGAIN = 1012
"""The run has been resumed: the browser connects again and sees its new life."""

_ASK = "channels "
_UNANSWERED = 2
_ENTRIES_AT_ONCE = 1000
"""Of the log: so many are packed in some milliseconds, in which no other viewer is served."""


async def stream(socket: WebSocket) -> None:
    """Show one run to one viewer until either goes away.

    Query: `token`, the run's own; `channels`, comma-separated.
    """
    # Refused after it was accepted: otherwise the browser does not hear why.
    await socket.accept()
    try:
        # It may have to be read from the disk, for which no other socket should wait.
        run = await asyncio.to_thread(the_hub().find, socket.path_params["run_id"])
    except UnknownRun as problem:
        await _turn_away(socket, NO_SUCH_RUN, str(problem))
        return
    if not access.holds_token(socket.query_params.get("token", ""), run):
        await _turn_away(socket, REFUSED, access.STALE_TOKEN)
        return
    await _Viewer(socket, run, socket.query_params.get("channels", "")).watch()


async def _turn_away(socket: WebSocket, code: int, message: str) -> None:
    await socket.send_json({"type": "error", "message": message})
    await socket.close(code)


class _Viewer:
    """What one browser has been sent so far."""

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
            # A loop that has closed is a server on its way out.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._changed.set)

        with self._run.watch(wake):
            answers = asyncio.create_task(self._take_answers())
            answers.add_done_callback(lambda _: self._changed.set())
            try:
                while not answers.done():
                    self._changed.clear()
                    if self._run.superseded:
                        await self._socket.close(LOOK_AGAIN)
                        return
                    await self._send_news()
                    await self._changed.wait()
            except WebSocketDisconnect:
                pass
            finally:
                answers.cancel()

    def _ask(self, channels: str) -> None:
        """Show these channels from now on; unknown ones are passed over."""
        asked = set(channels.split(","))
        if "gates" in asked:
            asked.discard("masks")
        self._seen = {name: self._seen.get(name, 0) for name in CHANNELS if name in asked}

    async def _take_answers(self) -> None:
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            text = message.get("text") or ""
            if text == "ready":
                self._credits = min(self._credits + 1, _UNANSWERED)
            elif text.startswith(_ASK):
                self._ask(text.removeprefix(_ASK))
            self._changed.set()

    async def _send_news(self) -> None:
        run, socket = self._run, self._socket
        # Taken first and sent last: "finished" is heard after the final snapshot and figures.
        status = run.status()
        log = run.log
        # A resumed run tells its log from the beginning, cut at its checkpoint.
        cut = log is not self._log and self._logged > 0
        if log is not self._log:
            self._log, self._logged = log, 0
        end = len(log)
        while self._logged < end or cut:
            entries = log[self._logged : min(end, self._logged + _ENTRIES_AT_ONCE)]
            await socket.send_json({"type": "log", "start": self._logged, "entries": entries})
            self._logged += len(entries)
            cut = False
            # Sending alone lets nobody else have a turn while the network takes it all.
            await asyncio.sleep(0)
        for channel in tuple(self._seen):
            number, blob = run.newest.get(channel, (0, b""))
            # While the one before was sent, other channels may have been asked for.
            seen = self._seen.get(channel, number)
            if number > seen and self._credits > 0:
                self._credits -= 1
                # Behind the others: a slow viewer, too, sees every channel in turn.
                del self._seen[channel]
                self._seen[channel] = number
                await socket.send_bytes(blob)
        if status != self._status:
            self._status = status
            await socket.send_json(status)


def routes(*, base_path: str = "") -> list[BaseRoute]:
    """What dgviz adds to Streamlit's own routes.

    Args:
        base_path: where the server's pages lie; Streamlit puts its own routes there, but not ours.
    """
    ours = [
        WebSocketRoute("/stream/{run_id}", stream),
        *playback.routes(),
        files.route(),
    ]
    base = base_path.strip("/")
    return [Mount(f"/{base}/dgviz" if base else "/dgviz", routes=ours)]
