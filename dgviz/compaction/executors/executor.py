"""The table of executors. Needs no torch: each is imported when it is prepared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactNetwork

Images = npt.NDArray[np.float32]
Logits = Callable[[Images], npt.NDArray[np.float32]]
"""Computes logits (n, classes) for images (n, inputs) in [0, 1], n > 0, C-contiguous."""

DENSE = "dense"
"""The name of the executor that all others are compared with."""

SAVINGS = {
    "nothing": "computes all connections",
    "units": "leaves out dead units and unused pixels",
    "connections": "leaves out closed connections too",
}
"""What an executor saves, from least to most."""


@dataclass(frozen=True)
class Executor:
    """A program that computes the logits of a network.

    Attributes:
        name: its key in files and on the command line.
        title: its name on the screen.
        form: how its weights lie in memory and what it does with them, as a phrase.
        saves: a key of `SAVINGS`. One that saves nothing runs the network as it is before pruning,
            the others the pruned network.
        implementation: "module:function"; see `prepare`.
        packages: what it needs besides the packages that dgviz always needs.
    """

    name: str
    title: str
    form: str
    saves: str
    implementation: str
    packages: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of its packages that are not installed."""
        return tuple(name for name in self.packages if find_spec(name) is None)

    def prepare(self, gated: CompactNetwork, pruned: CompactNetwork, threads: int) -> Logits:
        """Put the weights of its network into its form.

        Args:
            gated: the network before it is pruned, with closed connections as zeros.
            pruned: the same after pruning.
            threads: the most threads that it may use. PyTorch's are set for the whole process, by
                `torch.set_num_threads`, and not here.

        Raises:
            ImportError: a package is missing.
        """
        module, _, name = self.implementation.partition(":")
        make: Callable[[CompactNetwork, int], Logits] = getattr(import_module(module), name)
        return make(gated if self.saves == "nothing" else pruned, threads)


_HERE = "dgviz.compaction.executors"
_NUMBA = f"{_HERE}.with_numba"

EXECUTORS: Mapping[str, Executor] = {
    executor.name: executor
    for executor in (
        Executor(
            DENSE,
            "dense, PyTorch",
            "matrices in which closed connections are zeros",
            "nothing",
            f"{_HERE}.with_torch:dense",
        ),
        Executor(
            "masked",
            "masked, PyTorch",
            "the same, multiplied by the mask at every call",
            "nothing",
            f"{_HERE}.with_torch:masked",
        ),
        Executor(
            "inked",
            "inked columns, numba",
            "only the columns of pixels that are not 0 in the image, one image at a time",
            "nothing",
            f"{_NUMBA}:inked_columns",
            ("numba",),
        ),
        Executor(
            "compact",
            "compact, PyTorch",
            "smaller dense matrices, for the pixels in use",
            "units",
            f"{_HERE}.with_torch:compact",
        ),
        Executor(
            "compact-onnx",
            "compact, ONNX Runtime",
            "the same as an ONNX graph",
            "units",
            f"{_HERE}.with_onnx:compact",
            ("onnx", "onnxruntime"),
        ),
        Executor(
            "compact-inked",
            "compact inked columns, numba",
            "smaller dense matrices, only the columns of pixels that are not 0 in the image",
            "units",
            f"{_NUMBA}:inked_columns",
            ("numba",),
        ),
        Executor(
            "csr-torch",
            "CSR, PyTorch",
            "compressed sparse rows",
            "connections",
            f"{_HERE}.with_torch:csr",
        ),
        Executor(
            "csr-scipy",
            "CSR, SciPy",
            "compressed sparse rows, on one thread",
            "connections",
            f"{_HERE}.with_scipy:csr",
            ("scipy",),
        ),
        Executor(
            "csr-tiles",
            "CSR in tiles, numba",
            "compressed sparse rows, for up to 128 images at a time that are transposed first",
            "connections",
            f"{_NUMBA}:csr_tiles",
            ("numba",),
        ),
        Executor(
            "csc-inked",
            "CSC inked columns, numba",
            "compressed sparse columns of pixels that are not 0 in the image; one image at a time",
            "connections",
            f"{_NUMBA}:sparse_inked_columns",
            ("numba",),
        ),
        Executor(
            "fan-in",
            "fixed fan-in, numba",
            "the same number of weights for every unit, with their pixels; one image at a time, "
            "or in tiles",
            "connections",
            f"{_NUMBA}:fixed_fan_in",
            ("numba",),
        ),
    )
}
"""All executors by name; `DENSE` is the first."""
