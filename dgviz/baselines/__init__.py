"""The methods that can be trained, one file each, behind the protocol in `method.py`."""

from dgviz.baselines.dense import Dense
from dgviz.baselines.dynamicgate import DynamicGate
from dgviz.baselines.method import Method

METHODS: dict[str, type[Method]] = {"dynamicgate": DynamicGate, "dense": Dense}

__all__ = ["METHODS", "Dense", "DynamicGate", "Method"]
