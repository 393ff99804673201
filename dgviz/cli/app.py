"""`python -m dgviz app`: the server, as `streamlit run app.py` starts it, from any folder."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from dgviz.cli.runs import add_runs_option
from dgviz.places import APP

SUMMARY = "Start the server, whose pages a browser shows."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, metavar="N", help="Where the server listens; default 8501."
    )
    add_runs_option(parser)
    parser.add_argument(
        "options",
        nargs="*",
        metavar="-- OPTION",
        help="Options of `streamlit run`, after two dashes: -- --server.headless true.",
    )


def run(arguments: argparse.Namespace) -> None:
    """Become the server: its signals, its output and its exit code are the command's."""
    command = server_command(arguments)
    if sys.platform == "win32":
        # There, exec gives the terminal back at once, and the server goes on behind it.
        raise SystemExit(subprocess.call(command))
    os.execv(command[0], command)


def server_command(arguments: argparse.Namespace) -> list[str]:
    """The command line that starts the server."""
    # By -P, what lies in the present folder is not imported in the place of what is installed.
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
