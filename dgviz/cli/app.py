"""`python -m dgviz app`: starts the server from any folder, as `streamlit run app.py` does."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from dgviz.cli.runs import add_runs_option
from dgviz.places import APP

SUMMARY = "Start the server, whose pages a browser shows."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, metavar="N", help="The server's port; default 8501.")
    add_runs_option(parser)
    parser.add_argument(
        "options",
        nargs="*",
        metavar="-- OPTION",
        help="Options of `streamlit run`, after two dashes: -- --server.headless true.",
    )


def run(arguments: argparse.Namespace) -> None:
    """Replace this process by the server, which then gets its signals and sets its exit code."""
    command = server_command(arguments)
    if sys.platform == "win32":
        # On Windows, exec returns to the shell at once and the server continues in the background.
        raise SystemExit(subprocess.call(command))
    os.execv(command[0], command)


def server_command(arguments: argparse.Namespace) -> list[str]:
    # With -P, files in the current folder do not shadow installed modules.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(APP)]
    if arguments.port is not None:
        command += ["--server.port", str(arguments.port)]
    command += arguments.options
    if arguments.runs is not None:
        command += ["--", "--runs", arguments.runs]
    return command


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 65535, not {text!r}")
    return int(text)
