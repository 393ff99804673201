"""`python -m dgviz runs`: lists, shows, exports, imports, deletes and restores runs."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dgviz import environment
from dgviz.cli.output import check_target, write_target
from dgviz.cli.parser import PROGRAM, Failure
from dgviz.runs.contents import ID_PREFIX, no_id

if TYPE_CHECKING:
    from dgviz.runs.record import Record
    from dgviz.runs.store import Store

SUMMARY = "List, show, export, import, delete and restore runs."

_MAX_LISTED = 5
_Item = TypeVar("_Item")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=lambda arguments: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def action(name: str, work: Callable[[argparse.Namespace], None], help: str) -> Any:
        subparser = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
        add_runs_option(subparser)
        subparser.set_defaults(action=work)
        return subparser

    one = {"metavar": "RUN", "help": "A run's id, or the first four digits of it or more."}
    listing = action("list", _list, "List all runs, the newest first.")
    listing.add_argument(
        "--search",
        metavar="WORDS",
        default="",
        help="Only runs with all of these words; beta=0.03 is one, for a value that a setting had.",
    )
    showing = action("show", _show, "Show everything about a run, damaged files included.")
    showing.add_argument("run", **one)
    for subparser in (listing, showing):
        subparser.add_argument("--json", action="store_true", help="Print one line of JSON.")
    exporting = action("export", _export, "Write a run, its metrics or a report to a file.")
    exporting.add_argument("run", **one)
    exporting.add_argument("-o", "--output", metavar="FILE", type=Path, help="Default RUN.FORMAT.")
    exporting.add_argument(
        "--format",
        choices=("zip", "csv", "parquet", "html"),
        default="zip",
        help="zip: the whole run, to be imported elsewhere (default). csv, parquet: its metrics. "
        "html: a report.",
    )
    exporting.add_argument("--force", action="store_true", help="Overwrite the file.")
    importing = action("import", _import, "Import runs from zip files.")
    importing.add_argument("files", metavar="FILE", type=Path, nargs="+")
    deleting = action("delete", _delete, "Delete runs. They can be restored for a day.")
    restoring = action("restore", _restore, "Restore deleted runs.")
    for subparser in (deleting, restoring):
        subparser.add_argument("named", nargs="+", **one)


def run(arguments: argparse.Namespace) -> None:
    """Run the chosen action.

    Raises:
        Failure: with code 2 if there is no such run, 1 if reading or writing fails.
    """
    arguments.action(arguments)


def _list(arguments: argparse.Namespace) -> None:
    from dgviz.cli.runs_text import as_json, table
    from dgviz.runs.search import matches, search_problems

    store = open_store(arguments.runs)
    everything = store.records()
    for complaint in search_problems(arguments.search, everything):
        print(complaint, file=sys.stderr)
    records = [record for record in everything if matches(arguments.search, record)]
    if arguments.json:
        print(json.dumps([as_json(record) for record in records], allow_nan=False))
        return
    if records:
        print(table(records))
    else:
        print(f"There are no {'such ' if arguments.search.strip() else ''}runs in {store.root}.")
    if warning := store.usage().warning:
        print(warning, file=sys.stderr)


def _show(arguments: argparse.Namespace) -> None:
    from dgviz.cli.runs_text import all_as_json, as_text

    store = open_store(arguments.runs)
    record = find(store, arguments.run)
    parent = next((one for one in store.records() if one.id == record.parent), None)
    if arguments.json:
        print(json.dumps(all_as_json(record, parent), allow_nan=False))
    else:
        print(as_text(record, parent))


def _export(arguments: argparse.Namespace) -> None:
    from dgviz.runs.contents import RunsError

    store = open_store(arguments.runs)
    record = find(store, arguments.run)
    target = arguments.output or Path(f"{record.id}.{arguments.format}")
    check_target(target, force=arguments.force)
    try:
        content, left_out = _content(record, arguments.format)
    except RunsError as problem:
        raise Failure(str(problem), 1) from problem
    print(write_target(target, content))
    for sentence in left_out:
        print(f"Left out: {sentence}", file=sys.stderr)


def _content(record: Record, format: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the bytes to write, and a sentence for each file that a zip leaves out."""
    # Imported only when needed: tables and charts take a second to load.
    if format == "zip":
        from dgviz.runs.archive import export_zip

        return export_zip(record)
    if format == "html":
        from dgviz.runs.report import report_html

        return report_html(record).encode(), ()
    from dgviz.runs.tables import metrics_csv, metrics_parquet

    return (metrics_csv(record) if format == "csv" else metrics_parquet(record)), ()


