"""`python -m dgviz bench inference` on a trained run, without the optional packages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from synthetic_run import SETTINGS, write_run

from bench import int8
from dgviz.cli.main import main
from dgviz.compaction.executors import executor
from dgviz.compaction.executors.executor import EXECUTORS, Executor, Images, Logits
from dgviz.compaction.network import CompactNetwork
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.recorded import compact_run
from dgviz.compaction.speed.measure import measure_network
from dgviz.compaction.speed.measurement_file import read
from dgviz.compaction.speed.ratio_sweep_file import read as read_sweep
from dgviz.data.sets import load
from dgviz.runs.contents import RunsError
from dgviz.runs.record import Record

Capture = pytest.CaptureFixture[str]

_QUICK = ["--rounds", "2", "--seconds", "0.0001", "--threads", "1"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs directory with one run, whose id begins with a."""
    root = tmp_path_factory.mktemp("runs")
    flags = ["--hidden", "8", "--epochs", "1", "--batch-size", "600", "--validation", "300"]
    flags += ["--learning-rate", "0.01", "--device", "cpu", "--beta", "3", "--initial-logit", "0.2"]
    assert main(["train", *flags, "--runs", str(root)]) == 0
    (made,) = root.glob("[0-9a-f]*")
    made.rename(root / ("a" * 12))
    return root


@pytest.fixture
def without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "find_spec", lambda name: None)


def bench(root: Path, *arguments: str, code: int = 0) -> None:
    assert main(["bench", "inference", *arguments, "--runs", str(root)]) == code


@pytest.mark.usefixtures("without_extras")
def test_it_prints_times_and_what_to_take_and_saves_both(root: Path, capsys: Capture) -> None:
    bench(root, "aaaa", "--batch", "500", "1000", *_QUICK)
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in (
        "Batches of 500 images, 1 thread:",
        "Batches of 1,000 images, 1 thread:",
        "compact, PyTorch",
        "Take ",
        "There are two ways to compute the pruned network",
        "CSR in tiles, numba was not timed. It needs numba. To install it: pip install -r ",
        "checked on 10,000 test images",
        "device cpu, threads 1",
    ):
        assert words in printed.out
    saved = read(Record(root / ("a" * 12)))
    assert saved and saved.settings == [(500, 1), (1000, 1)]
    assert {*saved.differences, *saved.excluded} == EXECUTORS.keys()
    # A part of it is printed, and does not replace it.
    bench(root, "aaaa", "--batch", "1000", *_QUICK)
    assert "It is not saved, because the saved measurement of " in capsys.readouterr().err
    assert read(Record(root / ("a" * 12))) == saved
    bench(root, "aaaa", "--batch", "1000", "--fan-in", "mean", *_QUICK, "--json")
    content = json.loads(capsys.readouterr().out)
    saved = read(Record(root / ("a" * 12)), Recipe(fan_in="mean"))
    assert saved and json.loads(json.dumps(saved.as_dict())) == content


@pytest.mark.usefixtures("without_extras")
def test_ratios_are_reached_by_another_threshold(root: Path, capsys: Capture) -> None:
    wanted = [0.2, 0.05]
    options = ["--batch", "1000", *_QUICK]
    bench(root, "aaaa", "--ratios", *map(str, wanted), *options)
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in (
        "Each network is the trained one with another τ",
        "Batches of 1,000 images, 1 thread, speed against dense PyTorch:",
        "For batches of 1,000, sparse forms are faster than dense PyTorch",
        "CSR in tiles, numba was not timed. It needs numba.",
        "medians of 2 rounds",
    ):
        assert words in printed.out
    # How wide the columns are depends on the times.
    assert re.search("r 0.2 +r 0.05 +faster than dense below", printed.out)
    sweep = read_sweep(Record(root / ("a" * 12)))
    assert sweep and [point.ratio for point in sweep.points] == pytest.approx(wanted, rel=0.02)
    for point in sweep.points:
        made = compact_run(root / ("a" * 12), point.recipe)
        assert made.network.connections == point.measured.pruned_connections
        assert made.test_accuracy == point.test_accuracy
    bench(root, "aaaa", "--ratios", "0.1", *options, "--json")
    content = json.loads(capsys.readouterr().out)
    assert [point["ratio"] for point in content["points"]] == pytest.approx([0.1], rel=0.02)
    assert [one["against"] for one in content["sparse_begins"]] == ["dense", "unpruned"]


