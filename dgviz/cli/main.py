"""The entry point of `dgviz` and `python -m dgviz`.

Exit codes: 0 done; 1 the data or the training failed, or the result could not be printed or
recorded; 2 the command line or a setting is wrong; 130 interrupted with Ctrl-C, 143 by SIGTERM, 129
by SIGHUP; 141 the reader of the output closed it early. Every failure is one message on stderr,
without a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from dgviz import __version__, environment
from dgviz.cli import app, bench, compact, faithful, knobs, runs, signals, study, sweep, train
from dgviz.cli.parser import PROGRAM, Failure, Parser
from dgviz.data.catalogue import DataError
from dgviz.settings import SettingsError

_COMMANDS = {
    "app": app,
    "train": train,
    "runs": runs,
    "faithful": faithful,
    "compact": compact,
    "sweep": sweep,
    "study": study,
    "bench": bench,
    "knobs": knobs,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        with signals.raising() as request:
            environment.check()
            command = _parse(sys.argv[1:] if arguments is None else arguments)
            command()
    except Failure as failure:
        return _report(str(failure), failure.code)
    except (SettingsError, environment.VariableError) as problem:
        return _report(str(problem), 2)
    except DataError as problem:
        return _report(str(problem), 1)
    except signals.Interrupted as interrupt:
        return _report(str(interrupt), interrupt.code)
    except Exception:
        # A signal in the middle of an import can raise an exception of another kind.
        if request.number is None:
            raise
        cut_short = signals.Interrupted(request.number)
        return _report(str(cut_short), cut_short.code)
    return 0


def _parse(arguments: Sequence[str]) -> Callable[[], None]:
    """Parse the arguments; return a function that runs the command."""
    parser = Parser(
        prog=PROGRAM,
        description="Train sparse networks with DynamicGate-MLP and other methods, in the browser "
        "or without one; record the runs, compare and explain them.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dgviz {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, module in _COMMANDS.items():
        subparser = commands.add_parser(
            name, help=module.SUMMARY, description=module.SUMMARY, allow_abbrev=False
        )
        module.add_arguments(subparser)
        subparser.set_defaults(command=module.run)
    parsed = parser.parse_args(arguments)
    if not hasattr(parsed, "command"):
        return parser.print_help
    return lambda: parsed.command(parsed)


def _report(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
