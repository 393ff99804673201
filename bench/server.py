"""dgviz's stream routes on a port of their own, without the pages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from dgviz.live.stream import routes

_STARTS_WITHIN = 10.0


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of this machine in a thread; give HOST:PORT.

    Raises:
        RuntimeError: the server did not start.
    """
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        config = uvicorn.Config(
            Starlette(routes=routes()),
            # The settings with which Streamlit runs it.
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            access_log=False,
            lifespan="off",
            log_level="warning",
        )
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        if not started.wait(_STARTS_WITHIN):
            raise RuntimeError("The stream's server did not start.")
        try:
            yield f"{host}:{port}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
