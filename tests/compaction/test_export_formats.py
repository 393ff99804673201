"""Every format, opened by the program that reads it, gives the logits of the network."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from made_up_networks import networks
from programs import program
from safetensors import safe_open

from dgviz.compaction.exports import c_program, formats
from dgviz.compaction.exports.formats import FORMATS, ExportError
from dgviz.compaction.exports.writer import Files, scaled
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune

NUMBERS = np.random.default_rng(0)
FACTS = {
    "run": "cafe00000001",
    "tau": 0.6,
    "after_training": "τ 0.60, fan-in at most 8",
    "test_accuracy": 0.98,
    "limits": ["β, mostly"],
}


def written(name: str, network: CompactNetwork) -> Files:
    return FORMATS[name].writer().write(network, FACTS)


def check(name: str, network: CompactNetwork) -> Files:
    """Write a network, open it and compare the logits; return the files."""
    files = written(name, network)
    images = NUMBERS.integers(0, 256, (20, network.inputs), np.uint8)
    found = FORMATS[name].writer().logits(files, images)
    expected = network.logits(scaled(images))
    assert found is not None and found.shape == expected.shape and found.dtype == np.float32
    assert np.abs(found - expected).max() <= 2e-6 * max(1, np.abs(expected).max())
    return files


def layer(kept: np.ndarray) -> CompactLayer:
    """A layer with weights where `kept`, (out, in), is true."""
    weight = np.where(kept, NUMBERS.normal(size=kept.shape), 0)
    return CompactLayer(weight.astype(np.float32), NUMBERS.normal(size=len(kept)).astype("f4"))


def full(*shape: int) -> CompactLayer:
    return layer(np.ones(shape, bool))


def chain(pixels: Sequence[int], inputs: int, *layers: CompactLayer) -> CompactNetwork:
    return CompactNetwork(np.array(pixels, np.int64), inputs, layers)


SMALL = {
    "no pixels": chain([], 5, full(0, 0), full(3, 0)),
    "one unit": chain([4], 5, full(1, 1), full(2, 1)),
    "one layer": chain([0, 1, 2], 3, full(2, 3)),
    "no connections": chain([1, 2], 3, layer(np.zeros((4, 2), bool)), full(2, 4)),
}


@given(networks())
@settings(max_examples=20)
def test_random_networks(network: CompactNetwork) -> None:
    for name in ("onnx", "safetensors", "numpy"):
        check(name, network)
        check(name, prune(network))


@pytest.mark.parametrize("network", SMALL.values(), ids=SMALL)
def test_small_networks_in_torch_and_c(network: CompactNetwork) -> None:
    c_compiler()
    check("torch", network)
    check("c", network)


@given(networks())
@settings(max_examples=5)
def test_random_networks_in_c(network: CompactNetwork) -> None:
    c_compiler()
    check("c", network)


def c_compiler() -> str:
    return program(*c_program.COMPILERS, package="gcc", purpose="compile the C header")


EVEN = np.add.outer(7 * np.arange(40), np.arange(300)) % 60 == 0
UNEVEN = EVEN & (np.arange(40) % 3 == 0)[:, None]


@pytest.mark.parametrize(
    ("network", "code"),
    [
        (chain(range(6), 6, full(4, 6), full(2, 4)), "weight0[i * 6 + j] * pixels[j]"),
        (chain([1, 3, 5], 6, full(4, 3), full(2, 4)), "j] * pixels[dgviz_input0[j]]"),
        (chain(range(300), 300, layer(UNEVEN), full(2, 40)), "j = dgviz_start0[i]; "),
        (chain(range(300), 300, layer(EVEN), full(2, 40)), "j = i * 5; j < (i + 1) * 5;"),
        (chain([3], 4, full(300, 1), layer(UNEVEN[:9])), "weight1[j] * units0[dgviz_input1[j]]"),
    ],
)
def test_a_c_header_has_the_smallest_form_of_each_layer(network: CompactNetwork, code: str) -> None:
    c_compiler()
    header = check("c", network)["network.h"].decode()
    assert code in header and "#include" not in header
    # Places up to 299 need two bytes.
    assert ("unsigned short dgviz_input0" in header) == (network.inputs == 300)


def test_a_c_header_that_does_not_compile_is_not_exported() -> None:
    c_compiler()
    broken = {"network.h": b"this is no C"}
    with pytest.raises(ExportError, match=r"^The C header could not be tested: .*error"):
        c_program.logits(broken, np.zeros((1, 3), np.uint8))


def test_without_a_c_compiler_a_header_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert c_program.logits(written("c", SMALL["one unit"]), np.zeros((1, 5), np.uint8)) is None


def test_onnx_says_where_it_is_from() -> None:
    model = onnx.load_from_string(written("onnx", SMALL["one unit"])["network.onnx"])
    assert model.producer_name == "dgviz" and model.opset_import[0].version == 17
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert said == {name: str(FACTS[name]) for name in FACTS.keys() - {"limits"}}
    without = FORMATS["onnx"].writer().write(SMALL["one unit"], FACTS | {"tau": None})
    model = onnx.load_from_string(without["network.onnx"])
    assert "tau" not in {entry.key for entry in model.metadata_props}


def test_safetensors_has_the_card_and_says_what_each_tensor_is(tmp_path: Path) -> None:
    path = tmp_path / "network.safetensors"
    path.write_bytes(written("safetensors", SMALL["one unit"])["network.safetensors"])
    with safe_open(path, "np") as file:
        said = json.loads(file.metadata()["dgviz"])
        assert set(said["tensors"]) == set(file.keys())
    assert said["inputs"] == 5 and said["limits"] == FACTS["limits"]


def test_torch_export_has_the_card() -> None:
    content = written("torch", SMALL["one unit"])["network.pt2"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (card,) = [name for name in archive.namelist() if name.endswith("dgviz.json")]
        assert json.loads(archive.read(card)) == FACTS


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None if name == "onnxruntime" else True)
    with pytest.raises(ExportError, match="ONNX needs the package onnxruntime") as refused:
        FORMATS["onnx"].writer()
    assert str(refused.value).endswith("pip install -r requirements-inference.txt")
    assert FORMATS["numpy"].obstacle == ""
