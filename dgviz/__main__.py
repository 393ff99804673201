"""`python -m dgviz`: dgviz without a browser; see `dgviz/cli/main.py`."""

import sys

from dgviz.cli import signals

if __name__ == "__main__":
    # Before all other imports: a signal in the middle of one ends in whatever error comes of it.
    signals.leave()
    from dgviz.cli.main import main
    from dgviz.streams import with_forgiving_streams

    sys.exit(with_forgiving_streams(main))
