"""A network as an ONNX model: a Gather of the pixels, then Gemm and Relu for each layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from dgviz import __version__
from dgviz.compaction.exports.writer import Files, Images, scaled
from dgviz.compaction.network import CompactNetwork, Floats

FILE = "network.onnx"

# Not the newest ones, so that runtimes of the last years open the file; nothing here needs more.
_OPSET = 17
_IR_VERSION = 8
_METADATA = ("run", "title", "method", "data", "step", "tau", "after_training", "test_accuracy")


def write(network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
    """`images`, float32 (n, inputs) in [0, 1], gives `logits`, (n, classes), for any n."""
    constants = [numpy_helper.from_array(network.pixels, "pixels")]
    values = "read"
    nodes = [helper.make_node("Gather", ["images", "pixels"], [values], axis=1)]
    last = len(network.layers) - 1
    for i, layer in enumerate(network.layers):
        weight, bias = f"layers.{i}.weight", f"layers.{i}.bias"
        constants.append(numpy_helper.from_array(layer.weight, weight))
        constants.append(numpy_helper.from_array(layer.bias, bias))
        sums = "logits" if i == last else f"layers.{i}.sums"
        nodes.append(helper.make_node("Gemm", [values, weight, bias], [sums], transB=1))
        if i < last:
            values = f"layers.{i}.units"
            nodes.append(helper.make_node("Relu", [sums], [values]))
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", network.inputs])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", network.widths[-1]])],
        constants,
    )
    model = helper.make_model(
        graph,
        producer_name="dgviz",
        producer_version=__version__,
        ir_version=_IR_VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )
    known = {name: facts[name] for name in _METADATA if facts.get(name) is not None}
    helper.set_model_props(model, {name: str(value) for name, value in known.items()})
    onnx.checker.check_model(model, full_check=True)
    return {FILE: model.SerializeToString()}


def logits(files: Files, images: Images) -> Floats:
    session = onnxruntime.InferenceSession(files[FILE], providers=["CPUExecutionProvider"])
    (found,) = session.run(["logits"], {"images": scaled(images)})
    return found
