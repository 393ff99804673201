"""A run as a zip: its files, which the example opens, and its model card."""

from __future__ import annotations

import ctypes
import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from programs import program

from bench.run_folders import write_run
from dgviz.compaction.check import check
from dgviz.compaction.exports import c_program, safetensors_file
from dgviz.compaction.exports.export import export
from dgviz.compaction.exports.formats import FORMATS, ExportError
from dgviz.compaction.exports.model_card import facts, model_card
from dgviz.compaction.exports.writer import scaled
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.result import Compaction, Stage
from dgviz.runs.record import Record
from dgviz.settings import Settings

RUN = "cafe00000001"
DOCS = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
NUMBERS = np.random.default_rng(0)
IMAGES = NUMBERS.integers(0, 256, (50, 784), np.uint8)


def a_layer(out: int, inputs: int) -> CompactLayer:
    weight = NUMBERS.normal(size=(out, inputs)) * (NUMBERS.random((out, inputs)) < 0.02)
    return CompactLayer(weight.astype(np.float32), NUMBERS.normal(size=out).astype(np.float32))


GATED = CompactNetwork(np.arange(784), 784, (a_layer(30, 784), a_layer(10, 30)))
MADE = Compaction(
    run=RUN,
    step=172,
    epoch=4.0,
    tau=0.5,
    recipe=AS_TRAINED,
    stages=(Stage("as trained", GATED.connections, 0.98, None),),
    gated=GATED,
    network=prune(GATED),
    test_accuracy=0.98,
    validation_accuracy=None,
    check=check(GATED, prune(GATED), IMAGES, GATED.logits(scaled(IMAGES))),
)
LOGITS = MADE.network.logits(scaled(IMAGES))

# Runs examples, each in its folder, where neither torch nor dgviz can be imported.
_RUN_EXAMPLES = """
import os
import sys

import numpy as np

sys.modules |= {"torch": None, "dgviz": None}
sys.path.insert(0, "")
top = os.getcwd()
for folder in sys.argv[1:]:
    os.chdir(os.path.join(top, folder))
    names = {"images": np.load("../images.npy")}
    exec(open("example").read(), names)
    np.save("logits.npy", names["logits"])
"""


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(write_run(tmp_path / "runs", RUN, Settings(epochs=4)))


def exported(name: str, record: Record, place: Path) -> Path:
    """Export in a format and unpack; return the folder of the zip."""
    made = export(record, MADE, FORMATS[name], IMAGES)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        archive.extractall(place)
    return place / f"{RUN}-{name}"


def in_docs(name: str) -> str:
    """The code of a format in docs/exports.md."""
    section = DOCS.partition(f"\n## {FORMATS[name].title}\n")[2].partition("\n## ")[0]
    block = re.search(rf"```{FORMATS[name].language}\n(.*?)```", section, re.DOTALL)
    assert block, name
    return block[1]


@pytest.mark.parametrize("name", FORMATS)
def test_the_card_and_the_documentation_have_the_same_example(name: str) -> None:
    assert in_docs(name) == FORMATS[name].example


