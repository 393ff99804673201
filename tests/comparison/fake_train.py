"""Stands in for `python -m dgviz train`, and writes a made-up run.

Arguments: the runs directory, the settings as JSON, the id of the run to resume or "", and what to
do: "finish", "diverge", "fail" without a run, or "wait" for a signal after it began a teacher.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS / "runs"), str(TESTS / "comparison")]

from made_up_runs import made_up  # noqa: E402

from dgviz.runs.store import new_run_id  # noqa: E402
from dgviz.settings import Settings  # noqa: E402


def main(root: Path, given: str, resumed: str, action: str) -> None:
    settings, number = Settings.from_dict(json.loads(given)), int(resumed or new_run_id(), 16)
    if resumed:
        card = json.loads((root / resumed / "card.json").read_text())
        (root / resumed / "card.json").write_text(json.dumps(card | {"phase": "finished"}))
    elif action == "finish":
        print("epoch 1/2: test accuracy 90%", file=sys.stderr)
        made_up(root, number, settings)
    elif action == "diverge":
        reason = "The loss stopped being a finite number at step 3."
        made_up(root, number, settings, phase="failed", reason=reason)
    elif action == "fail":
        sys.exit("There is no such data set.")
    else:
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        print("teacher: epoch 12/40", file=sys.stderr, flush=True)
        (root / f"{number:012x}.waiting").touch()
        stopped.wait()
        made_up(root, number, settings, phase="stopped", epoch=1.0)


main(Path(sys.argv[1]), *sys.argv[2:])
