"""The import of torchvision.datasets, where torchvision's compiled half may be missing."""

import importlib
import threading
from collections.abc import Callable
from typing import Any

import torch

_lock = threading.Lock()


def import_datasets() -> Any:
    """Import torchvision.datasets, tolerating a torchvision whose compiled operators are absent.

    torchvision's default wheel is linked for CUDA. Beside a CPU-only torch its library does not
    load, its operators (nms, qnms) are never defined, and `import torchvision` dies with
    "operator torchvision::nms does not exist" as it decorates them with
    `torch.library.register_fake`. The data sets are pure Python and need none of that. So for the
    duration of the import, and of nothing else, a registration that fails because its torchvision
    operator is absent leaves the decorated function as it is. Any other error is raised as usual,
    and where torchvision is whole every registration takes place as usual.

    Returns:
        The module torchvision.datasets.

    Raises:
        ImportError: torchvision is not installed.
    """
    # Two threads at once would each save the other's stand-in as the original.
    with _lock:
        original = torch.library.register_fake
        torch.library.register_fake = _tolerating_absent_operators(original)
        try:
            return importlib.import_module("torchvision.datasets")
        finally:
            torch.library.register_fake = original


def _tolerating_absent_operators(register_fake: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap register_fake, which torchvision uses as a decorator factory only."""

    def stand_in(operator: Any, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        decorate = register_fake(operator, *args, **kwargs)

        def tolerant(function: Any) -> Any:
            try:
                return decorate(function)
            except RuntimeError as error:
                if f"operator {operator} does not exist" not in str(error):
                    raise
                return function

        return tolerant

    return stand_in
