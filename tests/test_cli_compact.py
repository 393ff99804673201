"""`python -m dgviz compact` from a shell, on a run that is trained on tiny data."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from synthetic_run import SETTINGS, write_run
from tiny_command import FLAGS, only

from dgviz.cli.main import main
from dgviz.compaction import recorded, recorded_curve
from dgviz.compaction.exports import formats
from dgviz.compaction.network import CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.recorded import compact_run
from dgviz.compaction.recorded_curve import tau_curve
from dgviz.data.split import Splits
from dgviz.live.task_entry import compact_with_curve
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import CHECKPOINT
from dgviz.settings import KNOBS
from dgviz.training import with_teacher
from dgviz.training.checkpoint import Checkpoint, pack_checkpoint, unpack_checkpoint

Capture = pytest.CaptureFixture[str]
_SPARSE = ["--beta", "1", "--initial-logit", "0.4", "--hidden", "8", "--learning-rate", "0.02"]


@pytest.fixture
def root(
    on_tiny: None, tiny: Splits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> Path:
    """A directory with one gated run on the tiny data: 6-8-3."""
    known = SimpleNamespace(input_size=6, classes=("a", "b", "c"))
    monkeypatch.setattr(recorded, "load", lambda name: known)
    monkeypatch.setattr(recorded, "split", lambda dataset, validation, seed: tiny)
    assert main([*FLAGS, *_SPARSE, "--runs", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path


def answer(capsys: Capture, root: Path, *arguments: str, code: int = 0) -> str:
    """What the command prints for the only run; with a code, its one sentence on stderr."""
    run = only(root).id
    assert main(["compact", run, *arguments, "--runs", str(root)]) == code
    captured = capsys.readouterr()
    if code:
        assert captured.out == "" and captured.err.count("\n") == 1
        return captured.err
    assert captured.err == ""
    return captured.out


def as_json(capsys: Capture, root: Path, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer(capsys, root, "--json", *arguments))
    return found


def change(root: Path, how: Callable[[Checkpoint], Checkpoint]) -> None:
    path = only(root).folder / CHECKPOINT
    path.write_bytes(pack_checkpoint(how(unpack_checkpoint(path.read_bytes()))))


def test_it_prints_sizes_accuracy_and_the_check(root: Path, capsys: Capture) -> None:
    printed = answer(capsys, root)
    for words in (
        "epoch 4, τ 0.50",
        "6-8-3",
        "dense, before",
        "gated, before",
        "compact, CSR",
        " takes least memory: ",
        "Accuracy of the compact network: test",
        "Checked on 30 test images: the logits are the same as before.",
        "0 predictions differ.",
    ):
        assert words in printed


def test_json_has_the_figures_of_the_card(root: Path, capsys: Capture) -> None:
    found, figures = as_json(capsys, root), only(root).figures
    for name in ("test_accuracy", "validation_accuracy"):
        assert found[name] == pytest.approx(figures[name])
    assert found["widths"]["before"] == [6, 8, 3]
    assert found["connections"]["before"] == figures["active_weights"]
    assert found["sizes"]["dense, before"]["parameters"] == figures["dense_parameters"]
    assert found["check"]["passed"] and found["smallest"] in found["sizes"]


def test_tau_chooses_another_mask(root: Path, capsys: Capture) -> None:
    own = as_json(capsys, root)["connections"]["before"]
    assert own == as_json(capsys, root, "--tau", "0.5")["connections"]["before"]
    assert as_json(capsys, root, "--tau", "0")["connections"]["before"] == 6 * 8 + 8 * 3 > own
    harder = as_json(capsys, root, "--tau", "0.6")
    assert harder["tau"] == 0.6 and 0 < harder["connections"]["before"] < own
    assert harder["check"]["passed"]


def test_with_every_gate_off_the_biases_are_left(root: Path, capsys: Capture) -> None:
    found = as_json(capsys, root, "--tau", "1")
    assert found["widths"]["after"] == [0, 0, 3] and found["check"]["passed"]
    assert found["sizes"]["compact, dense"]["parameters"] == 3
    assert "its logits are the same for every image" in answer(capsys, root, "--tau", "1")


def test_each_step_after_training_is_told(root: Path, capsys: Capture) -> None:
    steps = ["--tau", "0.45", "--fan-in", "mean", "--finetune", "2"]
    found = as_json(capsys, root, *steps)
    titles = ["as trained", "τ 0.45", "fan-in at most the mean", "2 epochs of fine-tuning"]
    assert [stage["title"] for stage in found["stages"]] == titles
    assert found["recipe"] == {"tau": 0.45, "fan_in": "mean", "epochs": 2}
    trained, thresholded, limited, tuned = (
        stage["pruned_connections"] for stage in found["stages"]
    )
    assert trained < thresholded and limited == tuned
    own = as_json(capsys, root)
    for name in ("test_accuracy", "validation_accuracy"):
        assert found["stages"][0][name] == own[name] == own["stages"][0][name]
        assert found["stages"][-1][name] == found[name]
    assert found["check"]["passed"] and found == as_json(capsys, root, *steps)
    before, after = (of["sizes"]["compact, fixed fan-in"]["zeros"] for of in (own, found))
    assert after < before
    printed = answer(capsys, root, *steps)
    assert "after training  " in printed and "2 epochs of fine-tuning  " in printed


def test_fine_tuning_has_the_answers_of_the_checkpoint_and_trains_no_teacher(
    root: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, taught = tmp_path / "cache", tmp_path / "taught"
    monkeypatch.setenv("DGVIZ_CACHE", str(cache))
    answers = torch.full((60, 3), 1 / 3)
    monkeypatch.setattr(with_teacher, "teacher_answers", lambda *_: answers)
    assert main([*FLAGS, "--hidden", "8", "--distillation", "0.9", "--runs", str(taught)]) == 0
    capsys.readouterr()
    tuned = compact_run(only(taught).folder, Recipe(epochs=1)).gated
    change(taught, lambda checkpoint: replace(checkpoint, answers=None))
    alone = compact_run(only(taught).folder, Recipe(epochs=1)).gated
    assert not np.array_equal(tuned.layers[0].weight, alone.layers[0].weight)
    assert not cache.exists()
    change(taught, lambda checkpoint: replace(checkpoint, answers=answers[:9]))
    assert "answers for other images" in answer(capsys, taught, "--finetune", "1", code=1)


def test_a_recipe_that_is_not_possible_is_one_sentence(root: Path, capsys: Capture) -> None:
    closed = ["--tau", "1", "--finetune", "1"]
    assert "No connection is active, so there is nothing" in answer(capsys, root, *closed, code=1)
    closed = ["--tau", "1", "--fan-in", "2"]
    assert "there is no fan-in to limit" in answer(capsys, root, *closed, code=1)
    refused = answer(capsys, root, "--fan-in", "785", code=1)
    assert "has 784 inputs, so its fan-in cannot be 785" in refused
    assert "fan-in must be mean, or" in answer(capsys, root, "--fan-in", "most", code=2)
    assert "finetune must be a whole number" in answer(capsys, root, "--finetune", "51", code=2)


def test_tau_must_be_a_threshold(root: Path, capsys: Capture) -> None:
    assert "τ (tau) must be a number from 0 to 1" in answer(capsys, root, "--tau", "2", code=2)
    settings = only(root).folder / "settings.json"
    settings.write_text(json.dumps(SETTINGS.with_changes(method="dense").as_dict()))
    refused = answer(capsys, root, "--tau", "0.6", code=1)
    assert "has no threshold: the mask of dense does not depend on τ" in refused


def test_the_curve_has_the_network_at_every_stop_of_tau(root: Path, capsys: Capture) -> None:
    reported: list[float] = []
    curve = tau_curve(only(root).folder, reported.append)
    assert (curve.own, curve.images) == (0.5, 15)
    assert [point.tau for point in curve.points] == list(KNOBS["tau"].stops)
    connections = [point.connections for point in curve.points]
    assert connections == sorted(connections, reverse=True) and connections[0] > connections[-1]
    for tau in (0.5, 0.6):
        (point,) = (one for one in curve.points if one.tau == tau)
        found = as_json(capsys, root, "--tau", str(tau))
        assert point.accuracy == pytest.approx(found["validation_accuracy"])
        assert point.connections == found["connections"]["after"]
        assert list(point.widths) == found["widths"]["after"]
    assert reported[-1] == 1


def test_a_method_without_a_threshold_has_no_curve(root: Path) -> None:
    found = recorded.open_run(only(root).folder)
    dense = found._replace(settings=found.settings.with_changes(method="dense"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorded_curve, "open_run", lambda folder: dense)
        with pytest.raises(RunsError, match="has no threshold: it was trained with dense"):
            tau_curve(only(root).folder)


def test_the_threshold_in_effect_is_no_other_network(root: Path, capsys: Capture) -> None:
    as_trained, same = (as_json(capsys, root, *flags) for flags in ((), ("--tau", "0.5")))
    assert same == as_trained


def test_a_network_and_its_curve_come_from_one_reading_of_the_checkpoint(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = only(root).folder, recorded.open_run
    expected = recorded.compact_run(folder, Recipe(tau=0.6)).as_dict(), tau_curve(folder)
    readings: list[Path] = []

    def counted(folder: Path, recipe: Recipe) -> recorded.OpenedRun:
        readings.append(folder)
        return read(folder, recipe)

    monkeypatch.setattr(recorded, "open_run", counted)
    reported: list[float] = []
    made, curve = compact_with_curve(reported.append, folder, Recipe(tau=0.6))
    assert (made.as_dict(), curve) == expected and readings == [folder]
    assert reported == sorted(reported) and reported[-1] == 1


@pytest.fixture
def exportable(root: Path, tiny: Splits, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same directory, whose run can be exported too; its folder is the current one."""
    known = SimpleNamespace(test_images=tiny.test_images)
    monkeypatch.setattr("dgviz.data.sets.load", lambda name: known)
    monkeypatch.chdir(root)
    return root