def test_python_examples_run_without_torch_and_dgviz(record: Record, tmp_path: Path) -> None:
    np.save(tmp_path / "images.npy", scaled(IMAGES))
    names = ("onnx", "safetensors", "numpy")
    folders = [exported(name, record, tmp_path) for name in names]
    for name, folder in zip(names, folders, strict=True):
        (folder / "example").write_text(in_docs(name))
    done = subprocess.run(
        [sys.executable, "-c", _RUN_EXAMPLES, *(folder.name for folder in folders)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for folder in folders:
        assert np.allclose(np.load(folder / "logits.npy"), LOGITS, atol=1e-5)


def test_the_torch_example_runs(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(exported("torch", record, tmp_path))
    names = {"images": scaled(IMAGES)}
    exec(in_docs("torch"), names)
    assert np.allclose(names["logits"].detach().numpy(), LOGITS, atol=1e-5)


def test_the_c_example_compiles_and_runs(record: Record, tmp_path: Path) -> None:
    compiler = program(*c_program.COMPILERS, package="gcc", purpose="compile the C header")
    folder = exported("c", record, tmp_path)
    (folder / "example.c").write_text(in_docs("c"))
    library = folder / "example.so"
    subprocess.run(
        [compiler, "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "example.c", "-o", library],
        cwd=folder,
        check=True,
        timeout=60,
    )
    predict = ctypes.CDLL(str(library)).predict
    found = [predict(image.tobytes()) for image in IMAGES]
    assert found == LOGITS.argmax(1).tolist()


@pytest.fixture
def numpy_module(record: Record, tmp_path: Path) -> ModuleType:
    path = exported("numpy", record, tmp_path) / "network.py"
    spec = importlib.util.spec_from_file_location("exported_network", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_numpy_module_takes_integers_and_floats_of_any_width(numpy_module: ModuleType) -> None:
    expected = numpy_module.logits(IMAGES)
    for dtype in (np.int16, np.uint32, np.int64):
        assert np.array_equal(numpy_module.logits(IMAGES.astype(dtype)), expected)
    for dtype in (np.float32, np.float64):
        assert np.allclose(numpy_module.logits(IMAGES.astype(dtype) / 255), expected, atol=1e-5)
    assert numpy_module.predict(IMAGES).tolist() == LOGITS.argmax(1).tolist()
    assert numpy_module.logits(IMAGES[:0]).shape == (0, 10)


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((1, 28, 28)), "must have the shape (n, 784), not (1, 28, 28)."),
        (IMAGES[0], "not (784,). For one image, write image[None]."),
        (np.full((1, 784), 255.0), "of float64 must have values from 0 to 1, not from 255 to 255."),
        (np.full((1, 784), 256), "of int64 must have values from 0 to 255, not from 256 to 256."),
        (np.full((1, 784), -1), "of int64 must have values from 0 to 255, not from -1 to -1."),
        (np.full((1, 784), np.nan), "must have values from 0 to 1, not from nan to nan."),
        (np.zeros((1, 784), np.int8), "integers of a type that goes to 255, not int8."),
        (np.zeros((1, 784), bool), "integers of a type that goes to 255, not bool."),
    ],
)
def test_the_numpy_module_refuses_other_images(
    numpy_module: ModuleType, images: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        numpy_module.logits(images)


def test_networks_that_were_changed_after_training_differ_in_the_name() -> None:
    names = [
        FORMATS["onnx"].zip_name(RUN, recipe)
        for recipe in (AS_TRAINED, Recipe(tau=0.6), Recipe(0.53, "mean", 3))
    ]
    ends = ("onnx", "tau-0.6-onnx", "tau-0.53-fan-in-mean-finetune-3-onnx")
    assert names == [f"{RUN}-{end}.zip" for end in ends]


def test_a_zip_has_one_folder_and_is_always_the_same(record: Record) -> None:
    first, second = (export(record, MADE, FORMATS["numpy"], IMAGES) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        names = [f"{RUN}-numpy/{name}" for name in ("network.py", "network.npz", "README.md")]
        assert archive.namelist() == names
        # Everyone can read what root unpacks.
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}
        assert first.check in archive.read(names[2]).decode()
    assert first.check == (
        "Checked by NumPy on 50 test images: the logits are exactly the network's."
    )


def test_files_with_other_logits_are_not_exported(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = replace(MADE, check=replace(MADE.check, difference=1.0))
    with pytest.raises(ExportError, match="is not the gated one"):
        export(record, failed, FORMATS["numpy"], IMAGES)
    for wrong in (LOGITS + 0.01, np.full_like(LOGITS, np.nan)):
        monkeypatch.setattr(safetensors_file, "logits", lambda files, images, wrong=wrong: wrong)
        with pytest.raises(ExportError, match=r"^Nothing was written: safetensors, checked by"):
            export(record, MADE, FORMATS["safetensors"], IMAGES)


def test_what_cannot_be_checked_says_so(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    made = export(record, MADE, FORMATS["c"], IMAGES)
    assert made.check == "Not checked: the C compiler is not on this machine."


def test_a_model_card_says_what_is_known(tmp_path: Path) -> None:
    settings = Settings(epochs=4, beta=0.7, seed=3)
    card = model_card(
        Record(write_run(tmp_path, RUN, settings)), MADE, "How it is used.", "from 0 to 1"
    )
    sections = re.findall(r"^## (.*)$", card, re.MULTILINE)
    assert sections == [
        *("Use", "Input and output", "Data", "Recipe"),
        *("Accuracy", "Sizes", "Limits", "Licence"),
    ]
    for known in (
        "How it is used.",
        "its 28 rows of 28 pixels",
        "Licence: CC BY-SA 3.0.",
        "    python -m dgviz train --preset=paper --beta=0.7 --epochs=4 --seed=3",
        "    python -m dgviz compact RUN --tau=0.5",
        "cpu Some processor",
        "98.00% of 50 test images, with a standard error of 1.98 points.",
        "| compact, CSR |",
        "with seed 3",
        "Settings were changed during training",
        f"It reads {len(MADE.network.pixels)} of the 784 values",
    ):
        assert known in card
    assert "Validation" not in card


def test_a_model_card_says_what_was_done_after_training(record: Record) -> None:
    stages = (
        Stage("as trained", 900, 0.98, 0.97),
        Stage("fan-in at most 9", 700, 0.5, 0.4),
        Stage("2 epochs of fine-tuning", 700, 0.96, 0.95),
    )
    recipe = Recipe(fan_in=9, epochs=2)
    changed = replace(MADE, recipe=recipe, stages=stages, test_accuracy=0.9612)
    card = model_card(record, changed, "", "")
    for known in (
        "    python -m dgviz compact RUN --tau=0.5 --fan-in=9 --finetune=2",
        "Then its network was changed: fan-in at most 9, 2 epochs of fine-tuning.",
        "| fan-in at most 9 | 700 | 40.00% |",
        "| 2 epochs of fine-tuning | 700 | 95.00% |",
        "may have been chosen by someone who could see the test accuracy.",
        "96.12% of 50 test images",
    ):
        assert known in card
    known = facts(record, changed)
    assert known["recipe"] == {"tau": None, "fan_in": 9, "epochs": 2}
    assert known["commands"][-1].endswith("--finetune=2") and known["test_accuracy"] == 0.9612
    as_trained = model_card(record, MADE, "", "")
    assert "after training" not in as_trained and "chosen by someone" not in as_trained


def test_a_model_card_of_a_network_without_threshold_or_pixels(record: Record) -> None:
    nothing = CompactLayer(np.empty((10, 0), np.float32), np.ones(10, np.float32))
    constant = replace(
        MADE,
        tau=None,
        test_accuracy=0.1,
        validation_accuracy=0.1,
        network=CompactNetwork(np.empty(0, np.int64), 784, (nothing,)),
    )
    card = model_card(record, constant, "", "")
    assert "compact RUN\n" in card and "τ" not in card.partition("## Accuracy")[2]
    assert "Validation images: 10.00%." in card and "It reads 0 of the 784 values" in card


def test_the_facts_are_json(record: Record) -> None:
    known = json.loads(json.dumps(facts(record, MADE), allow_nan=False))
    assert known["run"] == RUN and known["method"] == "DynamicGate-MLP"
    assert known["data_licence"] == "CC BY-SA 3.0" and known["sizes"]["compact, CSR"]["memory"] > 0
