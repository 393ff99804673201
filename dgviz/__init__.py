"""DynamicGate-MLP, trained live.

`from dgviz import GatedLinear, DynamicGateMLP, train, Settings` needs no server. Each name is
imported at its first use, so that `import dgviz` stays light and the server process never loads
torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.gates.linear import GatedLinear
    from dgviz.gates.mlp import DynamicGateMLP
    from dgviz.settings import Settings
    from dgviz.training.loop import Knobs, train

__all__ = ["DynamicGateMLP", "GatedLinear", "Knobs", "Settings", "load", "split", "train"]

__version__ = "0.1.0"

_HOMES = {
    "DynamicGateMLP": "dgviz.gates.mlp",
    "GatedLinear": "dgviz.gates.linear",
    "Knobs": "dgviz.training.loop",
    "Settings": "dgviz.settings",
    "load": "dgviz.data.sets",
    "split": "dgviz.data.split",
    "train": "dgviz.training.loop",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dgviz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
