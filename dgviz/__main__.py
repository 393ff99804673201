"""`python -m dgviz`, and the command `dgviz` of an installation; see `dgviz/cli/main.py`."""

import sys

from dgviz.cli import signals


def run() -> int:
    """Do what the command line asks and return the exit code."""
    # Before all other imports: a signal in the middle of one ends in whatever error comes of it.
    signals.leave()
    from dgviz.cli.main import main
    from dgviz.streams import with_forgiving_streams

    return with_forgiving_streams(main)


if __name__ == "__main__":
    sys.exit(run())
