"""The table of formats in which a network can be exported. Imports no package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from dgviz.compaction.exports.writer import Writer
    from dgviz.compaction.recipe import Recipe

INSTALL = "pip install -r requirements-inference.txt"
"""The command that installs the optional packages."""


class ExportError(Exception):
    """An export failed. The message is a sentence for the user."""


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: its name on the command line.
        title: its name on the screen.
        use: a sentence that says what it is for.
        example: code that opens it. In Python, `images` is float32 (n, inputs) in [0, 1].
        opener: the program that opens it to check it.
        module: the `Writer`, imported when it is used.
        packages: what it needs besides the packages that dgviz always needs.
        language: of the example.
        values: the accepted values of a pixel.
    """

    name: str
    title: str
    use: str
    example: str
    opener: str
    module: str
    packages: tuple[str, ...] = ()
    language: str = "python"
    values: str = "float32 from 0 to 1"

    @property
    def obstacle(self) -> str:
        """Why this installation cannot write it, in a sentence; "" if it can."""
        missing = [name for name in self.packages if find_spec(name) is None]
        if not missing:
            return ""
        return f"{self.title} needs the package {missing[0]}. To install it: {INSTALL}"

    def zip_name(self, run: str, recipe: Recipe) -> str:
        """The name of the zip for the run with this id: "0123456789ab-tau-0.6-onnx.zip"."""
        steps = [flag.removeprefix("--").replace("=", "-") for flag in recipe.flags]
        return f"{'-'.join([run, *steps, self.name])}.zip"

    def writer(self) -> Writer:
        """Import what writes it.

        Raises:
            ExportError: a package is missing.
        """
        if obstacle := self.obstacle:
            raise ExportError(obstacle)
        return cast("Writer", import_module(self.module))


_ALL = (
    Format(
        "onnx",
        "ONNX",
        "For ONNX Runtime and other programs that run ONNX, on servers, phones and in browsers.",
        """\
import onnxruntime

session = onnxruntime.InferenceSession("network.onnx")
(logits,) = session.run(["logits"], {"images": images})
""",
        "ONNX Runtime",
        "dgviz.compaction.exports.onnx_model",
        packages=("onnx", "onnxruntime"),
    ),
    Format(
        "safetensors",
        "safetensors",
        "The weights, for programs of your own in any language.",
        """\
import numpy as np
from safetensors.numpy import load_file

tensors = load_file("network.safetensors")
logits = images[:, tensors["pixels"]]
for i in range(len(tensors) // 2):
    units = np.maximum(logits, 0) if i else logits
    logits = units @ tensors[f"layers.{i}.weight"].T + tensors[f"layers.{i}.bias"]
""",
        "safetensors",
        "dgviz.compaction.exports.safetensors_file",
    ),
    Format(
        "numpy",
        "NumPy module",
        "For Python with nothing but NumPy.",
        """\
import network

logits = network.logits(images)
classes = network.predict(images)
""",
        "NumPy",
        "dgviz.compaction.exports.numpy_module",
        values="floats from 0 to 1, or integers from 0 to 255",
    ),
    Format(
        "c",
        "C header",
        "For microcontrollers and other programs in C or C++; it needs no library.",
        """\
#include "network.h"

int predict(const unsigned char pixels[DGVIZ_INPUTS])
{
    float logits[DGVIZ_CLASSES];
    int best = 0;
    dgviz_logits(pixels, logits);
    for (int i = 1; i < DGVIZ_CLASSES; i++)
        if (logits[i] > logits[best])
            best = i;
    return best;
}
""",
        "the C compiler",
        "dgviz.compaction.exports.c_header",
        language="c",
        values="bytes from 0 to 255",
    ),
    Format(
        "torch",
        "torch.export",
        "For PyTorch, and for ExecuTorch and AOTInductor, which start from such a program.",
        """\
import torch

program = torch.export.load("network.pt2")
logits = program.module()(torch.from_numpy(images))
""",
        "PyTorch",
        "dgviz.compaction.exports.torch_program",
    ),
)

FORMATS = {format.name: format for format in _ALL}
"""All formats, by their names on the command line."""
