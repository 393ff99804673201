"""The server: Streamlit's pages, our stream and files, and the registry of runs, on one port."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from streamlit import config, file_util

from dgviz import environment
from dgviz.live import access
from dgviz.live.guard import Guard, policy
from dgviz.live.hub import the_hub
from dgviz.live.stream import routes
from dgviz.live.task import the_examinations, the_imports
from dgviz.places import SHELL
from dgviz.runs.unpacking import largest_zip
from dgviz.streams import replace_streams

REAP_SECONDS = 5.0
CONNECTION_SECONDS = 2
"""How long connections may keep the server from ending: a browser may have stopped reading."""

log = logging.getLogger("dgviz")


def say_who_can_open_the_page() -> None:
    """Say aloud when the page is open to more than this machine: there are no accounts."""
    address = st.get_option("server.address")
    if address not in access.LOOPBACK:
        log.warning(
            "The page is open to everyone who can reach this machine at %s: they can start, steer "
            "and stop training runs. Leave out --server.address to keep it to this machine.",
            address or "any of its addresses",
        )


def read_command_line() -> None:
    """`streamlit run app.py -- --runs DIR` says where runs are recorded, as DGVIZ_RUNS does."""
    parser = argparse.ArgumentParser(prog="streamlit run app.py --", allow_abbrev=False)
    parser.add_argument("--runs", metavar="DIR", help="where runs are recorded")
    # Imported by anything but Streamlit, the command line is not ours.
    ours = sys.argv[1:] if Path(sys.argv[0]).name == Path(__file__).name else []
    if runs := parser.parse_args(ours).runs:
        os.environ[environment.RUNS] = runs


def check_environment() -> None:
    """Leave with a sentence where a variable is not accepted, before the page is opened."""
    try:
        environment.check()
    except environment.VariableError as problem:
        sys.exit(str(problem))
    # In MB; Streamlit's own limit would refuse a zip that an import takes.
    config.set_option("server.maxUploadSize", -(-largest_zip() // 2**20))


def guard() -> Middleware:
    """Which names the server answers to and whose pages may ask: two settings of Streamlit's own.

    Streamlit checks them for its own socket only, and more loosely.
    """
    setting = "server.corsAllowedOrigins"
    try:
        origins = access.origins(st.get_option(setting))
        setting = "server.allowedHosts"
        hosts = access.hosts(st.get_option(setting))
        setting = "server.address"
        own = access.hosts([*access.LOOPBACK, *filter(None, [st.get_option(setting)])])
    except (access.OriginError, access.HostError) as problem:
        sys.exit(f"The setting {setting} is wrong: {problem}")
    # Streamlit would refuse this machine itself once another name is allowed.
    config.set_option("server.allowedHosts", [])
    page = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    return Middleware(Guard, hosts=hosts.union(own), origins=origins, policy=policy(page))


def report_script_error(error: Exception) -> bool:
    """Show a sentence instead of a traceback; the run goes on in its own process."""
    log.error("A page's script failed.", exc_info=error)
    st.error(
        f"Something went wrong while drawing this page ({type(error).__name__}). A run under way "
        "is not touched: reload the page to see it again. The server's log has the details."
    )
    return True


def bound_shutdown() -> None:
    """Have uvicorn close its connections in a bounded time: left to itself it waits for ever.

    Streamlit makes the uvicorn server and offers no option for this. By now that server handles the
    signals, and so it can be found. Where the app is served in another way, nothing is changed.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server) and server.config.timeout_graceful_shutdown is None:
        server.config.timeout_graceful_shutdown = CONNECTION_SECONDS


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warm the worker factory up, reap what was left alone, and leave no process behind."""
    say_who_can_open_the_page()
    bound_shutdown()
    hub = the_hub()
    # What is loaded by now lives as long as the server: later collections need not look at it.
    gc.freeze()

    async def reap() -> None:
        while True:
            await asyncio.sleep(REAP_SECONDS)
            try:
                await asyncio.to_thread(hub.reap)
            except Exception:
                log.exception("Runs that were left alone could not be looked for.")

    reaper = asyncio.create_task(reap())
    try:
        yield
    finally:
        reaper.cancel()
        # Here and not in a thread, which might have to wait for others: nobody is served any more.
        the_examinations().close()
        the_imports().close()
        hub.close()


if __name__ == "__main__":
    sys.exit("app.py is started by Streamlit: streamlit run app.py")

replace_streams()
read_command_line()
check_environment()

app = st.App(
    SHELL,
    routes=routes(base_path=st.get_option("server.baseUrlPath")),
    middleware=[guard()],
    lifespan=lifespan,
    on_script_error=report_script_error,
)
