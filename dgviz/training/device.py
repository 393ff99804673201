"""Where the arithmetic happens."""

from __future__ import annotations

import torch

from dgviz.settings import Settings, SettingsError


def resolve_device(name: str) -> torch.device:
    """The device that `auto`, `cpu`, `cuda` or `mps` stands for on this machine.

    Raises:
        SettingsError: the device was asked for by name and is not there.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(device for device, present in there.items() if present))
    if not there[name]:
        present = " and ".join(device for device, is_there in there.items() if is_there)
        raise SettingsError(
            "device", f"device {name} is not available on this machine; it has {present}."
        )
    return torch.device(name)


def prepare_process(settings: Settings) -> None:
    """Set what torch keeps per process: the thread count and the treatment of denormals.

    Sums depend on how they are split between threads, so the thread count is part of what makes a
    run repeatable. Denormal numbers, which closing gates produce in plenty, slow Adam by half.
    """
    torch.set_num_threads(settings.threads)
    torch.set_flush_denormal(True)
