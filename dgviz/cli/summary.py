"""The result of a run, as a dictionary and as text."""

from __future__ import annotations

from typing import Any

from dgviz.cli.figures import figure_lines
from dgviz.data.catalogue import DATASETS
from dgviz.pixel_counts import count_pixels
from dgviz.runs.missed import missed_text
from dgviz.runs.recording.session import TrainingSession
from dgviz.training import machine
from dgviz.training.blob import finite, unpack
from dgviz.training.device import resolve_device
from dgviz.training.snapshot import Snapshot


def summarise(session: TrainingSession, last: Snapshot) -> dict[str, Any]:
    """The result of a finished run, as JSON-able values.

    `seconds` is the time of the steps and evaluations, without loading. `kept_step` is the last
    recorded step, and `warning` the reason if that is not the last step of the run.

    Args:
        last: the snapshot after the final step.
    """
    settings, seconds = session.settings, session.seconds
    device = resolve_device(settings.device).type
    always_zero = unpack(session.facts)[0]["always_zero"].bool()
    in_use = last.gates.on_image.any(0).cpu()
    blank_in_use = int((in_use & always_zero).sum())
    recorder = session.recorder
    kept_step = recorder.kept_step() if recorder else None
    result = {
        "run": recorder and recorder.run_id,
        "folder": recorder and str(recorder.folder),
        "kept_step": kept_step,
        "warning": session.warning or None,
        "method": settings.method,
        "dataset": settings.dataset,
        "seed": settings.seed,
        "epochs": settings.epochs,
        **last.figures,
        "always_blank_pixels_in_use": blank_in_use,
        "seconds": seconds,
        "seconds_per_epoch": seconds / settings.epochs,
        "steps_per_second": last.step / seconds,
        "settings": settings.as_dict(),
        "hardware": machine.hardware(device, settings.threads),
        "versions": machine.versions(),
    }
    checked: dict[str, Any] = finite(result)
    return checked


def as_text(result: dict[str, Any], session: TrainingSession, last: Snapshot) -> str:
    """The result in a few lines of text.

    Args:
        last: the snapshot after the final step.
    """
    settings, shape = result["settings"], DATASETS[result["dataset"]].image_shape
    always_zero = unpack(session.facts)[0]["always_zero"].numpy()
    pixels = count_pixels(last.gates.on_image.cpu().numpy(), shape, always_zero)
    run = (
        f"{result['method']} on {DATASETS[result['dataset']].title}, preset {settings['preset']}, "
        f"seed {result['seed']}"
    )
    pace = (
        f"{result['epochs']} epoch{'' if result['epochs'] == 1 else 's'} in "
        f"{result['seconds']:.1f} s: "
        f"{result['seconds_per_epoch']:.2f} s an epoch, {result['steps_per_second']:.0f} steps/s"
    )
    rows = {
        **figure_lines(result, session.settings, pixels),
        "not reached": missed_text(session.settings, result.get("active_weights"), last.epoch),
        "time": pace,
        "machine": machine.as_text(result["hardware"], result["versions"]),
        "recorded": _recorded(result),
    }
    return "\n".join([run, *(f"  {name:<20} {text}" for name, text in rows.items() if text)])


def _recorded(result: dict[str, Any]) -> str:
    run = f"run {result['run']} in {result['folder']}"
    if not result["warning"]:
        return run
    if result["kept_step"] is None:
        return "no"
    return f"{run}, only up to step {result['kept_step']:,}"
