"""The import of torchvision.datasets, which also works without torchvision's compiled part."""

import importlib
import threading
from collections.abc import Callable
from typing import Any

import torch

_lock = threading.Lock()


def import_datasets() -> Any:
    """Import torchvision.datasets, also if torchvision's compiled operators are missing.

    torchvision's default wheel is linked for CUDA. With a CPU-only torch its library does not load,
    its operators (nms, qnms) are never defined, and `import torchvision` fails with "operator
    torchvision::nms does not exist" when it registers them with `torch.library.register_fake`. The
    data sets are pure Python and need no operators. So during this import, a registration that
    fails because its operator is missing has no effect. Other errors are raised, and other
    registrations take place as usual.

    Returns:
        The module torchvision.datasets.

    Raises:
        ImportError: torchvision is not installed.
    """
    # Without the lock, one thread could save another's replacement as the original.
    with _lock:
        original = torch.library.register_fake
        torch.library.register_fake = _tolerating_absent_operators(original)
        try:
            return importlib.import_module("torchvision.datasets")
        finally:
            torch.library.register_fake = original


def _tolerating_absent_operators(register_fake: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap register_fake, which torchvision uses only as a decorator factory."""

    def replacement(operator: Any, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        decorate = register_fake(operator, *args, **kwargs)

        def tolerant(function: Any) -> Any:
            try:
                return decorate(function)
            except RuntimeError as error:
                if f"operator {operator} does not exist" not in str(error):
                    raise
                return function

        return tolerant

    return replacement