def test_a_network_is_exported(exportable: Path, capsys: Capture) -> None:
    target = exportable / f"{only(exportable).id}-numpy.zip"
    printed = answer(capsys, exportable, "--export", "numpy").splitlines()[-1]
    assert printed == (
        f"Wrote {target.name} (3 kB). Checked by NumPy on 30 test images: the logits are "
        "exactly the network's."
    )
    assert len(zipfile.ZipFile(target).namelist()) == 3
    before = target.read_bytes()
    refused = answer(capsys, exportable, "--export", "numpy", code=1)
    assert refused == f"{target.name} is there already: choose another name, or add --force.\n"
    # With every gate off.
    again = ["--export", "numpy", "--out", str(target), "--tau", "1", "--force", "--json"]
    assert main(["compact", only(exportable).id, "--runs", str(exportable), *again]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["widths"]["after"] == [0, 0, 3]
    assert captured.err.startswith("Wrote ") and target.read_bytes() != before


def test_an_export_that_cannot_be_written_is_refused(
    exportable: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(code: int, *arguments: str) -> str:
        return answer(capsys, exportable, *arguments, code=code)

    before = sorted(exportable.rglob("*"))
    assert "invalid choice: 'pdf' (choose from 'onnx'," in refused(2, "--export", "pdf")
    assert "must end in .zip" in refused(2, "--export", "c", "--out", "network.h")
    assert "is a folder" in refused(2, "--export", "c", "--out", str(exportable))
    assert "Name a format too: --export onnx|" in refused(2, "--out", "network.zip")
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    assert "needs the package onnx. To install it: pip" in refused(1, "--export", "onnx")
    lost = ["--export", "safetensors", "--out", "nowhere/network.zip"]
    assert main(["compact", only(exportable).id, "--runs", str(exportable), *lost]) == 1
    told = "nowhere/network.zip cannot be written: No such file or directory.\n"
    assert capsys.readouterr().err == told
    assert sorted(exportable.rglob("*")) == before


def test_a_network_that_is_not_the_same_is_reported(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(network: CompactNetwork) -> CompactNetwork:
        pruned = prune(network)
        last = pruned.layers[-1]
        always_the_first = replace(last, bias=last.bias + np.array([100, 0, 0], np.float32))
        return replace(pruned, layers=(*pruned.layers[:-1], always_the_first))

    run = only(root)
    own = as_json(capsys, root)
    monkeypatch.setattr(recorded, "prune", wrong)
    assert main(["compact", run.id, "--runs", str(root)]) == 1
    captured = capsys.readouterr()
    assert "the logits are not the same" in captured.out
    assert captured.err == "The compact network is not the gated one: do not use it.\n"
    # The accuracy before is that of the run's own program, and the one after is measured too.
    assert main(["compact", run.id, "--runs", str(root), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["stages"] == own["stages"]
    for name in ("test_accuracy", "validation_accuracy"):
        assert found["stages"][0][name] == run.figures[name] > found[name]


def test_a_checkpoint_that_cannot_be_used_is_reported(root: Path, capsys: Capture) -> None:
    path = only(root).folder / CHECKPOINT
    good = path.read_bytes()
    change(root, lambda checkpoint: replace(checkpoint, step=0))
    assert "has not been trained yet" in answer(capsys, root, code=1)
    path.write_bytes(b"noise")
    assert "cannot be compacted. The checkpoint is damaged" in answer(capsys, root, code=1)
    unpacked = unpack_checkpoint(good)
    for name, tensor in unpacked.model.items():
        if name.endswith("weight"):
            tensor.fill_(float("nan"))
    path.write_bytes(pack_checkpoint(unpacked))
    assert "numbers that are not finite" in answer(capsys, root, code=1)
    path.unlink()
    assert "has no checkpoint, so there is no network to compact" in answer(capsys, root, code=1)


def test_a_run_that_cannot_be_compacted_is_reported_before_torch_is_loaded(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dgviz.compaction.recorded", None)
    folder = write_run(tmp_path, settings=SETTINGS.with_changes(method="switch"))
    assert "routes each image" in answer(capsys, tmp_path, code=1)
    (folder / "settings.json").write_text("{}}")
    assert "cannot be compacted. settings.json" in answer(capsys, tmp_path, code=1)
    shutil.rmtree(folder)
    assert main(["compact", "bbbb", "--runs", str(tmp_path)]) == 2
    assert "There is no run bbbb" in capsys.readouterr().err
