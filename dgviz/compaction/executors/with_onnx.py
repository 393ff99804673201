"""The executor that uses ONNX Runtime, on the graph that the export writes."""

from __future__ import annotations

import onnxruntime

from dgviz.compaction.executors.executor import Images, Logits
from dgviz.compaction.exports import onnx_model
from dgviz.compaction.network import CompactNetwork


def compact(network: CompactNetwork, threads: int) -> Logits:
    """The graph of the export."""
    return run_graph(onnx_model.write(network, {})[onnx_model.FILE], threads)


def run_graph(content: bytes, threads: int) -> Logits:
    """A graph that makes `logits` of `images`.

    The session's own threads wait without spinning, which would slow the other executors.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def logits(images: Images) -> Images:
        found: Images = session.run(["logits"], {"images": images})[0]
        return found

    return logits
