"""The server: Streamlit's pages, our stream and assets, and the registry of runs, on one port."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator

import streamlit as st

from dgviz.live.hub import the_hub
from dgviz.live.stream import routes

REAP_SECONDS = 5.0


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warm the worker factory up, reap what was left alone, and leave no process behind."""
    hub = the_hub()
    # What is loaded by now lives as long as the server: later collections need not look at it.
    gc.freeze()

    async def reap() -> None:
        while True:
            await asyncio.sleep(REAP_SECONDS)
            hub.reap()

    reaper = asyncio.create_task(reap())
    try:
        yield
    finally:
        reaper.cancel()
        await asyncio.to_thread(hub.close)


app = st.App("dgviz/ui/shell.py", routes=routes(), lifespan=lifespan)
