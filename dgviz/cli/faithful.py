"""`python -m dgviz faithful`: do active connections show which pixels matter?"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from dgviz.cli.parser import Failure
from dgviz.cli.progress import share_bar
from dgviz.cli.runs import add_runs_option, find, open_store

if TYPE_CHECKING:
    from dgviz.runs.faithfulness.findings import Findings

SUMMARY = (
    "Test by deletion and insertion whether the pixels with the most active connections are those "
    "that the network needs."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", help="A run's id, or the first four digits of it or more."
    )
    add_runs_option(parser)
    parser.add_argument(
        "--json", action="store_true", help="Print the findings as one line of JSON on stdout."
    )


def run(arguments: argparse.Namespace) -> None:
    """Run the test, print its findings and save them in the run's folder.

    Raises:
        DataError: the data set cannot be loaded.
        Failure: with code 2 if there is no such run, 1 if it cannot be tested.
    """
    # The store is imported before torch, so that a mistyped run fails at once.
    from dgviz.runs.baselines import finished_baseline
    from dgviz.runs.contents import RunsError
    from dgviz.runs.faithfulness.findings import obstacle
    from dgviz.runs.faithfulness.findings_file import save

    store = open_store(arguments.runs)
    record = find(store, arguments.run)
    if (problem := obstacle(record)) or record.settings is None:
        raise Failure(problem, 1)
    dense = finished_baseline(store, record.settings)

    from dgviz.runs.faithfulness.examination import examine

    try:
        with share_bar("testing") as report:
            findings = examine(record.folder, dense.folder if dense else None, report)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed
    if arguments.json:
        print(json.dumps(findings.as_dict(), allow_nan=False))
    else:
        print(_as_text(findings, record.title))
    try:
        save(findings, record.folder)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed


def _as_text(findings: Findings, title: str) -> str:
    from dgviz.runs.faithfulness.text import caveats, circumstances, reading, rows, verdict

    table = [("ranking", "which pixels come first", "deletion", "insertion"), *rows(findings)]
    widths = [max(len(row[i]) for row in table) for i in range(4)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in table]
    return "\n".join(
        [
            f"run {findings.run}: {title}",
            f"Areas under the accuracy curves ({reading(findings)}):",
            *(f"  {line.rstrip()}" for line in lines),
            *verdict(findings),
            "What the test does not say:",
            *(f"- {sentence}" for sentence in caveats(findings)),
            circumstances(findings),
        ]
    )