def _import(arguments: argparse.Namespace) -> None:
    from dgviz.runs.archive import import_zip
    from dgviz.runs.contents import RunsError

    store = open_store(arguments.runs, may_be_new=True)

    def import_file(path: Path) -> None:
        try:
            with path.open("rb") as file:
                record, left_out = import_zip(store, file)
        except OSError as problem:
            raise RunsError(f"{path} cannot be read: {problem.strerror}.") from problem
        except RunsError as problem:
            raise RunsError(f"{path}: {problem}") from problem
        print(f"Imported run {record.id} ({record.title}).")
        for sentence in left_out:
            print(f"{path}: {sentence}", file=sys.stderr)

    _one_by_one(arguments.files, import_file)


def _delete(arguments: argparse.Namespace) -> None:
    store = open_store(arguments.runs)
    where = f" --runs {shlex.quote(arguments.runs)}" if arguments.runs else ""

    def delete(record: Record) -> None:
        store.delete(record.id)
        print(
            f"Deleted run {record.id} ({record.title}). To restore it within a day: "
            f"{PROGRAM} runs restore {record.id}{where}"
        )

    _one_by_one([find(store, name) for name in arguments.named], delete)


def _restore(arguments: argparse.Namespace) -> None:
    store = open_store(arguments.runs)
    records = store.deleted()
    place = f"the bin of {store.root}"

    def restore(record: Record) -> None:
        store.restore(record.id)
        print(f"Restored run {record.id} ({record.title}).")

    _one_by_one([_named(name, records, place) for name in arguments.named], restore)


def _one_by_one(items: Sequence[_Item], work: Callable[[_Item], None]) -> None:
    """Apply `work` to each item once; a failure does not stop the rest and is raised at the end."""
    from dgviz.runs.contents import RunsError

    failed = []
    for item in dict.fromkeys(items):
        try:
            work(item)
        except RunsError as problem:
            failed.append(str(problem))
    if failed:
        raise Failure("\n".join(failed), 1)


def add_runs_option(parser: argparse.ArgumentParser) -> None:
    """Add `--runs`, for every command that reads or records runs."""
    default = str(environment.default_runs_folder()).replace("%", "%%")
    parser.add_argument(
        "--runs",
        metavar="DIR",
        help=f"The folder with the runs. Default: DGVIZ_RUNS, or else {default}.",
    )


def open_store(given: str | None, *, may_be_new: bool = False) -> Store:
    """Open the store in the folder given by `--runs`, or else by the environment.

    Args:
        may_be_new: whether the folder may be missing, because the command will create it.

    Raises:
        VariableError: a variable is not accepted, or the given path cannot be a folder.
        Failure: there is no such folder.
    """
    # Not at the top of the file: the import would cost every other command 70 ms.
    from dgviz.runs.store import Store

    root = environment.folder("--runs", given) if given else environment.runs_folder()
    # The environment's folder is created with the first run; a missing one counts as empty.
    if given and not may_be_new and not root.exists():
        raise Failure(f"There is no folder {root}; name the folder with the runs.", 2)
    store = Store(root, environment.runs_bytes())
    store.remove_leftovers()
    return store


def find(store: Store, text: str) -> Record:
    """Find the only run whose id is `text` or begins with it.

    Raises:
        Failure: there is none, or more than one; the message lists candidates.
    """
    return _named(text, store.records(), store.root)


def _named(text: str, records: Sequence[Record], place: Path | str) -> Record:
    if not ID_PREFIX.fullmatch(text):
        raise Failure(no_id(text), 2)
    found = [record for record in records if record.id.startswith(text)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Failure(f"{len(found)} runs begin with {text}: {_candidates(found)}.", 2)
    if not records:
        raise Failure(f"There is no run {text} in {place}, and no other run either.", 2)
    raise Failure(
        f"There is no run {text} in {place}; the newest there: {_candidates(records)}.", 2
    )


def _candidates(records: Sequence[Record]) -> str:
    names = [f"{record.id} ({record.title})" for record in records[:_MAX_LISTED]]
    more = [f"and {len(records) - _MAX_LISTED} more"] if len(records) > _MAX_LISTED else []
    return ", ".join(names + more)
