"""Copy a run to another directory with `python -m dgviz runs export` and `import`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from synthetic_run import RUN_ID, write_run

from dgviz.cli.main import main
from dgviz.runs.layout import CHECKPOINT, FILES
from dgviz.runs.store import Store


def test_a_run_is_exported_and_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, there, packed = tmp_path / "here", tmp_path / "there", tmp_path / "run.zip"
    folder = write_run(here, label={"name": "On tour", "tags": []})
    assert main(["runs", "export", RUN_ID[:4], "-o", str(packed), "--runs", str(here)]) == 0
    assert main(["runs", "import", str(packed), "--runs", str(there)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.splitlines()[-1] == f"Imported run {RUN_ID} (On tour)."
    for name in FILES:
        if (folder / name).exists():
            assert (there / RUN_ID / name).read_bytes() == (folder / name).read_bytes(), name
    # A second import gets a new id.
    assert main(["runs", "import", str(packed), "--runs", str(there)]) == 0
    first, second = Store(there).records()
    assert first.id != second.id and first.damage() == second.damage() == ()


def test_a_file_that_is_refused_does_not_stop_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(tmp_path / "here")
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    assert main(["runs", "export", RUN_ID, "-o", str(good), "--runs", str(tmp_path / "here")]) == 0
    bad.write_bytes(good.read_bytes()[:-40])
    capsys.readouterr()
    there = tmp_path / "there"
    assert main(["runs", "import", str(bad), str(good), "--runs", str(there)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{bad}: ") and len(captured.err.splitlines()) == 1
    assert captured.out.startswith(f"Imported run {RUN_ID}")
    assert [record.id for record in Store(there).records()] == [RUN_ID]


def test_bench_measures_a_listing_and_the_size_of_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path)
    options = ["--count", "5", "--rounds", "3", "--run", RUN_ID[:4], "--runs", str(tmp_path)]
    assert main(["bench", "runs", *options, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["count"] == 5 and len(result["cold_seconds_by_round"]) == 3
    for name in ("cold_seconds", "warm_seconds", "usage_seconds"):
        assert 0 < result[name] < 5
    assert set(result["hardware"]) == {"cpu", "cores", "device", "threads"}
    run = result["run"]
    assert run["files"]["checkpoint.safetensors"] == (folder / CHECKPOINT).stat().st_size
    assert run["bytes"] == sum(run["files"].values())
    assert 0 < run["snapshots"]["gates"]["bytes"] < run["files"]["snapshots.bin"]
    assert main(["bench", "runs", *options]) == 0
    assert "5 runs listed" in capsys.readouterr().out
    assert main(["bench", "runs", "--run", "f" * 12, "--runs", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("There is no run ffffffffffff")
