"""A process that receives a run's snapshots like browsers do, without drawing them."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from websockets.asyncio.client import ClientConnection, connect


@dataclass
class Seen:
    """Messages that one viewer has received since the counting began."""

    snapshots: int = 0
    snapshot_bytes: int = 0
    all_bytes: int = 0


def watch(connection: Connection, address: str, path: str, viewers: int) -> None:
    """Open `viewers` sockets to ws://address/path and acknowledge every snapshot at once.

    Send "watching" once each has received the gates, receive the number of seconds to count, and
    answer with a list of each viewer's `Seen` and the seconds that it took.
    """
    asyncio.run(_watch(connection, address, path, viewers))


async def _watch(connection: Connection, address: str, path: str, viewers: int) -> None:
    seen = [Seen() for _ in range(viewers)]
    shown = [asyncio.Event() for _ in range(viewers)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_view(address, path, seen[i], shown[i])) for i in range(viewers)]
        await asyncio.gather(*(event.wait() for event in shown))
        connection.send("watching")
        seconds = await asyncio.to_thread(connection.recv)
        for one in seen:
            one.snapshots = one.snapshot_bytes = one.all_bytes = 0
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        connection.send((seen, time.perf_counter() - began))
        for task in tasks:
            task.cancel()


async def _view(address: str, path: str, seen: Seen, shown: asyncio.Event) -> None:
    async with connect(
        f"ws://{address}{path}",
        origin=f"http://{address}",  # type: ignore[arg-type]
        compression=None,
        max_size=None,
    ) as socket:
        await _answer(socket, seen, shown)


async def _answer(socket: ClientConnection, seen: Seen, shown: asyncio.Event) -> None:
    async for message in socket:
        if isinstance(message, str):
            continue
        seen.all_bytes += len(message)
        if _metadata(message)["channel"] == "gates":
            seen.snapshots += 1
            seen.snapshot_bytes += len(message)
            shown.set()
        await socket.send("ready")


def _metadata(blob: bytes) -> dict[str, Any]:
    header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
    metadata: dict[str, Any] = json.loads(header["__metadata__"]["dgviz"])
    return metadata
