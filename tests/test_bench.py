"""The measurements run, give plausible numbers, and leave no process behind.

No speed is asserted, because it is not a property of the code.
"""

import json
import math
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

import dgviz
from bench import any_network, sweeps
from dgviz.cli.main import main
from dgviz.data.split import Splits

ROOT = Path(__file__).parents[1]


Bench = Callable[..., dict[str, Any]]


@pytest.fixture
def bench(capsys: pytest.CaptureFixture[str]) -> Bench:
    """A function that measures in this process, and gives the result as it is printed."""

    def measure(*arguments: str) -> dict[str, Any]:
        assert main(["bench", *arguments, "--json"]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        return checked(printed.out)

    return measure


def checked(printed: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(printed)
    assert set(result["hardware"]) == {"cpu", "cores", "device", "threads"}
    assert set(result["versions"]) == {"python", "torch", "dgviz"}
    return result


def positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


def test_training_is_measured_with_the_other_loops(bench: Bench) -> None:
    result = bench("train", "--rounds", "3", "--seconds", "0.05", "--batch-size", "64")
    rates = result["steps_per_second"]
    assert set(rates) == {"naive", "ours", "ours_evaluating", "dense"}
    assert all(positive(rate) for rate in rates.values())
    assert all(len(rounds) == 3 for rounds in result["steps_per_second_by_round"].values())
    rounds = result["steps_per_second_by_round"]
    for other in ("naive", "dense"):
        ratios = [a / b for a, b in zip(rounds["ours"], rounds[other], strict=True)]
        assert result[f"ours_over_{other}"] == sorted(ratios)[1]
    assert result["batch_size"] == 64
    assert set(result["targets"]) == {"naive", "dense"}


def test_a_network_with_gates_is_trained_compacted_and_timed(bench: Bench) -> None:
    options = ["--network", "vit", "--images", "128", "--epochs", "1", "--seed", "0"]
    result = bench("any", *options, "--rounds", "1", "--seconds", "0.01")
    assert list(result["networks"]) == ["vit"]
    found = result["networks"]["vit"]
    assert set(found["accuracy"]) == {"dense", "gated", "compacted", "scratch"}
    assert found["accuracy"]["gated"] == found["accuracy"]["compacted"]
    assert found["difference"] < 1e-5 and found["different_predictions"] == 0
    assert 0 < found["active_ratio"] <= 1
    timed = [(time["executor"], time["batch"]) for time in found["times"]]
    assert timed == [(form, n) for n in (1, 256) for form in ("dense", "gated", "compacted")]
    assert all(positive(time["seconds"]) for time in found["times"])


@pytest.mark.parametrize(
    ("option", "value", "accepted"),
    [
        ("--beta", "nan", "a number from -1 to 30"),
        ("--beta", "1e9", "a number from -1 to 30"),
        ("--seed", "-1", "a whole number from 0 to 2147483647"),
        ("--seed", "9" * 20, "a whole number from 0 to 2147483647"),
        ("--epochs", "0", "a whole number from 1 to 1000"),
        ("--images", "0", "a whole number of at least 1"),
        ("--seconds", "inf", "a number of seconds above 0"),
    ],
)
def test_a_wrong_option_is_refused_before_a_network_with_gates_is_trained(
    option: str, value: str, accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "any", option, value]) == 2
    assert f"Argument {option}: must be {accepted}, not {value!r}" in capsys.readouterr().err


def test_a_network_that_cannot_be_compacted_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(network: Any, *others: Any) -> None:
        if any(name.endswith("_logits") for name, _ in network.named_parameters()):
            dgviz.set_tau(network, 1)

    monkeypatch.setattr(any_network, "_train", close)
    assert main(["bench", "any", "--network", "cnn", "--beta", "30"]) == 1
    assert "cnn with beta 30: Every gate is closed" in capsys.readouterr().err


@pytest.mark.usefixtures("on_tiny")
def test_sweeps_are_trained_and_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(workers: int) -> None:
        raise ImportError

    monkeypatch.setattr(sweeps, "dask_cluster", missing)
    options = ["--trials", "3", "--epochs", "1", "--backends", "alone", "dask", "--read", "20"]
    assert main(["bench", "sweeps", *options, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["backends"]["dask"] is None
    alone = result["backends"]["alone"]
    assert positive(alone["trials_an_hour"]) and positive(alone["training_seconds"])
    assert len(alone["between_seconds_by_trial"]) == 2
    [read] = result["read"]
    assert read["trials"] == 20 and positive(read["first_seconds"]) and read["sent_bytes"] > 4000
    said = sweeps._table(result)
    assert "Dask cluster: not measured, because dask is not installed." in said
    assert [line.split()[0] for line in said.splitlines() if "one after" in line] == ["one"]


WITH_A_SMALL_NETWORK = """
import sys
from bench import live
from dgviz.__main__ import run
live._SETTINGS = live._SETTINGS.with_changes(hidden=8, batch_size=1000)
sys.exit(run())
"""


@pytest.mark.timeout(240)
def test_streaming_is_measured_and_leaves_no_process_behind() -> None:
    mark = uuid.uuid4().hex
    options = ["--viewers", "2", "--seconds", "0.1", "--rounds", "1", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", WITH_A_SMALL_NETWORK, "bench", "live", *options],
        cwd=ROOT,
        env={**os.environ, "DGVIZ_TEST_MARK": mark},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    result = checked(done.stdout)
    assert result["viewers"] == 2
    for name in (
        "snapshots_per_second",
        "snapshots_per_second_of_the_slowest",
        "bytes_a_snapshot",
        "bytes_per_second_a_viewer",
        "streamed_steps_per_second",
        "bare_steps_per_second",
    ):
        assert positive(result[name]), name
    assert math.isfinite(result["server_cpu_percent"])
    rates = result["streamed_steps_per_second"], result["bare_steps_per_second"]
    assert result["slowdown"] == pytest.approx(1 - rates[0] / rates[1])
    assert set(result["cpu_share"]) == {"recording", "drawing", "sending"}
    assert all(0 <= share < 1 for share in result["cpu_share"].values())
    assert len(result["slowdown_by_round"]) == len(result["cpu_slowdown_by_round"]) == 1
    # A bit a connection, and a header.
    bits = (784 + 10) * 8
    assert bits / 8 < result["bytes_a_snapshot"] < bits / 8 + 4600
    # The forkserver ends a moment after its pipe is closed.
    _, alive = psutil.wait_procs(started_with(mark), timeout=30)
    assert alive == []


def started_with(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DGVIZ_TEST_MARK") == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_networks_that_are_trained_together_are_measured(
    tiny: Splits, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgviz.data.sets.load", lambda name: None)
    monkeypatch.setattr("dgviz.data.split.split", lambda *arguments: tiny)
    options = ["--hidden", "4", "--networks", "2", "--rounds", "1"]
    assert main(["bench", "batch", *options, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    [size] = result["sizes"]
    assert (size["hidden"], size["networks"]) == (4, 2)
    assert positive(size["epoch_seconds_alone"]) and positive(size["epoch_seconds_together"])
    [ratio] = size["speedup_by_round"]
    assert size["speedup"] == ratio
    assert ratio == size["epoch_seconds_alone"] / size["epoch_seconds_together"]
    accuracies = size["test_accuracy"]
    assert accuracies["alone"] == pytest.approx(accuracies["together"], abs=0.01)
    assert main(["bench", "batch", *options]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["4", "2"] in [row[:2] for row in rows]
