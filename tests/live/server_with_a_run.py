"""A script for `streamlit run`: the real server, with a run that is started without a browser."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from waiting import ENDLESS

import app as product
from dgviz.live.hub import the_hub
from dgviz.live.stream import routes


@contextlib.asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    async with product.lifespan(server):
        run = the_hub().start(ENDLESS)
        print(json.dumps({"run": run.id, "token": run.token}), flush=True)
        yield


SHELL = Path(product.__file__).parent / product.app.script_path
app = st.App(SHELL, routes=routes(), lifespan=lifespan)
