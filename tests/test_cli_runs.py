"""`python -m dgviz runs` from a shell."""

from __future__ import annotations

import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import synthetic_run

from bench.run_folders import write_run
from dgviz.cli.main import main
from dgviz.environment import default_runs_folder
from dgviz.runs.layout import CARD, FACTS, LOCK, METRICS, SNAPSHOTS
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import BIN
from dgviz.settings import Settings

ROOT = Path(__file__).parents[1]
FIRST, SECOND, OTHER = "aaaa00000001", "aaaa00000002", "bbbb00000003"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three runs; the second is a child of the first."""
    write_run(tmp_path, FIRST, Settings(), created="2025-01-01T10:00:00.000+00:00")
    narrow = Settings(beta=1.0, hidden=32)
    write_run(
        tmp_path,
        SECOND,
        narrow,
        created="2025-01-02T10:00:00.000+00:00",
        parent=FIRST,
    )
    write_run(
        tmp_path,
        OTHER,
        Settings(method="dense"),
        created="2025-01-03T10:00:00.000+00:00",
        phase="failed",
        reason="The disk caught fire.",
        step=430,
        epoch=1.0,
        planned=[[860, "learning_rate", 0.01]],
    )
    for run_id, settings in ((FIRST, Settings()), (SECOND, narrow)):
        synthetic_run.write_snapshots(tmp_path / run_id, settings)
    return tmp_path


def answer(capsys: Capture, *arguments: str, code: int = 0) -> str:
    """Run a command; return its stdout if it succeeds, otherwise its stderr."""
    assert main(["runs", *arguments]) == code
    captured = capsys.readouterr()
    if code:
        assert captured.out == "" and captured.err.endswith(".\n")
        assert "Traceback" not in captured.err and "usage" not in captured.err
        return captured.err
    assert captured.err == ""
    return captured.out


def test_without_an_action_the_actions_are_listed(capsys: Capture) -> None:
    printed = answer(capsys)
    for action in ("list", "show", "export", "import", "delete", "restore"):
        assert f"    {action} " in printed


def test_a_list_is_a_table(root: Path, capsys: Capture) -> None:
    head, *rows = answer(capsys, "list", "--runs", str(root)).splitlines()
    assert [row.split()[0] for row in rows] == [OTHER, SECOND, FIRST]
    assert rows[0].split()[1:4] == ["failed", "2025-01-03", "10:00"]
    assert "dense, paper, seed 0" in rows[0] and "1.0/50" in rows[0]
    assert "98.12%" in rows[2] and "0.333" in rows[2] and "50/50" in rows[2]
    assert len({len(line) for line in (head, *rows)}) == 1
    assert rows[1].index("aaaa · paper") == head.index("title")


def test_a_search_lists_only_matching_runs(root: Path, capsys: Capture) -> None:
    def found(words: str) -> list[str]:
        listed = json.loads(
            answer(capsys, "list", "--runs", str(root), "--json", "--search", words)
        )
        return [run["id"] for run in listed]

    assert found("") == [OTHER, SECOND, FIRST]
    assert found("DENSE") == found("failed bbbb") == [OTHER]
    assert found("paper 32") == [SECOND]
    assert found("dense 32") == []
    # As on the Runs page: the second run began with 1, and the synthetic log changes it to 1 too.
    assert SECOND in found("beta=1") and OTHER not in found("beta=1")
    assert found("hidden=32") == [SECOND]
    printed = answer(capsys, "list", "--runs", str(root), "--search", "nothing like it")
    assert printed == f"There are no such runs in {root}.\n"


def test_an_empty_list(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path)
    assert answer(capsys, "list", "--runs", place) == f"There are no runs in {place}.\n"
    assert answer(capsys, "list", "--runs", place, "--json") == "[]\n"
    # The default folder is created when a run is recorded.
    absent = tmp_path / "absent"
    monkeypatch.setenv("DGVIZ_RUNS", str(absent))
    assert answer(capsys, "list") == f"There are no runs in {absent}.\n"
    assert not absent.exists()


@pytest.mark.parametrize(
    "command",
    [
        ["runs", "list"],
        ["runs", "list", "--json"],
        ["runs", "show", FIRST],
        ["runs", "export", FIRST],
        ["runs", "delete", FIRST],
        ["runs", "restore", FIRST],
        ["faithful", FIRST],
        ["train", "--resume", FIRST],
        ["bench", "runs", "--run", FIRST],
    ],
    ids=" ".join,
)
def test_a_missing_folder_does_not_count_as_empty(
    tmp_path: Path, capsys: Capture, command: list[str]
) -> None:
    absent = tmp_path / "absent"
    assert main([*command, "--runs", str(absent)]) == 2
    captured = capsys.readouterr()
    message = f"There is no folder {absent}; name the folder with the runs.\n"
    assert (captured.out, captured.err) == ("", message)
    assert not absent.exists()
    assert main([*command, "--runs", __file__]) == 2
    assert capsys.readouterr().err.startswith(f"--runs must be a folder; it was '{__file__}'")


def test_every_command_names_its_default_folder(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    for command in (["runs", "list"], ["train"], ["faithful"], ["bench", "runs"]):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        message = f"Default: DGVIZ_RUNS, or else {default_runs_folder()}."
        assert message in capsys.readouterr().out, command


def test_the_runs_directory_is_that_of_the_environment(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGVIZ_RUNS", str(root))
    assert len(json.loads(answer(capsys, "list", "--json"))) == 3
    monkeypatch.setenv("DGVIZ_RUNS_GB", "plenty")
    assert "DGVIZ_RUNS_GB must be a number" in answer(capsys, "list", code=2)


def test_broken_runs_are_listed_with_all_other_runs(root: Path, capsys: Capture) -> None:
    (root / SECOND / CARD).write_bytes(b"\0\xff")
    (root / "cccc00000004").mkdir()
    lines = answer(capsys, "list", "--runs", str(root)).splitlines()
    assert len(lines) == 1 + 4 + 3
    assert f"! {SECOND}: card.json cannot be used: it is damaged." in lines
    assert "! cccc00000004: settings.json cannot be used: it is missing." in lines
    # As on the Runs page; the progress of such a run is not known.
    assert any(line.startswith(f"{SECOND}  broken !") for line in lines)
    assert not any("0/" in line for line in lines if SECOND in line)
    printed = answer(capsys, "show", "cccc", "--runs", str(root))
    assert "card.json cannot be used: it is missing." in printed
    assert "status               broken" in printed and "progress" not in printed


def test_a_run_is_shown_as_text(root: Path, capsys: Capture) -> None:
    content = bytearray((root / SECOND / SNAPSHOTS).read_bytes())
    content[30] ^= 1
    (root / SECOND / SNAPSHOTS).write_bytes(content)
    printed = answer(capsys, "show", SECOND, "--runs", str(root))
    for words in (
        f"run {SECOND}: aaaa · paper, β 1, H 32, seed 0",
        "finished",
        "2025-01-02 10:00 UTC",
        "epoch 50.00 of 50, step 21,500",
        "98.12%",
        "active connections   67,708 of 203,264",
        "hidden units in use  29 of 32",
        "67,708   (dense: 203,264)",
        "--preset=paper --beta=1.0 --hidden=32",
        f"{FIRST} (aaaa · paper, β 0.03 → 1, seed 0)",
        "β 1 instead of 0.03 → 1 (epoch 0.2), H 32 instead of 256",
        "61.0 s from step 0",
        "cpu Some processor, cores 2, device cpu, threads 1",
        "commit 0123456789abcdef0123456789abcdef01234567, dirty False",
        "3 snapshots of the connections, 1 of the weights",
        str(root / SECOND),
        "Damaged snapshots in snapshots.bin, which are skipped: 1.",
    ):
        assert words in printed, words
    printed = answer(capsys, "show", FIRST, "--runs", str(root))
    assert "beta changed         β 0.03 → 1 (epoch 0.2)" in printed
    printed = answer(capsys, "show", OTHER, "--runs", str(root))
    assert "failed. The disk caught fire." in printed and "parent" not in printed
    assert "planned changes      to be made again: η → 0.01 (epoch 2)" in printed


def test_pixels_in_use_are_counted_as_on_the_pages(tmp_path: Path, capsys: Capture) -> None:
    """Always blank ones are not in use; they are those of the step that the figures belong to."""
    synthetic_run.write_run(tmp_path, FIRST)
    synthetic_run.write_run(tmp_path, SECOND, card={"step": 19})
    shown = answer(capsys, "show", FIRST, "--runs", str(tmp_path))
    assert "pixels in use        774 of 784\n" in shown
    assert "pixels in use" not in answer(capsys, "show", SECOND, "--runs", str(tmp_path))


def test_the_events_of_a_run_are_shown(root: Path, capsys: Capture) -> None:
    events = [
        {"kind": "event", "step": 500 * i, "epoch": float(i), "name": name, "text": f"{name} {i}"}
        for i, name in enumerate(("pruned", "pruned", "rewound"), start=1)
    ]
    with (root / FIRST / METRICS).open("a", encoding="utf-8") as log:
        log.writelines(json.dumps(entry) + "\n" for entry in events)
    printed = answer(capsys, "show", FIRST, "--runs", str(root))
    lines = [line.strip() for line in printed.splitlines()]
    assert "events               pruned 2 times, last at epoch 2.00: pruned 2" in lines
    assert "events               rewound once, last at epoch 3.00: rewound 3" in lines
    shown = json.loads(answer(capsys, "show", FIRST, "--runs", str(root), "--json"))
    assert shown["events"] == events
    assert "events  " not in answer(capsys, "show", SECOND, "--runs", str(root))


def test_a_run_is_shown_as_json(root: Path, capsys: Capture) -> None:
    (printed,) = answer(capsys, "show", SECOND, "--runs", str(root), "--json").splitlines()
    run = json.loads(printed)
    assert (run["id"], run["phase"], run["parent"]) == (SECOND, "finished", FIRST)
    assert run["settings"] == Settings(beta=1.0, hidden=32).as_dict()
    assert run["card"] == json.loads((root / SECOND / CARD).read_bytes()) | {
        "planned": [],
        "extended": [],
    }
    assert run["differs_from_parent"] == {
        "beta": {"parent": 0.03, "run": 1.0},
        "hidden": {"parent": 256, "run": 32},
    }
    assert [move["knob"] for move in run["knob_moves"]] == ["beta"]
    assert run["planned_moves"] == []
    assert run["snapshots"] == {"gates": 3, "weights": 1} and run["problems"] == []


def test_no_control_character_is_printed(tmp_path: Path, capsys: Capture) -> None:
    session = {"seconds": 1.0, "git": {"commit": "\x1b]0;title\x07"}, "hardware": ["\x1b[2J"]}
    write_run(tmp_path, FIRST, phase="failed", reason="\x1b[31mred", sessions=[session])
    assert "\x1b" not in answer(capsys, "show", FIRST, "--runs", str(tmp_path))


def test_a_missing_parent_is_named(tmp_path: Path, capsys: Capture) -> None:
    write_run(tmp_path, FIRST, parent=OTHER)
    printed = answer(capsys, "show", FIRST, "--runs", str(tmp_path))
    assert f"{OTHER}, which is not here" in printed


@pytest.mark.parametrize("action", ["show", "export", "delete"])
def test_an_id_that_matches_no_run_or_several(root: Path, capsys: Capture, action: str) -> None:
    def failing(name: str) -> str:
        (sentence,) = answer(capsys, action, name, "--runs", str(root), code=2).splitlines()
        return sentence

    ambiguous = failing("aaaa")
    assert ambiguous.startswith("2 runs begin with aaaa: ")
    assert FIRST in ambiguous and SECOND in ambiguous and OTHER not in ambiguous
    unknown = failing("dddd")
    assert unknown.startswith("There is no run dddd in ") and OTHER in unknown
    for name in ("bbb", "BBBB", "../..", f"{OTHER}0", "", "bbbb*", OTHER + "\n"):
        assert "is not a run's id: that has 12 hexadecimal digits" in failing(name)
    assert len(list(root.iterdir())) == 3


def test_a_directory_without_runs_has_no_candidates(tmp_path: Path, capsys: Capture) -> None:
    printed = answer(capsys, "show", FIRST, "--runs", str(tmp_path), code=2)
    assert printed == f"There is no run {FIRST} in {tmp_path}, and no other run either.\n"


def test_only_the_newest_are_candidates(tmp_path: Path, capsys: Capture) -> None:
    for i in range(8):
        write_run(tmp_path, f"{i:012x}", created=f"2025-01-0{i + 1}T00:00:00+00:00")
    printed = answer(capsys, "show", "dddd", "--runs", str(tmp_path), code=2)
    assert f"{7:012x}" in printed and f"{3:012x}" in printed and f"{2:012x}" not in printed
    assert "and 3 more." in printed


def test_deleted_runs_are_restored(root: Path, capsys: Capture) -> None:
    printed = answer(capsys, "delete", "bbbb", FIRST, FIRST, "--runs", str(root))
    assert len(printed.splitlines()) == 2
    assert {path.name for path in root.iterdir()} == {SECOND, BIN}
    # The printed command restores the run.
    command = printed.splitlines()[0].partition("python -m dgviz ")[2]
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == f"Restored run {OTHER} (bbbb · dense, paper, seed 0).\n"
    assert (root / OTHER / CARD).is_file()
    printed = answer(capsys, "restore", "bbbb", "--runs", str(root), code=2)
    assert printed.startswith("There is no run bbbb in the bin of ") and FIRST in printed


def test_a_run_that_cannot_be_deleted_does_not_stop_the_rest(root: Path, capsys: Capture) -> None:
    with lock_on(root / FIRST / LOCK):
        (root / FIRST / CARD).write_text(
            (root / FIRST / CARD).read_text().replace('"finished"', '"running"')
        )
        assert main(["runs", "delete", FIRST, OTHER, "--runs", str(root)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"Deleted run {OTHER}")
    assert captured.err == f"Run {FIRST} is being trained: stop it before you delete it.\n"
    assert (root / FIRST).is_dir() and not (root / OTHER).exists()


def test_files_of_a_killed_import_are_removed_by_any_command(root: Path, capsys: Capture) -> None:
    left_over = root / ".incoming-0123" / "taken"
    left_over.mkdir(parents=True)
    (left_over / "card.json").touch()
    answer(capsys, "list", "--runs", str(root))
    assert not left_over.parent.exists()


def test_nothing_is_deleted_when_one_of_the_names_is_wrong(root: Path, capsys: Capture) -> None:
    answer(capsys, "delete", OTHER, "dddd", "--runs", str(root), code=2)
    assert (root / OTHER).is_dir()


@pytest.mark.parametrize("format", ["zip", "csv", "parquet", "html"])
def test_a_file_is_overwritten_only_by_force(
    root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Capture, format: str
) -> None:
    target = tmp_path_factory.mktemp("exports") / f"out.{format}"
    arguments = ["export", FIRST, "--runs", str(root), "--format", format, "-o", str(target)]
    assert answer(capsys, *arguments).startswith(f"Wrote {target} (")
    first = target.read_bytes()
    beginnings = {"zip": b"PK", "csv": b"run,step", "parquet": b"PAR1", "html": b"<!"}
    assert first[:40].lower().startswith(beginnings[format].lower()), first[:40]
    target.write_bytes(b"precious")
    printed = answer(capsys, *arguments, code=1)
    assert printed == f"{target} is there already: choose another name, or add --force.\n"
    assert target.read_bytes() == b"precious"
    answer(capsys, *arguments, "--force")
    assert target.read_bytes()[:40] == first[:40] and len(list(target.parent.iterdir())) == 1


def test_the_default_file_name_is_the_runs_id(
    root: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    answer(capsys, "export", "bbbb", "--runs", str(root), "--format", "csv")
    assert [path.name for path in Path.cwd().iterdir()] == [f"{OTHER}.csv"]


def test_an_export_that_cannot_be_written_is_an_error(
    root: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    arguments = ["export", FIRST, "--runs", str(root), "--format", "csv", "-o"]
    target = tmp_path / "absent" / "x.csv"
    printed = answer(capsys, *arguments, str(target), code=1)
    assert printed == f"{target} cannot be written: No such file or directory.\n"
    assert "is a folder" in answer(capsys, *arguments, str(root), code=2)
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        assert "is a device or a pipe" in answer(capsys, *arguments, str(pipe), "--force", code=2)
        assert not pipe.is_file()
    (tmp_path / "here").mkdir()
    monkeypatch.setattr(os, "fsync", fill)
    printed = answer(capsys, *arguments, str(tmp_path / "here" / "x.csv"), code=1)
    assert "No space left" in printed and list((tmp_path / "here").iterdir()) == []


def test_files_left_out_of_a_zip_are_those_found_while_it_was_made(
    root: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / FIRST / FACTS).write_bytes(b"damaged")
    target = tmp_path / "x.zip"
    # A second search could find other damage if the run is training.
    monkeypatch.setattr(Record, "damage", lambda record: ("another look",))
    assert main(["runs", "export", FIRST, "--runs", str(root), "-o", str(target)]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(f"Wrote {target} (")
    assert captured.err == f"Left out: {FACTS} must be safetensors that dgviz has written.\n"


def test_each_failed_import_is_named(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    files = [str(tmp_path / name) for name in ("a.zip", "absent.zip", "folder")]
    (tmp_path / "folder").mkdir()
    printed = answer(capsys, "import", *files, "--runs", str(tmp_path / "runs"), code=1)
    lines = printed.splitlines()
    assert len(lines) == 3
    for file, line in zip(files, lines, strict=True):
        assert line.startswith(file) and line.endswith(".")


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["delete"],
        ["import"],
        ["restore"],
        ["lost"],
        ["list", "extra"],
        ["export", FIRST, "--format", "pickle"],
        ["list", "--run", "x"],
    ],
)
def test_a_mistake_gives_one_sentence(arguments: list[str], capsys: Capture) -> None:
    (sentence,) = answer(capsys, *arguments, code=2).splitlines()
    assert "python -m dgviz" in sentence


def test_a_full_directory_is_reported_with_the_list(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGVIZ_RUNS_GB", "0.00001")
    assert main(["runs", "list", "--runs", str(root)]) == 0
    captured = capsys.readouterr()
    assert "The runs directory is full" in captured.err and FIRST in captured.out


@pytest.mark.parametrize("action", ["list", "show", "delete"])
def test_torch_is_never_loaded(root: Path, action: str) -> None:
    """numpy is loaded only to check a run's snapshots."""
    arguments = ["list"] if action == "list" else [action, OTHER]
    done = shell("-X", "importtime", "-m", "dgviz", "runs", *arguments, "--runs", str(root))
    assert done.returncode == 0, done.stderr
    assert OTHER in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "dgviz.runs.store" in loaded
    assert not loaded & {"torch", "pandas", "plotly", "streamlit"}
    assert ("numpy" in loaded) == (action == "show")


@pytest.mark.parametrize("format", ["zip", "csv", "html"])
def test_torch_is_not_loaded_to_export(root: Path, tmp_path: Path, format: str) -> None:
    code = (
        "import sys; from dgviz.cli.main import main; code = main(sys.argv[1:]);"
        "sys.exit(code or ('torch' in sys.modules))"
    )
    target = tmp_path / f"x.{format}"
    arguments = ["export", FIRST, "--runs", str(root), "--format", format, "-o", str(target)]
    done = shell("-c", code, "runs", *arguments)
    assert done.returncode == 0, done.stderr


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_closed_output_pipe_gives_an_exit_code_and_no_message(root: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m dgviz runs list --runs {shlex.quote(str(root))}"
    done = subprocess.run(
        ["sh", "-c", f"{{ {command}; echo $? >&2; }} | true"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == "141\n"
