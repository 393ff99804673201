"""The device that a run is trained on."""

from __future__ import annotations

import torch

from dgviz.settings import Settings, SettingsError


def resolve_device(name: str) -> torch.device:
    """The device for `auto`, `cpu`, `cuda` or `mps` on this machine.

    Raises:
        SettingsError: the machine does not have this device.
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
    """Set torch's thread count, and flush denormal numbers to 0, for this process.

    The thread count is a setting because rounding depends on how sums are split among threads.
    Denormal numbers, which arise while gates close, would slow Adam by half.
    """
    torch.set_num_threads(settings.threads)
    torch.set_flush_denormal(True)
