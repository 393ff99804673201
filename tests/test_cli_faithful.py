"""`python -m dgviz faithful` from a shell, on trained runs."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from dgviz.cli.main import main
from dgviz.runs.faithfulness.findings_file import read
from dgviz.runs.layout import FINDINGS
from dgviz.runs.record import Record
from dgviz.training.checkpoint import pack_checkpoint, unpack_checkpoint

_FLAGS = ["--hidden", "8", "--epochs", "1", "--batch-size", "600", "--learning-rate", "0.01"]
_FLAGS += ["--validation", "300", "--device", "cpu"]
_GATES = ["--beta", "3", "--initial-logit", "0.2"]

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A gated run and its dense baseline; their ids begin with a and d."""
    root = tmp_path_factory.mktemp("trained")
    folders = {}
    for method, run_id, own in (("dynamicgate", "a" * 12, _GATES), ("dense", "d" * 12, [])):
        assert main(["train", "--method", method, *_FLAGS, *own, "--runs", str(root)]) == 0
        (made,) = set(root.glob("[0-9a-f]*")) - set(folders.values())
        folders[method] = made.rename(root / run_id)
    return folders


@pytest.fixture
def root(trained: dict[str, Path], tmp_path: Path) -> Path:
    """Copies of both."""
    for folder in trained.values():
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path


def answer(capsys: Capture, root: Path, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(["faithful", *arguments, "--runs", str(root)]) == code
    captured = capsys.readouterr()
    if code:
        assert captured.out == "" and captured.err.count("\n") == 1 and captured.err.endswith(".\n")
        return captured.err
    assert captured.err == ""
    return captured.out


def as_json(capsys: Capture, root: Path, run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer(capsys, root, run, "--json"))
    return found


def test_it_prints_the_areas_and_saves_its_findings(root: Path, capsys: Capture) -> None:
    printed = answer(capsys, root, "aaaa")
    for word in (
        "active connections",
        "path weight",
        "dense gradient",
        "ink",
        "random",
        "300 validation",
    ):
        assert word in printed
    assert (
        "Ranking pixels by active connections is" in printed
        and "What the test does not say" in printed
    )
    found = read(Record(root / ("a" * 12)))
    assert found and found.baseline == "d" * 12 and found.baseline_problem == ""
    assert [curves.ranking for curves in found.curves] == [
        "retention",
        "path",
        "gradient",
        "ink",
        "random",
    ]


def test_json_equals_the_saved_file_and_is_the_same_again(root: Path, capsys: Capture) -> None:
    first = as_json(capsys, root, "aaaa")
    assert first == json.loads((root / ("a" * 12) / FINDINGS).read_text())
    again = as_json(capsys, root, "aaaa")
    assert first.pop("seconds") > 0 < again.pop("seconds")
    assert first == again
    assert (first["images"], first["pixels"], first["draws"]) == (300, 784, 10)
    assert (first["removed"][0], first["removed"][-1]) == (0, 784)


def test_with_no_pixel_removed_the_accuracy_is_that_of_the_card(
    root: Path, capsys: Capture
) -> None:
    accuracy = Record(root / ("a" * 12)).figures["validation_accuracy"]
    for curves in as_json(capsys, root, "aaaa")["curves"]:
        assert curves["deletion"][0] == curves["insertion"][-1] == pytest.approx(accuracy)
        assert curves["deletion"][-1] == curves["insertion"][0]
        assert (curves["deletion_area_spread"] > 0) == (curves["ranking"] == "random")


def test_without_a_baseline_the_gradient_is_left_out(root: Path, capsys: Capture) -> None:
    shutil.rmtree(root / ("d" * 12))
    assert "train the dense baseline" in answer(capsys, root, "aaaa")
    found = read(Record(root / ("a" * 12)))
    assert found and found.of("gradient") is None and found.baseline == ""


def test_a_broken_baseline_is_named_and_left_out(root: Path, capsys: Capture) -> None:
    (root / ("d" * 12) / "checkpoint.safetensors").write_bytes(b"noise")
    assert "dense baseline dddddddddddd cannot be used: The checkpoint is damaged" in answer(
        capsys, root, "aaaa"
    )


def test_a_dense_run_uses_its_own_gradient_and_has_no_retention(
    root: Path, capsys: Capture
) -> None:
    found = as_json(capsys, root, "dddd")
    assert [curves["ranking"] for curves in found["curves"]] == [
        "path",
        "gradient",
        "ink",
        "random",
    ]
    assert "have the same number of active connections" in answer(capsys, root, "dddd")


def test_the_threshold_is_that_of_the_checkpoint(root: Path, capsys: Capture) -> None:
    folder = root / ("a" * 12)
    before = as_json(capsys, root, "aaaa")
    checkpoint = (folder / "checkpoint.safetensors").read_bytes()
    assert unpack_checkpoint(checkpoint).knobs["tau"] == 0.5
    # As after a change of the knob to 0.9; the header keeps its length.
    (folder / "checkpoint.safetensors").write_bytes(
        checkpoint.replace(b'tau\\": 0.5', b'tau\\": 0.9')
    )
    after = as_json(capsys, root, "aaaa")
    assert after["curves"][0]["deletion"][0] < before["curves"][0]["deletion"][0]


@pytest.mark.parametrize("damage", [b"noise", b'tau\\": 9.5'])
def test_a_broken_checkpoint_is_reported(root: Path, capsys: Capture, damage: bytes) -> None:
    path = root / ("a" * 12) / "checkpoint.safetensors"
    content = path.read_bytes().replace(b'tau\\": 0.5', damage) if b"tau" in damage else damage
    path.write_bytes(content)
    assert "checkpoint" in answer(capsys, root, "aaaa", code=1)
    assert not (path.parent / FINDINGS).exists()


def test_an_untestable_run_is_reported_before_torch_is_loaded(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dgviz.runs.faithfulness.examination", None)
    assert "There is no run bbbb" in answer(capsys, root, "bbbb", code=2)
    settings = root / ("a" * 12) / "settings.json"
    settings.write_text(settings.read_text().replace('"validation": 300', '"validation": 0'))
    assert "validation images" in answer(capsys, root, "aaaa", code=1)
    (root / ("d" * 12) / "checkpoint.safetensors").unlink()
    assert "no checkpoint" in answer(capsys, root, "dddd", code=1)


def test_equal_numbers_of_active_connections_rank_no_pixels(root: Path, capsys: Capture) -> None:
    folder = root / ("a" * 12)
    checkpoint = unpack_checkpoint((folder / "checkpoint.safetensors").read_bytes())
    for name, logits in checkpoint.model.items():
        if "gate_logit" in name:
            logits.fill_(1.0)
    (folder / "checkpoint.safetensors").write_bytes(pack_checkpoint(checkpoint))
    found = as_json(capsys, root, "aaaa")
    assert "retention" not in {curves["ranking"] for curves in found["curves"]}
    assert "have the same number of active connections" in answer(capsys, root, "aaaa")
