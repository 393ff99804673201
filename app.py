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
from collections.abc import AsyncIterator, Callable
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
from dgviz.live.sweep_work import the_sweep_work
from dgviz.live.task import all_tasks
from dgviz.places import SHELL
from dgviz.runs.unpacking import largest_zip
from dgviz.streams import replace_streams

REAP_SECONDS = 5.0
FOLLOW_SECONDS = 1.0
"""How often the folder of a run that another process trains is looked at, while a page shows it."""
CONNECTION_SECONDS = 2
"""How long connections may keep the server from ending: a browser may have stopped reading."""

log = logging.getLogger("dgviz")


def warn_if_public() -> None:
    """Log a warning if other machines can open the page, because there are no accounts."""
    address = st.get_option("server.address")
    if address not in access.LOOPBACK:
        log.warning(
            "Everyone who can reach this machine at %s can open the page, and start, change and "
            "stop training runs. Leave out --server.address to allow this machine only.",
            address or "any of its addresses",
        )


def read_command_line() -> None:
    """Read `--runs` of `streamlit run app.py -- --runs DIR`, which replaces DGVIZ_RUNS."""
    parser = argparse.ArgumentParser(prog="streamlit run app.py --", allow_abbrev=False)
    parser.add_argument("--runs", metavar="DIR", help="where runs are recorded")
    # If another program imports this file, its command line is not for us.
    ours = sys.argv[1:] if Path(sys.argv[0]).name == Path(__file__).name else []
    if runs := parser.parse_args(ours).runs:
        os.environ[environment.RUNS] = runs


def check_environment() -> None:
    """Exit with a message if an environment variable is not accepted."""
    try:
        environment.check()
    except environment.VariableError as problem:
        sys.exit(str(problem))
    # In MB. Streamlit's own limit would refuse a zip that an import accepts.
    config.set_option("server.maxUploadSize", -(-largest_zip() // 2**20))


def guard() -> Middleware:
    """Make the middleware that checks the host and the origin of every request.

    Both are settings of Streamlit, which checks them for its own socket only, and less strictly.
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
    # With another name in the list, Streamlit would refuse localhost.
    config.set_option("server.allowedHosts", [])
    page = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    return Middleware(Guard, hosts=hosts.union(own), origins=origins, policy=policy(page))


def report_script_error(error: Exception) -> bool:
    """Show a sentence instead of a traceback; the run continues in its own process."""
    log.error("A page's script failed.", exc_info=error)
    st.error(
        f"This page could not be drawn because of an error ({type(error).__name__}). Runs are not "
        "affected: reload the page to see them again. The server's log has the details."
    )
    return True


def bound_shutdown() -> None:
    """Limit the time in which uvicorn closes its connections; by default it waits for ever.

    Streamlit makes the uvicorn server and has no option for this. The server has set its signal
    handlers by now, through which it is found. If something else serves the app, nothing changes.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server) and server.config.timeout_graceful_shutdown is None:
        server.config.timeout_graceful_shutdown = CONNECTION_SECONDS


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Start the hub, look after its runs regularly, and end all processes with the server."""
    warn_if_public()
    bound_shutdown()
    hub = the_hub()
    # Garbage collections need not look at what is loaded by now: the server keeps it until its end.
    gc.freeze()

    async def repeat(work: Callable[[], None], seconds: float, name: str) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await asyncio.to_thread(work)
            except Exception:
                log.exception("%s failed.", name)

    tasks = [
        asyncio.create_task(repeat(hub.reap, REAP_SECONDS, "The search for abandoned runs")),
        asyncio.create_task(repeat(hub.follow, FOLLOW_SECONDS, "Following other processes' runs")),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        # Not in a thread, which could have to wait; blocking is fine, as requests have ended.
        for side_jobs in all_tasks():
            side_jobs.close()
        the_sweep_work().close()
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