def test_integers_are_measured_beside_floats(root: Path, capsys: Capture) -> None:
    arguments = ["bench", "int8", "aaaa", "--rounds", "1", "--seconds", "0.0001"]
    arguments += ["--runs", str(root), "--json"]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    exact = compact_run(root / ("a" * 12)).test_accuracy
    accuracy = result["accuracy"]
    for name, found in accuracy.items():
        assert found == pytest.approx(exact, abs=0.02 if "int8" in name else 2e-4)
    assert {"dense", "compact-onnx", "int8, dynamic", "int8, static"} < accuracy.keys()
    assert min(result["bytes"], key=result["bytes"].get).startswith("int8")
    assert len(result["times"]) == 3 * len(accuracy)
    assert "compact int8, static, ONNX Runtime" in int8._as_text(result)


def test_bad_options_are_one_sentence(root: Path, capsys: Capture) -> None:
    write_run(root, "c" * 12, SETTINGS.with_changes(method="rigl"))
    many = [*map(str, range(1, 92)), "--threads", "1"]
    for arguments, code, words in (
        (["bbbb"], 2, "There is no run bbbb"),
        (["aaaa", "--batch", "0"], 2, "must be a whole number of at least 1, not '0'"),
        (["aaaa", "--finetune", "-1"], 2, "finetune must be a whole number from 0 to 50"),
        (["aaaa", "--fan-in", "785"], 1, "has 784 inputs, so its fan-in cannot be 785"),
        (["aaaa", "--batch", "10001"], 1, "at most 10,000 images"),
        (["aaaa", "--batch", *many, "--finetune", "50"], 1, "1 number of threads would have 1,001"),
        (["aaaa", "--batch", "10001", "--finetune", "50"], 1, "at most 10,000 images"),
        (["aaaa", "--threads", "1", "9999"], 2, "the number of this machine's cores, not 9999"),
        (["aaaa", "--seconds", "x"], 2, "number of seconds above 0"),
        (["aaaa", "--ratios", "0"], 2, "must be a number above 0, up to 1, not '0'"),
        (["aaaa", "--ratios", "--tau", "0.6"], 2, "leave out --tau, --fan-in and --finetune"),
        (["aaaa", "--ratios", *(f"0.{n}" for n in range(10, 31))], 2, "at most 20 ratios, not 21"),
        (["cccc", "--ratios"], 1, "the mask of RigL does not depend on τ"),
    ):
        capsys.readouterr()
        bench(root, *arguments, code=code)
        error = capsys.readouterr().err
        assert words in error and error.count("\n") == 1


def test_what_fails_or_is_wrong_is_not_timed(root: Path) -> None:
    table = {
        name: Executor(name, name, "", "units", f"{__name__}:{function}")
        for name, function in (("compact", "zeros"), ("csr-torch", "refuses"))
    }
    made = compact_run(root / ("a" * 12))
    images = load("mnist").test_images.numpy()
    reported: list[float] = []
    measured = measure_network(
        made,
        images,
        reported.append,
        batches=[1000],
        threads=[1],
        rounds=1,
        seconds=1e-4,
        executors={"dense": EXECUTORS["dense"], **table},
    )
    assert [one.executor for one in measured.timings] == ["dense"]
    assert "its logits differ from the network's by" in measured.excluded["compact"]
    assert measured.excluded["csr-torch"] == "It fails with RuntimeError: no such layer"
    assert reported == sorted(reported) and reported[-1] == 1
    with pytest.raises(RunsError, match="Dense PyTorch does not compute this network"):
        measure_network(made, images, batches=[1000], executors={"dense": table["compact"]})


def zeros(network: CompactNetwork, threads: int) -> Logits:
    return lambda images: np.zeros((len(images), network.widths[-1]), np.float32)


def refuses(network: CompactNetwork, threads: int) -> Logits:
    def logits(images: Images) -> Images:
        raise RuntimeError("no such layer")

    return logits
