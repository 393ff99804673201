"""The import of torchvision.datasets without torchvision's compiled part."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch

from dgviz.data import torchvision_import
from dgviz.data.torchvision_import import import_datasets


def importing(monkeypatch: pytest.MonkeyPatch, body: Callable[[], Any]) -> None:
    """Run `body` in place of the import of torchvision."""
    monkeypatch.setattr(torchvision_import.importlib, "import_module", lambda name: body())


def test_the_import_works_in_a_fresh_process_and_restores_torch() -> None:
    code = (
        "import torch\n"
        "before = torch.library.register_fake\n"
        "from dgviz.data.torchvision_import import import_datasets\n"
        "datasets = import_datasets()\n"
        "assert torch.library.register_fake is before\n"
        "import torchvision\n"
        "assert torchvision.datasets is datasets\n"
        "print(datasets.MNIST.__name__, datasets.CIFAR100.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "MNIST CIFAR100\n", done.stderr


def test_a_function_with_a_missing_operator_does_not_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def function() -> None: ...

    def body() -> Any:
        return torch.library.register_fake("torchvision::dgviz_absent")(function)

    with pytest.raises(RuntimeError, match="does not exist"):
        body()
    importing(monkeypatch, body)
    assert import_datasets() is function


def test_a_present_operator_is_registered_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    library = torch.library.Library("dgviz_test", "DEF")
    try:
        library.define("twice(Tensor x) -> Tensor")
        importing(
            monkeypatch,
            lambda: torch.library.register_fake("dgviz_test::twice")(lambda x: x.new_empty(7)),
        )
        import_datasets()
        x = torch.empty(3, device="meta")
        assert torch.ops.dgviz_test.twice(x).shape == (7,)
    finally:
        library._destroy()


@pytest.mark.parametrize(
    "error", [RuntimeError("operator torchvision::other does not exist"), ValueError("no")]
)
def test_any_other_error_is_raised_and_the_original_restored(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def register_fake(operator: str) -> Callable[[Any], Any]:
        def decorate(function: Any) -> Any:
            raise error

        return decorate

    monkeypatch.setattr(torch.library, "register_fake", register_fake)
    importing(monkeypatch, lambda: torch.library.register_fake("torchvision::nms")(print))
    with pytest.raises(type(error), match=str(error)):
        import_datasets()
    assert torch.library.register_fake is register_fake


def test_a_missing_torchvision_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.library.register_fake
    importing(monkeypatch, lambda: importlib.__import__("dgviz_no_such_module"))
    with pytest.raises(ImportError):
        import_datasets()
    assert torch.library.register_fake is before
