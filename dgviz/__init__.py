"""DynamicGate-MLP, trained live.

`from dgviz import GatedLinear, DynamicGateMLP, train, Settings` needs no server, nor do `gate` and
`compact`, which give any PyTorch module gates and remove them, and `sweep`, which trains many
combinations of settings. Each name is imported at its first
use, so that `import dgviz` stays light and the server process never loads torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.gates.linear import GatedLinear
    from dgviz.gates.mlp import DynamicGateMLP
    from dgviz.modules.compacting import compact
    from dgviz.modules.gated_modules import active_ratio, gate_penalty, set_tau, split_parameters
    from dgviz.modules.gating import gate
    from dgviz.settings import Settings
    from dgviz.sweeps.sweep import sweep
    from dgviz.training.knobs import Knobs
    from dgviz.training.with_teacher import train

__all__ = [
    "DynamicGateMLP",
    "GatedLinear",
    "Knobs",
    "Settings",
    "active_ratio",
    "compact",
    "gate",
    "gate_penalty",
    "load",
    "set_tau",
    "split",
    "split_parameters",
    "sweep",
    "train",
]

__version__ = "0.1.0"

_HOMES = {
    "DynamicGateMLP": "dgviz.gates.mlp",
    "GatedLinear": "dgviz.gates.linear",
    "Knobs": "dgviz.training.knobs",
    "Settings": "dgviz.settings",
    "active_ratio": "dgviz.modules.gated_modules",
    "compact": "dgviz.modules.compacting",
    "gate": "dgviz.modules.gating",
    "gate_penalty": "dgviz.modules.gated_modules",
    "load": "dgviz.data.sets",
    "set_tau": "dgviz.modules.gated_modules",
    "split": "dgviz.data.split",
    "split_parameters": "dgviz.modules.gated_modules",
    "sweep": "dgviz.sweeps.sweep",
    "train": "dgviz.training.with_teacher",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dgviz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
