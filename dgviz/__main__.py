"""Entry point of `python -m dgviz` and of the command `dgviz`; see `dgviz/cli/main.py`."""

import sys

from dgviz.cli import signals


def run() -> int:
    """Run the command line and return the exit code."""
    # Before all other imports: a signal during an import can raise any error.
    signals.leave()
    from dgviz.cli.main import main
    from dgviz.streams import with_forgiving_streams

    return with_forgiving_streams(main)


if __name__ == "__main__":
    sys.exit(run())
